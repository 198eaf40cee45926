internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation
internal import Tensors
internal import Testing

@Suite("Galleries that ranks share")
struct GalleryRanksTests {
  private let files: Files

  init() throws { files = try Files() }

  private static let dimensions = 8

  private func rows(_ count: Int, seed: UInt64) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in (0..<Self.dimensions).map { _ in Float(random.normal()) } }
  }

  /// Four persons of three probes each, near their own directions.
  private func probes() -> [[Float]] {
    let (persons, noise) = (rows(4, seed: 1), rows(12, seed: 2))
    return noise.enumerated().map { place, noise in zip(persons[place / 3], noise).map { $0 + 0.5 * $1 } }
  }

  /// Strangers, some of which equal a probe, so that they tie with its mates or are nearer than all; and one stranger many times.
  private func strangers(_ count: Int = 97) -> [[Float]] {
    var strangers = rows(count, seed: 3)
    for (place, probe) in zip([0, 5, 41, 42, 60, 96], [0, 4, 4, 7, 11, 2]) where place < count {
      strangers[place] = probes()[probe]
    }
    for place in stride(from: 10, to: min(30, count), by: 3) { strangers[place] = strangers[7] }
    return strangers
  }

  private func evaluation(_ distractors: [[Float]], named name: String = "g.npy") throws -> MegaFaceEvaluation
  {
    let paths = (0..<12).map { "\"p/\($0).jpg\"" }.joined(separator: ", ")
    let ids = (0..<12).map { "\"\($0 / 3)\"" }.joined(separator: ", ")
    return MegaFaceEvaluation(
      probes: try files.write(probes(), "p.npy"),
      probeList: try files.write("{\"path\": [\(paths)], \"id\": [\(ids)]}", "probes.json"),
      distractors: try files.write(distractors, name)
    )
  }

  private struct Scored: Sendable {
    var json: Data
    var results: [Identification]
  }

  private func scored(_ evaluation: MegaFaceEvaluation, by count: Int) -> [Result<Scored?, any Error>] {
    ThreadGalleryRanks.run(count) { ranks in
      try evaluation.evaluate(by: ranks, program: "test").map {
        Scored(json: try $0.sheet.json, results: $0.results)
      }
    }
  }

  @Test("count what the protocol counts in one pass, also in pieces")
  func onePass() throws {
    var evaluation = try evaluation(strangers())
    evaluation.sizes = [1, 10, 97]
    var unit = Tensor(probes().flatMap(\.self), shape: [12, Self.dimensions])
    unit = unit.normalisedRows()
    let wanted = try Identification.evaluate(
      probes: unit,
      identities: (0..<12).map { $0 / 3 },
      distractors: UnitFeatures(Tensor(strangers().flatMap(\.self), shape: [97, Self.dimensions])),
      sizes: [1, 10, 97]
    )
    for length in [nil, 1, 7, 64] {
      evaluation.pieceLength = length
      let found = try evaluation.evaluate().results
      #expect(found.map(\.distractorCount) == [1, 10, 97])
      #expect(found.map(\.closerCounts) == wanted.map(\.closerCounts))
      #expect(found.map(\.identities) == wanted.map(\.identities))
      #expect(found.map(\.verification) == wanted.map(\.verification))
      for (own, other) in zip(found, wanted) {
        #expect(
          own.rate(atRank: 2) == other.rate(atRank: 2) && own.interval(atRank: 1) == other.interval(atRank: 1)
        )
        #expect(own.cumulativeMatch(upToRank: 5) == other.cumulativeMatch(upToRank: 5))
      }
    }
    // The probe itself among the distractors is nearer than any mate; other scores lie on and between those of mates.
    let last = try #require(wanted.last)
    #expect(last.closerCounts.contains { $0 >= 2 } && last.verification.areaUnderCurve < 1)
  }

  @Test("give the bytes of one process", arguments: [1, 2, 3, 7, 40], ["", "missing", "noise", "raw"])
  func bytes(count: Int, kind: String) throws {
    var distractors = strangers()
    if kind == "missing" {
      for place in [0, 1, 2, 33, 90] {
        distractors[place] = Array(repeating: place == 2 ? .nan : 0, count: 8)
      }
    }
    var evaluation = try evaluation(distractors)
    evaluation.sizes = [5, 10, 30, 80]
    evaluation.pieceLength = 9
    evaluation.allowsMissing = kind == "missing"
    evaluation.isRaw = kind == "raw"
    if kind == "noise" {
      let paths = (0..<97).map { "\"x/\($0).jpg\"" }.joined(separator: ", ")
      evaluation.distractorList = try files.write("{\"path\": [\(paths)]}", "d.json")
      evaluation.distractorNoise = try files.write(
        (0..<9).map { "x/\($0).jpg" }.joined(separator: "\n"),
        "n.txt"
      )
      evaluation.sizes = [10, 97]
    }
    let wanted = try evaluation.evaluate()
    let found = scored(evaluation, by: count)
    let first = try #require(try found[0].get())
    #expect(first.results == wanted.results)
    #expect(try first.json == wanted.sheet.json)
    #expect(
      try first.results.map { try $0.developmentKitFile } == wanted.results.map { try $0.developmentKitFile }
    )
    for other in found.dropFirst() { #expect(try other.get() == nil) }
    if kind == "missing" {
      #expect(wanted.sheet.scores.first { $0.name == "distractors left out" }?.value == 5)
      #expect(wanted.results.map(\.distractorCount) == [2, 7, 27, 76])
    }
  }

  @Test("give the bytes of one process for a folder of .bin files, some of which are missing")
  func folder() throws {
    let strangers = strangers(23)
    for (place, row) in strangers.enumerated() where ![0, 8, 22].contains(place) {
      var data = Data()
      for number in [Int32(row.count), 1, 4, 5] {
        withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
      }
      for number in place == 9 ? Array(repeating: 0, count: 8) : row {
        withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
      }
      try data.write(to: URL(fileURLWithPath: "\(files.folder)/\(place).jpg_M.bin"))
    }
    var evaluation = try evaluation(strangers)
    evaluation.distractors = files.folder
    evaluation.ending = "_M.bin"
    let paths = strangers.indices.map { "\"\($0).jpg\"" }.joined(separator: ", ")
    evaluation.distractorList = try files.write("{\"path\": [\(paths)]}", "d.json")
    evaluation.sizes = [5, 20]
    evaluation.pieceLength = 4
    evaluation.allowsMissing = true
    let wanted = try evaluation.evaluate()
    #expect(wanted.results.map(\.distractorCount) == [4, 17])
    #expect(wanted.sheet.scores.first { $0.name == "distractors left out" }?.value == 4)
    let kept = strangers.indices.filter { $0 < 20 && ![0, 8, 9].contains($0) }.map { strangers[$0] }
    let plain = try self.evaluation(kept, named: "kept.npy").evaluate()
    #expect(plain.results.last == wanted.results.last)
    for count in [2, 3, 30] {
      let first = try #require(try scored(evaluation, by: count)[0].get())
      #expect(try first.results == wanted.results && first.json == wanted.sheet.json)
    }
    evaluation.allowsMissing = false
    evaluation.pieceLength = 100
    let texts = scored(evaluation, by: 2).map(Self.text)
    #expect(texts[0].contains("rank 0 on thread-0: \(files.folder)/0.jpg_M.bin: cannot be read"), "\(texts)")
  }

  private static func text(_ result: Result<Scored?, any Error>) -> String {
    switch result {
    case .success: "no error"
    case .failure(let ended as RanksEnded): ended.error.map { "ended: \($0)" } ?? "ended"
    case .failure(let error): "\(error)"
    }
  }

  @Test("name the row without a feature, and its rank", arguments: [Float.nan, .infinity, 0], [1, 2, 3, 7])
  func rowsWithoutFeatures(number: Float, count: Int) throws {
    var distractors = strangers()
    distractors[95] = Array(repeating: number, count: 8)
    var evaluation = try evaluation(distractors)
    evaluation.pieceLength = 10
    let texts = scored(evaluation, by: count).map(Self.text)
    let place = "\(files.folder)/g.npy: has no feature in row 95 (counted from 0, distractor 95)"
    #expect(texts[count - 1].hasPrefix("rank \(count - 1) on thread-\(count - 1): \(place)"), "\(texts)")
    for other in texts.dropLast() { #expect(other == "ended") }
    evaluation.isRaw = true
    #expect(scored(evaluation, by: count).map(Self.text)[count - 1].contains(place))
    // A row whose squares overflow has no distance as it is.
    distractors[95] = Array(repeating: 1e30, count: 7) + [2e30]
    _ = try self.evaluation(distractors)
    let text = scored(evaluation, by: count).map(Self.text)[count - 1]
    #expect(
      text.contains("g.npy: has row 95 (counted from 0, distractor 95), whose squares overflow"),
      "\(text)"
    )
  }

  @Test(
    "are refused by name where they differ",
    arguments: ["program", "gallery sizes", "options", "probes", "distractors"]
  )
  func differences(field: String) throws {
    let same = try evaluation(strangers())
    var other = same
    switch field {
    case "gallery sizes": other.sizes = [5]
    case "options": other.isRaw = true
    case "probes": other.probes = try files.write(rows(12, seed: 9), "other.npy")
    case "distractors": other.distractors = try files.write(strangers(96), "fewer.npy")
    default: break
    }
    let third = other
    let results = ThreadGalleryRanks.run(3) { ranks -> Scored? in
      let isOther = ranks.rank == 2
      let program = isOther && field == "program" ? "another" : "test"
      return try (isOther ? third : same).evaluate(by: ranks, program: program).map {
        Scored(json: try $0.sheet.json, results: $0.results)
      }
    }
    let texts = results.map(Self.text)
    #expect(texts[0].hasPrefix("ended: rank 2 on thread-2 has the \(field) "), "\(texts)")
    #expect(texts[0].contains(", rank 0 on thread-0 has ") && texts[0].hasSuffix("all ranks need the same"))
    #expect(texts[1...] == ["ended", "ended"])
  }

  @Test("take copies of the distractors, and refuse those that differ in one number")
  func copies() throws {
    let path = try evaluation(strangers()).distractors
    var changed = strangers()
    let copy = try files.write(changed, "copy.npy")
    changed[96][7] += 1
    let other = try files.write(changed, "changed.npy")
    for (second, isSame) in [(copy, true), (other, false)] {
      let texts = ThreadGalleryRanks.run(2) { ranks -> String in
        let messages = RankMessages(ranks: ranks)
        do { try messages.agreeOnFile(ranks.rank == 1 ? second : path) } catch let ended as RanksEnded {
          return ended.error.map { "\($0)" } ?? "ended"
        }
        return "same"
      }
      let (first, last) = (try texts[0].get(), try texts[1].get())
      #expect(
        isSame
          ? first == "same" && last == "same"
          : first.hasPrefix("rank 1 on thread-1 has the content") && last == "ended"
      )
    }
  }

  @Test("end where a rank cannot read its files, with the rank's name")
  func unreadable() throws {
    let same = try evaluation(strangers())
    var other = same
    other.probes = files.folder + "/nothing.npy"
    let second = other
    let texts = ThreadGalleryRanks.run(2) { ranks -> Scored? in
      _ = try (ranks.rank == 1 ? second : same).evaluate(by: ranks, program: "test")
      return nil
    }.map(Self.text)
    #expect(
      texts[0].hasPrefix("ended: rank 1 on thread-1: \(files.folder)/nothing.npy: cannot be read"),
      "\(texts)"
    )
    #expect(texts[1] == "ended")
  }

  @Test("read every place once, each rank as many as the others or one more or fewer")
  func shares() {
    let share = GalleryShare(sizes: [10, 100, 1000], count: 1234)
    for count in [1, 2, 3, 7, 16, 2000] {
      let pieces = (0..<count).map { share.pieces(ofRank: $0, of: count, pieceLength: 37) }
      let places = pieces.joined().flatMap { piece in piece.places.map { [piece.gallery, $0] } }
      let wanted = (0..<1234).map { [$0 < 10 ? 0 : $0 < 100 ? 1 : $0 < 1000 ? 2 : 3, $0] }
      #expect(places.sorted { $0[1] < $1[1] } == wanted)
      let lengths = pieces.map { $0.filter { $0.gallery < 3 }.reduce(0) { $0 + $1.places.count } }
      #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1 && lengths[0] > 0)
      #expect(pieces.joined().allSatisfy { (1...37).contains($0.places.count) })
    }
  }
}

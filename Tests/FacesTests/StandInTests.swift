internal import Faces
internal import Foundation
internal import Testing

@Suite("A benchmark's stand-in")
struct StandInTests {
  private let generator = FaceGenerator(seed: 3)

  private func persons(_ paths: [String]) -> Set<String> {
    Set(paths.map { String($0.prefix { $0 != "/" }) })
  }

  @Test("has LFW's form: folds that share no person, as many pairs of a kind")
  func lfw() throws {
    let benchmark = generator.lfwStyle(size: 24, pairsPerKind: 12, foldCount: 4)
    let pairs = benchmark.pairs.pairs
    #expect(pairs.count == 96 && benchmark.pairs.foldCount == 4)
    var seen: Set<String> = []
    for fold in 0..<4 {
      let own = pairs.filter { $0.fold == fold }
      #expect(own.count { $0.isSame } == 12 && own.count == 24)
      let people = persons(own.flatMap { [$0.first, $0.second] })
      #expect(seen.isDisjoint(with: people))
      seen.formUnion(people)
    }
    for pair in pairs {
      #expect((persons([pair.first, pair.second]).count == 1) == pair.isSame && pair.first != pair.second)
    }
    #expect(benchmark.members == benchmark.pairs.members && benchmark.faces.count == benchmark.members.count)
    #expect(Set(pairs.map { Set([$0.first, $0.second]) }).count == 96)
  }

  @Test("has SLLFW's form: LFW's pairs of one person, and look-alikes")
  func sllfw() {
    let lfw = generator.lfwStyle(size: 24, pairsPerKind: 40, foldCount: 2)
    let similar = generator.sllfwStyle(size: 24, pairsPerKind: 40, foldCount: 2)
    #expect(similar.pairs.pairs.filter(\.isSame) == lfw.pairs.pairs.filter(\.isSame))
    func distance(_ pair: PairList.Pair) -> Float {
      let people = [pair.first, pair.second].map { Int($0.dropFirst().prefix { $0 != "/" }) ?? 0 }
      return generator.identity(people[0]).appearanceDistance(to: generator.identity(people[1]))
    }
    func mean(_ pairs: [PairList.Pair]) -> Float {
      let distances = pairs.filter { !$0.isSame }.map(distance)
      return distances.reduce(0, +) / Float(distances.count)
    }
    #expect(mean(similar.pairs.pairs) < 0.7 * mean(lfw.pairs.pairs))
  }

  @Test("has YTF's form: videos of frames that differ and resemble each other")
  func ytf() throws {
    let benchmark = generator.ytfStyle(size: 24, pairsPerKind: 6, foldCount: 3, framesPerVideo: 4)
    #expect(benchmark.pairs.pairs.count == 36 && benchmark.pairs.foldCount == 3)
    #expect(benchmark.faces.count == 4 * benchmark.members.count)
    #expect(benchmark.memberOfFace.prefix(5) == [0, 0, 0, 0, 1])
    #expect(Set(benchmark.pairs.members) == Set(benchmark.members))
    #expect(Set(benchmark.pairs.pairs.map { Set([$0.first, $0.second]) }).count == 36)
    #expect(try benchmark.faces.image(0) != benchmark.faces.image(1))
  }

  @Test("has MegaFace's form: probes of persons with several images, distractors of one each")
  func megaFace() {
    let benchmark = generator.megaFaceStyle(
      size: 24,
      personCount: 5,
      imagesPerPerson: 2...4,
      distractorCount: 30
    )
    #expect(benchmark.probes.classCount == 5 && benchmark.distractors.classCount == 30)
    for person in 0..<5 { #expect((2...4).contains(benchmark.probes.labels.count { $0 == person })) }
    #expect(persons(benchmark.probePaths).isDisjoint(with: persons(benchmark.distractorPaths)))
  }

  @Test("has IJB's form: templates that mix stills and videos")
  func ijb() {
    let benchmark = generator.ijbStyle(
      size: 24,
      subjectCount: 10,
      probesPerSubject: 2,
      impostorsPerGallery: 5
    )
    let list = benchmark.list
    #expect(list.images.count == benchmark.faces.count)
    #expect(Set(list.images.map(\.template)).count == 30)
    #expect(list.pairs.count { $0.isSame } == 20 && list.pairs.count { !$0.isSame } == 50)
    #expect(Set(list.pairs.map { [$0.first, $0.second] }).count == 70)
    let frames = list.images.filter { $0.path.split(separator: "/").count == 3 }
    #expect(frames.count > 30 && Set(frames.map(\.medium)).count == 20)
    var templateOfMedium: [Int: Int] = [:]
    for image in list.images {
      #expect(
        templateOfMedium.updateValue(image.template, forKey: image.medium) ?? image.template == image.template
      )
    }
    let subjects = Dictionary(zip(list.images.map(\.template), benchmark.faces.labels)) { first, _ in first }
    for pair in list.pairs { #expect((subjects[pair.first] == subjects[pair.second]) == pair.isSame) }
  }

  @Test("shares no person with the training set or another benchmark")
  func disjoint() {
    let sets = [
      persons(generator.lfwStyle(size: 24, pairsPerKind: 5, foldCount: 2).members),
      persons(generator.ytfStyle(size: 24, pairsPerKind: 5, foldCount: 2).members),
      persons(generator.megaFaceStyle(size: 24, personCount: 3, distractorCount: 9).probePaths),
      persons(generator.megaFaceStyle(size: 24, personCount: 3, distractorCount: 9).distractorPaths),
      persons(generator.ijbStyle(size: 24, subjectCount: 4).list.images.map(\.path)),
      Set((0..<1000).map { "P" + String(repeating: "0", count: 8 - String($0).count) + String($0) }),
    ]
    for (index, set) in sets.enumerated() {
      for other in sets[(index + 1)...] { #expect(set.isDisjoint(with: other)) }
    }
  }
}

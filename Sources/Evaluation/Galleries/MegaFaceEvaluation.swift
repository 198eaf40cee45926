package import Benchmarks
package import Faces
package import Foundation
internal import Tensors

/// Identification and verification among distractors by MegaFace's rules, from files of features.
package struct MegaFaceEvaluation: Sendable {
  /// Features of the probes: a NumPy file, or a folder of .bin files.
  package var probes: String
  /// `facescrub_features_list.json`: paths and ids.
  package var probeList: String
  /// Features of the distractors: a NumPy file, or a folder of .bin files.
  package var distractors: String
  /// `megaface_features_list.json_SIZE_SET`: paths.
  package var distractorList: String?
  /// The ending of .bin files.
  package var ending = ".bin"
  /// How many distractors of the list are in each gallery, ascending; empty for all.
  package var sizes: [Int] = []
  /// Whether features are taken as they are, without unit length.
  package var isRaw = false
  /// Lists of images to leave out: wrongly labelled probes, distractors that show a probe's person.
  package var probeNoise: String?
  package var distractorNoise: String?
  package var ranks = [1, 10]
  package var falseAcceptRates = [1e-6, 1e-5, 1e-4]
  /// Whether images without a feature are left out and counted.
  package var allowsMissing = false

  package init(probes: String, probeList: String, distractors: String) {
    self.probes = probes
    self.probeList = probeList
    self.distractors = distractors
  }

  /// Scores the features.
  ///
  /// - Returns: the figures, and the results by gallery size.
  /// - Throws: a ``DataError`` or an ``EvaluationError``.
  package func evaluate() throws -> (sheet: ScoreSheet, results: [Identification]) {
    let list = try MegaFaceList.probes(probeList)
    let ids = list.ids ?? []
    var left = LeftOut()
    let (features, present) = try probeFeatures(list, &left)
    var numbers: [String: Int] = [:]
    let identities = present.map { row in
      let number = numbers[ids[row]] ?? numbers.count
      numbers[ids[row]] = number
      return number
    }
    let unit = isRaw ? features : features.normalisedRows()
    let results: [Identification]
    if distractors.hasSuffix(".npy") || distractors.hasSuffix(".npz") {
      let file = try NumpyFile(distractors)
      try checkShape(file, path: distractors)
      let paths = try distractorList.map { try MegaFaceList.distractors($0).paths }
      if let paths, paths.count != file.rowCount {
        let expected = "\(paths.count) rows, one for each image of \(distractorList ?? "")"
        throw DataError(.format(found: "\(file.rowCount) rows", expected: expected), file: distractors)
      }
      let noisy = try noise(distractorNoise, paths, what: "distractors", &left)
      let marked = allowsMissing ? try Self.marks(in: file) : []
      left.distractors += marked.count
      let rows = (0..<file.rowCount).filter { !noisy.contains($0) && !marked.contains($0) }
      results = try identify(unit, identities, file, rows)
    } else {
      let paths = try neededPaths()
      let noisy = try noise(distractorNoise, paths, what: "distractors", &left)
      let missing = allowsMissing ? MissingTally() : nil
      let there = MegaFaceFeatures.present(root: distractors, paths: paths, ending: ending, missing: missing)
      var rows = there.filter { !noisy.contains($0) }
      left.distractors += missing?.count ?? 0
      if allowsMissing, !rows.isEmpty {
        let files = try MegaFaceFeatures(root: distractors, paths: rows.map { paths[$0] }, ending: ending)
        let marked = try Self.marks(in: files)
        left.distractors += marked.count
        rows = rows.indices.filter { !marked.contains($0) }.map { rows[$0] }
      }
      let files = try MegaFaceFeatures(root: distractors, paths: rows.map { paths[$0] }, ending: ending)
      results = try identify(unit, identities, files, Array(rows.indices), places: rows)
    }
    return (try sheet(results, left), results)
  }

  private struct LeftOut {
    var probes = 0
    var distractors = 0
    var noisyProbes = 0
    var noisyDistractors = 0
    var notices: [String] = []
  }

  private func neededPaths() throws -> [String] {
    guard let distractorList else {
      throw DataError(
        .format(found: "a folder of features without a list", expected: "the list too: --distractor-list"),
        file: distractors
      )
    }
    return try MegaFaceList.distractors(distractorList).paths
  }

  private func sheet(_ results: [Identification], _ left: LeftOut) throws -> ScoreSheet {
    let files =
      [probeList] + [distractorList, probeNoise, distractorNoise].compactMap(\.self)
      + [probes, distractors].filter { $0.hasSuffix(".npy") || $0.hasSuffix(".npz") }
    var sheet = try ScoreSheet("MegaFace", reading: files)
    for result in results {
      for rank in ranks {
        let interval = rank == ranks.first ? result.interval(atRank: rank) : nil
        sheet.add("rank-\(rank) rate among \(result.distractorCount)", result.rate(atRank: rank), interval)
      }
    }
    if let last = results.last {
      for limit in falseAcceptRates {
        // Scores are negated squared distances; a pair is accepted below the next distance up.
        sheet.add(last.verification, at: limit) { (-$0).nextUp }
      }
      sheet.add("trials", Double(last.trialCount))
      sheet.add(last.verification)
    }
    if allowsMissing {
      sheet.add("probes left out", Double(left.probes))
      sheet.add("distractors left out", Double(left.distractors))
    }
    if probeNoise != nil { sheet.add("noisy probes left out", Double(left.noisyProbes)) }
    if distractorNoise != nil { sheet.add("noisy distractors left out", Double(left.noisyDistractors)) }
    sheet.notices += left.notices
    sheet.conventions = [
      "Each image of a person in turn joins the distractors, each other image of the person seeks it; a tie counts for the"
        + " mate (MegaFace development kit).",
      isRaw
        ? "Features are taken as they are."
        : "Features are scaled to unit length; thresholds are squared distances.",
      ScoreSheet.atMost,
    ]
    if probeNoise != nil || distractorNoise != nil {
      sheet.conventions.append(
        "Noisy images are left out of probes and gallery; InsightFace's remove_noises.py moves noisy probes to their"
          + " person's mean instead and so keeps the number of trials."
      )
    }
    return sheet
  }

  /// - Parameters:
  ///   - rows: of the source, that are in the gallery.
  ///   - places: the place of each row of the source in the list; `nil` where they are equal.
  private func identify(
    _ probes: Tensor<Float>,
    _ identities: [Int],
    _ source: some FeatureSource<Float>,
    _ rows: [Int],
    places: [Int]? = nil
  ) throws -> [Identification] {
    // A gallery is the first images of the list, without those that are left out.
    let counts = sizes.map { size in rows.count { (places?[$0] ?? $0) < size } }
    if let largest = sizes.last, places == nil, largest > source.rowCount {
      throw EvaluationError.tooFewDistractors(wanted: largest, found: source.rowCount)
    }
    if rows.count == source.rowCount {
      return try identify(probes, identities, source, sizes: counts)
    }
    return try identify(probes, identities, SelectedFeatures(source: source, rows: rows), sizes: counts)
  }

  private func identify(
    _ probes: Tensor<Float>,
    _ identities: [Int],
    _ source: some FeatureSource<Float>,
    sizes: [Int]
  ) throws -> [Identification] {
    try Identification.evaluate(
      probes: probes,
      identities: identities,
      distractors: UnitFeatures(source, isRaw: isRaw),
      sizes: sizes.isEmpty ? nil : sizes
    )
  }

  /// The probes' features, and which of the list's images they are of.
  private func probeFeatures(
    _ list: MegaFaceList,
    _ left: inout LeftOut
  ) throws -> (features: Tensor<Float>, present: [Int]) {
    let paths = list.paths
    let noisy = try noise(probeNoise, paths, what: "probes", &left)
    let table: FeatureTable
    var there = Array(paths.indices)
    if probes.hasSuffix(".npy") || probes.hasSuffix(".npz") {
      table = try FeatureTable(probes)
      guard table.features.rowCount == paths.count else {
        let expected = "\(paths.count) rows, one for each image of \(probeList)"
        throw DataError(.format(found: "\(table.features.rowCount) rows", expected: expected), file: probes)
      }
    } else {
      let missing = allowsMissing ? MissingTally() : nil
      there = MegaFaceFeatures.present(root: probes, paths: paths, ending: ending, missing: missing)
      left.probes += missing?.count ?? 0
      let files = try MegaFaceFeatures(root: probes, paths: there.map { paths[$0] }, ending: ending)
      table = FeatureTable(try files.tensor(), path: probes)
    }
    if !allowsMissing { try table.requireAll { paths[there[$0]] } }
    left.probes += table.marks.count
    let rows = there.indices.filter { table.marks[$0] == nil && !noisy.contains(there[$0]) }
    return (table.features.selecting(rows), rows.map { there[$0] })
  }

  /// The places of a list's images that a list of noisy ones names: an image a line, by its path or its name; lines that
  /// begin with # are comments.
  private func noise(_ path: String?, _ paths: [String]?, what: String, _ left: inout LeftOut) throws -> Set<
    Int
  > {
    guard let path else { return [] }
    guard let paths else {
      throw DataError(
        .format(found: "no list of images", expected: "the list too: --distractor-list"),
        file: path
      )
    }
    let names = Set(try NameList.read(path).filter { !$0.hasPrefix("#") }.map(Self.key))
    let noisy = Set(
      paths.indices.filter {
        names.contains(Self.key(paths[$0])) || names.contains(Self.key(Self.name(paths[$0])))
      }
    )
    guard !noisy.isEmpty || names.isEmpty else {
      throw DataError(
        .format(found: "names of which none is among the \(what)", expected: "their paths or names"),
        file: path
      )
    }
    if noisy.count < names.count {
      left.notices.append(
        "\(names.count - noisy.count) of the \(names.count) images of \(path) are not among the \(what)."
      )
    }
    if what == "probes" { left.noisyProbes = noisy.count } else { left.noisyDistractors = noisy.count }
    return noisy
  }

  private static func name(_ path: String) -> String {
    String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
  }

  /// A path without its ending and with _ for spaces, as lists write it.
  private static func key(_ path: String) -> String {
    let end = path.lastIndex(of: ".").flatMap { path[$0...].contains("/") ? nil : $0 } ?? path.endIndex
    return String(path[..<end]).replacing(" ", with: "_")
  }

  /// The rows of a file that are no features, found in pieces.
  private static func marks(in file: some FeatureSource<Float>) throws -> Set<Int> {
    var marks: Set<Int> = []
    let piece = 4096
    var numbers = [Float](repeating: 0, count: min(piece, file.rowCount) * file.rowLength)
    for start in stride(from: 0, to: file.rowCount, by: piece) {
      let rows = start..<min(start + piece, file.rowCount)
      try numbers.withUnsafeMutableBufferPointer { numbers in
        guard let base = numbers.baseAddress else { return }
        try file.read(rows, into: base)
        for row in rows {
          let first = base + (row - start) * file.rowLength
          let buffer = UnsafeBufferPointer(start: first, count: file.rowLength)
          if FeatureTable.mark(of: buffer) != nil { marks.insert(row) }
        }
      }
    }
    return marks
  }
}

extension Identification {
  /// The result in the form of the MegaFace development kit, `cmc_facescrub_megaface_NAME_SIZE_SET.json`: the lists of ranks
  /// (from 0) and rates, and of false and true accept rates.
  ///
  /// Ranks beyond 1,000 are written where the rate changes.
  package var developmentKitFile: Data {
    get throws {
      let rates = cumulativeMatch(upToRank: distractorCount + 1)
      let ranks = rates.indices.filter { $0 < 1000 || rates[$0] != rates[$0 - 1] || $0 == rates.count - 1 }
      var curve: [ROC.Point] = []
      for point in verification.points {
        if curve.last?.falseAcceptRate == point.falseAcceptRate { curve.removeLast() }
        curve.append(point)
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return try encoder.encode([
        "cmc": [ranks.map(Double.init), ranks.map { rates[$0] }],
        "roc": [curve.map(\.falseAcceptRate), curve.map(\.trueAcceptRate)],
      ])
    }
  }
}

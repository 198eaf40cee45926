package import Benchmarks
internal import Digests
internal import Faces
internal import Foundation
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
  /// Whether errors may advise to leave images out.
  var canLeaveOut = true
  /// The most distractors that a rank counts before it reports that it is alive; `nil` for about ten seconds of work.
  package var pieceLength: Int?

  package init(probes: String, probeList: String, distractors: String) {
    self.probes = probes
    self.probeList = probeList
    self.distractors = distractors
  }

  /// Scores the features.
  ///
  /// - Parameter progress: called after each piece with the distractors that are counted, and all of them.
  /// - Returns: the figures, and the results by gallery size.
  /// - Throws: a ``DataError`` or an ``EvaluationError``.
  package func evaluate(
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> (sheet: ScoreSheet, results: [Identification]) {
    let inputs = try read()
    return try finish(count(inputs, rank: 0, of: 1, progress), inputs)
  }

  /// Scores the features together with other ranks, each of which reads its share of the distractors; all ranks call it.
  ///
  /// Counts are whole numbers and are added on rank 0: the figures are those of one process. A rank's memory is that of one
  /// piece of its share, of the probes and of the counts.
  ///
  /// - Parameters:
  ///   - program: the build of the program, which must be the same on all ranks.
  ///   - progress: called after each piece with the distractors of this rank's share that are counted, and all of them.
  /// - Returns: the figures and the results on rank 0, `nil` on the others.
  /// - Throws: also `RanksEnded` and `RankError`.
  package func evaluate(
    by ranks: any GalleryRanks,
    program: String,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> (sheet: ScoreSheet, results: [Identification])? {
    let messages = RankMessages(ranks: ranks)
    let inputs = try messages.agree { () throws -> (Inputs, [RankField]) in
      let inputs = try read()
      return (inputs, fields(of: inputs, program: program))
    }
    try messages.agreeOnFile(distractors)
    let sums = try messages.sum {
      try count(inputs, rank: ranks.rank, of: ranks.rankCount) { done, all in
        try messages.tellAlive()
        progress(done, all)
        ranks.note("ended after \(done) of its \(all) distractors, since another rank is gone")
      }
    }
    return try sums.map { try finish($0, inputs) }
  }

  /// What is read before distractors are counted.
  private struct Inputs {
    var probes: Tensor<Float>
    var identities: [Int]
    var trials: IdentificationTrials<Float>
    var gallery: Gallery
    var sizes: [Int]
    var left: LeftOut
  }

  private func read() throws -> Inputs {
    let list = try MegaFaceList.probes(probeList)
    let ids = list.ids ?? []
    var left = LeftOut()
    let (table, rows, present) = try probeFeatures(list, &left)
    let features = table.features.selecting(rows)
    var numbers: [String: Int] = [:]
    let identities = present.map { row in
      let number = numbers[ids[row]] ?? numbers.count
      numbers[ids[row]] = number
      return number
    }
    let paths = try distractorList.map { try MegaFaceList.distractors($0).paths }
    let gallery = try Gallery(
      distractors,
      paths: paths,
      listPath: distractorList,
      ending: ending,
      noisy: noise(distractorNoise, paths, what: "distractors", &left),
      allowsMissing: allowsMissing,
      canLeaveOut: canLeaveOut,
      constants: table.constants
    )
    let sizes = sizes.isEmpty ? [gallery.count] : sizes
    guard zip([0] + sizes, sizes).allSatisfy({ $0 < $1 }) else { throw EvaluationError.gallerySizes(sizes) }
    try naming(features: distractors, list: probeList) {
      if let largest = sizes.last, largest > gallery.count {
        throw EvaluationError.tooFewDistractors(wanted: largest, found: gallery.count)
      }
      if let length = gallery.rowLength, length != features.rowLength {
        throw EvaluationError.dimensions(probes: features.rowLength, distractors: length)
      }
      guard features.rowCount > 0 else { throw EvaluationError.noTrials }
    }
    let vectors = isRaw ? features : features.normalisedRows()
    let trials = try naming(features: probes, list: probeList) {
      try IdentificationTrials(probes: vectors, identities: identities)
    }
    return Inputs(
      probes: vectors,
      identities: identities,
      trials: trials,
      gallery: gallery,
      sizes: sizes,
      left: left
    )
  }

  private func fields(of inputs: Inputs, program: String) -> [RankField] {
    var probes = Hasher256()
    var list = Hasher256()
    inputs.probes.withUnsafePointer {
      probes.update(
        UnsafeRawBufferPointer(start: $0, count: inputs.probes.count * MemoryLayout<Float>.stride)
      )
    }
    for identity in inputs.identities { probes.field("\(identity)") }
    for path in inputs.gallery.paths ?? [] { list.field(path) }
    for place in inputs.gallery.noisy.sorted() { list.field("\(place)") }
    let dimensions = inputs.gallery.rowLength.map { " × \($0)" } ?? ""
    return [
      RankField("program", program), RankField("OpenBLAS kernel", openBLASKernel),
      RankField("distractors", "\(inputs.gallery.count)\(dimensions)"),
      RankField("gallery sizes", "\(inputs.sizes)"),
      RankField("options", "--raw \(isRaw), --allow-missing \(allowsMissing), --ending \(ending)"),
      RankField("probes", probes.finish().hex), RankField("list of distractors", list.finish().hex),
    ]
  }

  /// Counts the share of one rank.
  ///
  /// - Parameter progress: called at the start and after each piece.
  /// - Returns: the counts of this rank by gallery, each without those of the smaller galleries; then what was left out beyond all
  ///   galleries.
  private func count(
    _ inputs: Inputs,
    rank: Int,
    of rankCount: Int,
    _ progress: (Int, Int) throws -> Void
  ) throws -> [GalleryCounts] {
    let (sizes, gallery) = (inputs.sizes, inputs.gallery)
    var galleries = Array(repeating: GalleryCounts(inputs.trials.empty), count: sizes.count + 1)
    let share = GalleryShare(sizes: sizes, count: allowsMissing ? gallery.count : 0)
    // 2⁴¹ products are some ten seconds on a few cores; the places of a piece are kept in memory.
    let work = max(1, inputs.probes.count)
    let pieces = share.pieces(
      ofRank: rank,
      of: rankCount,
      pieceLength: pieceLength ?? max(1024, min(1 << 20, (1 << 41) / work))
    )
    let all = pieces.reduce(0) { $0 + $1.places.count }
    var done = 0
    try progress(done, all)
    for (place, range) in pieces {
      let piece = try gallery.piece(range)
      galleries[place].leftOut += piece.leftOut
      if place < sizes.count, !piece.places.isEmpty {
        galleries[place].add(try identify(inputs, piece))
      }
      done += range.count
      try progress(done, all)
    }
    return galleries
  }

  private func identify(_ inputs: Inputs, _ piece: Gallery.Piece) throws -> IdentificationCounts<Float> {
    func count(_ source: some FeatureSource<Float>) throws -> IdentificationCounts<Float> {
      try inputs.trials.count(UnitFeatures(source, isRaw: isRaw), rows: 0..<source.rowCount)
    }
    do { return try count(piece.source) } catch let error as EvaluationError {
      throw inputs.gallery.located(error, in: piece)
    }
  }

  /// Makes the figures of the counts of all ranks.
  private func finish(
    _ galleries: [GalleryCounts],
    _ inputs: Inputs
  ) throws -> (sheet: ScoreSheet, results: [Identification]) {
    var left = inputs.left
    left.distractors = galleries.reduce(0) { $0 + $1.leftOut }
    var sum = inputs.trials.empty
    let results = try zip(inputs.sizes, galleries).map { size, gallery in
      sum.add(gallery.counts)
      guard sum.distractorCount > 0 else {
        throw LocatedError(.tooFewDistractors(wanted: size, found: 0), file: distractors)
      }
      return Identification(sum, of: inputs.trials)
    }
    return (try sheet(results, left), results)
  }

  struct LeftOut {
    var probes = 0
    var distractors = 0
    var noisyProbes = 0
    var noisyDistractors = 0
    var notices: [String] = []
  }

  private func sheet(_ results: [Identification], _ left: LeftOut) throws -> ScoreSheet {
    let files =
      [probeList] + [distractorList, probeNoise, distractorNoise].compactMap(\.self)
      + [probes, distractors].filter { !isFeatureFolder($0) }
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
}

internal import Faces
internal import Synchronization
internal import Tensors

/// The trials of an identification, with what counting distractors needs.
struct IdentificationTrials<Element: Scalar>: Sendable {
  let probes: Tensor<Element>
  private let squaredNorms: [Element]
  /// The identity of each trial: by probe, then gallery image.
  let identityOfTrial: [Int]
  /// The first trial of each probe, and the end.
  let firstTrial: [Int]
  /// The scores of the mates of all trials.
  let mateScores: [Element]

  /// - Throws: where probes and identities do not match, a feature is not finite, or there is no trial.
  init(probes: Tensor<Element>, identities: [Int]) throws {
    guard identities.count == probes.rowCount else {
      throw EvaluationError.counts(what: "identities", found: identities.count, expected: probes.rowCount)
    }
    let norms = probes.withUnsafePointer {
      squaredRowNorms($0, rowCount: probes.rowCount, length: probes.rowLength)
    }
    if let row = norms.firstIndex(where: { !$0.isFinite }) {
      throw EvaluationError.notFinite(what: "probe", row: row)
    }
    var images: [Int: [Int]] = [:]
    for (probe, identity) in identities.enumerated() { images[identity, default: []].append(probe) }
    var identityOfTrial: [Int] = []
    var firstTrial = [0]
    var mateScores: [Element] = []
    for (probe, identity) in identities.enumerated() {
      let mates = (images[identity] ?? []).filter { $0 != probe }
      mateScores += scores(of: probe, with: mates, in: probes, squaredNorms: norms)
      identityOfTrial += Array(repeating: identity, count: mates.count)
      firstTrial.append(identityOfTrial.count)
    }
    guard !identityOfTrial.isEmpty else { throw EvaluationError.noTrials }
    self.probes = probes
    squaredNorms = norms
    self.identityOfTrial = identityOfTrial
    self.firstTrial = firstTrial
    self.mateScores = mateScores
  }

  /// Counts the distractors of some rows against all trials.
  ///
  /// - Throws: what reading throws, or an error that names the first distractor that is not finite.
  func count(_ distractors: some FeatureSource<Element>, rows: Range<Int>) throws -> IdentificationCounts<
    Element
  > {
    let blockLength = 1024
    let blockCount = (rows.count + blockLength - 1) / blockLength
    // Whole numbers: how blocks are shared out among groups changes memory, never the sums.
    let groupCount = min(blockCount, 16)
    let sum = Mutex<Result<IdentificationCounts<Element>, any Error>>(.success(IdentificationCounts(self)))
    Parallel.forEach(groupCount) { group in
      let result = Result {
        var counts = IdentificationCounts(self)
        for block in blockCount * group / groupCount..<blockCount * (group + 1) / groupCount {
          let start = rows.lowerBound + block * blockLength
          try count(distractors, block: start..<min(start + blockLength, rows.upperBound), into: &counts)
        }
        return counts
      }
      sum.withLock { $0.add(result) }
    }
    return try sum.withLock { try $0.get() }
  }

  private func count(
    _ distractors: some FeatureSource<Element>,
    block rows: Range<Int>,
    into counts: inout IdentificationCounts<Element>
  ) throws {
    let length = probes.rowLength
    let block = UnsafeMutablePointer<Element>.allocate(capacity: max(1, rows.count * length))
    defer { block.deallocate() }
    try distractors.read(rows, into: block)
    let norms = squaredRowNorms(block, rowCount: rows.count, length: length)
    if let bad = norms.firstIndex(where: { !$0.isFinite }) {
      throw EvaluationError.notFinite(what: "distractor", row: rows.lowerBound + bad)
    }
    let tileLength = 256
    let scores = UnsafeMutableBufferPointer<Element>.allocate(capacity: tileLength * rows.count)
    defer { scores.deallocate() }
    for start in stride(from: 0, to: probes.rowCount, by: tileLength) {
      let tile = start..<min(start + tileLength, probes.rowCount)
      score(tile, block, norms, into: scores)
      for probe in tile {
        let row = UnsafeBufferPointer(
          rebasing: scores[(probe - start) * norms.count..<(probe - start + 1) * norms.count]
        )
        counts.count(row, probe: probe, trials: self)
      }
    }
  }

  /// Writes the scores of a tile of probes and a block of distractors, `[probe, distractor]`.
  private func score(
    _ tile: Range<Int>,
    _ block: UnsafePointer<Element>,
    _ norms: [Element],
    into scores: UnsafeMutableBufferPointer<Element>
  ) {
    guard let output = scores.baseAddress else { return }
    for probe in tile {
      let row = output + (probe - tile.lowerBound) * norms.count
      for column in norms.indices { row[column] = -(squaredNorms[probe] + norms[column]) }
    }
    let length = probes.rowLength
    probes.withUnsafePointer { probes in
      Element.multiply(
        rows: tile.count,
        columns: norms.count,
        inner: length,
        scale: 2,
        probes + tile.lowerBound * length,
        stride: length,
        transposed: false,
        block,
        stride: length,
        transposed: true,
        keeping: 1,
        into: output,
        stride: norms.count
      )
    }
  }
}

/// Negated squared distances of one probe to others: `2 p·g − (|p|² + |g|²)`, by the same product as the
/// distractors', so that a distractor that equals the mate ties with it.
private func scores<Element: Scalar>(
  of probe: Int,
  with others: [Int],
  in probes: Tensor<Element>,
  squaredNorms: [Element]
) -> [Element] {
  guard !others.isEmpty else { return [] }
  let length = probes.rowLength
  var gallery = Tensor<Element>(zeros: [others.count, length])
  var scores = others.map { -(squaredNorms[probe] + squaredNorms[$0]) }
  probes.withUnsafePointer { probes in
    gallery.withUnsafeMutablePointer { gallery in
      for (row, other) in others.enumerated() {
        (gallery + row * length).update(from: probes + other * length, count: length)
      }
      scores.withUnsafeMutableBufferPointer { scores in
        guard let output = scores.baseAddress else { return }
        Element.multiply(
          rows: 1,
          columns: others.count,
          inner: length,
          scale: 2,
          probes + probe * length,
          stride: length,
          transposed: false,
          gallery,
          stride: length,
          transposed: true,
          keeping: 1,
          into: output,
          stride: others.count
        )
      }
    }
  }
  return scores
}

func squaredRowNorms<Element: Scalar>(
  _ rows: UnsafePointer<Element>,
  rowCount: Int,
  length: Int
) -> [Element] {
  (0..<rowCount).map { dotProduct(rows + $0 * length, rows + $0 * length, count: length) }
}

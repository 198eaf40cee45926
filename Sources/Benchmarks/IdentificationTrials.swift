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
  /// The trials of each probe in the place of `firstTrial`, the farthest mate first.
  let trialsByScore: [Int]

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
    var firstTrial = [0]
    var identityOfTrial: [Int] = []
    for identity in identities {
      identityOfTrial += Array(repeating: identity, count: (images[identity]?.count ?? 1) - 1)
      firstTrial.append(identityOfTrial.count)
    }
    guard !identityOfTrial.isEmpty else { throw EvaluationError.noTrials }
    var scores = [Element](repeating: 0, count: identityOfTrial.count)
    probes.withUnsafePointer { base in
      for (probe, identity) in identities.enumerated() {
        let mates = (images[identity] ?? []).filter { $0 != probe }
        for (trial, mate) in zip(firstTrial[probe]..., mates) {
          scores[trial] = decisiveScore(
            base + probe * probes.rowLength,
            norms[probe],
            base + mate * probes.rowLength,
            norms[mate],
            length: probes.rowLength
          )
        }
      }
    }
    self.probes = probes
    squaredNorms = norms
    self.identityOfTrial = identityOfTrial
    self.firstTrial = firstTrial
    mateScores = scores
    trialsByScore = zip(firstTrial, firstTrial.dropFirst()).flatMap { start, end in
      (start..<end).sorted { scores[$0] < scores[$1] }
    }
  }

  /// Counts the distractors of some rows against all trials.
  ///
  /// - Parameter empty: counts of no distractor.
  /// - Throws: what reading throws, or an error that names the first distractor that is not finite.
  func count(
    _ distractors: some FeatureSource<Element>,
    rows: Range<Int>,
    from empty: IdentificationCounts<Element>
  ) throws -> IdentificationCounts<Element> {
    let blockLength = 1024
    let blockCount = (rows.count + blockLength - 1) / blockLength
    // Whole numbers: how blocks are shared out among groups changes memory, never the sums.
    let groupCount = min(blockCount, 16)
    let sum = Mutex<Result<IdentificationCounts<Element>, any Error>>(.success(empty))
    Parallel.forEach(groupCount) { group in
      let result = Result {
        var counts = empty
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
    guard let output = scores.baseAddress else { return }
    for start in stride(from: 0, to: probes.rowCount, by: tileLength) {
      let tile = start..<min(start + tileLength, probes.rowCount)
      probes.withUnsafePointer {
        doubleProducts($0 + start * length, tile.count, block, rows.count, length: length, into: output)
      }
      for probe in tile {
        let row = UnsafeMutableBufferPointer(start: output + (probe - start) * rows.count, count: rows.count)
        subtractNorms(from: row, squaredNorms[probe], norms)
        counts.count(row, probe: probe, squaredNorm: squaredNorms[probe], trials: self) { column in
          score(of: probe, with: block + column * length, norms[column])
        }
      }
    }
  }

  private func score(of probe: Int, with other: UnsafePointer<Element>, _ norm: Element) -> Element {
    probes.withUnsafePointer {
      decisiveScore(
        $0 + probe * probes.rowLength,
        squaredNorms[probe],
        other,
        norm,
        length: probes.rowLength
      )
    }
  }
}

/// The negated squared distance of two features, `2 p·g − (|p|² + |g|²)`, added in one fixed order.
///
/// A matrix product adds in an order that depends on where in the matrix a number lies. What is nearly equal is
/// decided by this, so that a distractor that is the mate itself ties with it.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func decisiveScore<Element: Scalar>(
  _ probe: UnsafePointer<Element>,
  _ squaredNorm: Element,
  _ other: UnsafePointer<Element>,
  _ otherSquaredNorm: Element,
  length: Int
) -> Element {
  2 * dotProduct(probe, other, count: length) - (squaredNorm + otherSquaredNorm)
}

/// Writes `2 p·g` of rows and other rows, `[row, other]`.
private func doubleProducts<Element: Scalar>(
  _ rows: UnsafePointer<Element>,
  _ rowCount: Int,
  _ others: UnsafePointer<Element>,
  _ otherCount: Int,
  length: Int,
  into output: UnsafeMutablePointer<Element>
) {
  Element.multiply(
    rows: rowCount,
    columns: otherCount,
    inner: length,
    scale: 2,
    rows,
    stride: length,
    transposed: false,
    others,
    stride: length,
    transposed: true,
    keeping: 0,
    into: output,
    stride: otherCount
  )
}

/// Makes scores of products: `2 p·g − (|p|² + |g|²)`.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func subtractNorms<Element: Scalar>(
  from row: UnsafeMutableBufferPointer<Element>,
  _ squaredNorm: Element,
  _ squaredNorms: [Element]
) {
  squaredNorms.withUnsafeBufferPointer { norms in
    for column in 0..<row.count { row[column] -= squaredNorm + norms[column] }
  }
}

@specialized(where Element == Float)
@specialized(where Element == Double)
func squaredRowNorms<Element: Scalar>(
  _ rows: UnsafePointer<Element>,
  rowCount: Int,
  length: Int
) -> [Element] {
  (0..<rowCount).map { dotProduct(rows + $0 * length, rows + $0 * length, count: length) }
}

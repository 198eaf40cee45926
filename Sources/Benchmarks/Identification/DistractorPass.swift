internal import CBounds
internal import Faces
internal import Tensors

/// Counts a part of the distractors on one thread, block by block, in memory that all blocks share.
struct DistractorPass<Element: Scalar, Source: FeatureSource<Element>>: ~Copyable {
  /// The number of distractors in a block.
  static var blockLength: Int { 1024 }
  /// The number of probes that are compared with a block at once by bounds.
  private static var tileLength: Int { 512 }
  /// The number of probes whose scores with a block are computed at once; they stay in a core's cache.
  private static var stripLength: Int { 128 }

  private let trials: IdentificationTrials<Element>
  private let source: Source
  private(set) var counts: IdentificationCounts<Element>

  private let block: UnsafeMutablePointer<Element>
  private let scores: UnsafeMutableBufferPointer<Element>
  private let packed: ScoreBounds.Rows
  private let pairs: UnsafeMutableBufferPointer<bounds_pair>
  /// Whether bounds are still used: not after a block in which they excluded too few distractors.
  private var isBounding: Bool

  /// - Parameter empty: counts of no distractor.
  init(_ source: Source, trials: IdentificationTrials<Element>, from empty: IdentificationCounts<Element>) {
    self.trials = trials
    self.source = source
    counts = empty
    let length = trials.probes.rowLength
    let tile = min(Self.tileLength, trials.probes.rowCount) * Self.blockLength
    block = .allocate(capacity: max(1, Self.blockLength * length))
    scores = .allocate(capacity: Self.stripLength * Self.blockLength)
    packed = ScoreBounds.Rows(capacity: Self.blockLength, length: length)
    // A single score costs twice its share of a matrix product: where more scores are left, the product is cheaper.
    pairs = .allocate(capacity: tile / 8)
    isBounding = trials.bounds != nil
  }

  deinit {
    block.deallocate()
    scores.deallocate()
    pairs.deallocate()
  }

  /// Counts a block of distractors against all trials.
  ///
  /// - Throws: what reading throws, or an error that names the first distractor that is not finite.
  mutating func count(_ rows: Range<Int>) throws {
    let length = trials.probes.rowLength
    try source.read(rows, into: block)
    let norms = squaredRowNorms(block, rowCount: rows.count, length: length)
    for (place, norm) in norms.enumerated() where !hasSafeSquares(norm) {
      try checkMagnitude(block + place * length, length, what: "distractor", row: rows.lowerBound + place)
    }
    if isBounding, let bounds = trials.bounds {
      bounds.pack(floats(block), count: rows.count, into: packed)
    }
    var tiles = 0
    var unproven = 0
    for start in stride(from: 0, to: trials.probes.rowCount, by: Self.tileLength) {
      let tile = start..<min(start + Self.tileLength, trials.probes.rowCount)
      tiles += 1
      if isBounding, countUndecided(tile, norms: norms) { continue }
      unproven += 1
      countAll(tile, norms: norms)
    }
    if 2 * unproven > tiles { isBounding = false }
    counts.countDistractors(rows.count)
  }

  /// Counts only the scores that may reach a genuine score; returns `false`, having counted nothing, where they are too
  /// many.
  private mutating func countUndecided(_ tile: Range<Int>, norms: [Element]) -> Bool {
    guard let bounds = trials.bounds,
      let undecided = bounds.undecided(probes: tile, rows: packed, count: norms.count, buffer: pairs)
    else { return false }
    counts.countBelow(tile.count * norms.count - undecided.count)
    for pair in undecided {
      let (probe, column) = (tile.lowerBound + Int(pair.probe), Int(pair.other))
      let score = trials.score(of: probe, with: block + column * trials.probes.rowLength, norms[column])
      withUnsafePointer(to: score) {
        counts.count(UnsafeBufferPointer(start: $0, count: 1), probe: probe, trials: trials)
      }
    }
    return true
  }

  private mutating func countAll(_ tile: Range<Int>, norms: [Element]) {
    let length = trials.probes.rowLength
    guard let output = scores.baseAddress else { return }
    for start in stride(from: tile.lowerBound, to: tile.upperBound, by: Self.stripLength) {
      let strip = start..<min(start + Self.stripLength, tile.upperBound)
      trials.probes.withUnsafePointer {
        innerProducts($0 + strip.lowerBound * length, strip.count, block, norms.count, length, into: output)
      }
      for probe in strip {
        let start = output + (probe - strip.lowerBound) * norms.count
        let row = UnsafeMutableBufferPointer(start: start, count: norms.count)
        turnIntoScores(row, trials.squaredNorms[probe], norms)
        counts.count(UnsafeBufferPointer(row), probe: probe, trials: trials)
      }
    }
  }
}

/// Writes the inner products of rows `[rowCount, length]` with others `[otherCount, length]` to `output`, `[rowCount, otherCount]`,
/// each summed as `innerProduct16` does.
private func innerProducts<Element: Scalar>(
  _ rows: UnsafePointer<Element>,
  _ rowCount: Int,
  _ others: UnsafePointer<Element>,
  _ otherCount: Int,
  _ length: Int,
  into output: UnsafeMutablePointer<Element>
) {
  if let rows = rows as? UnsafePointer<Float>, let others = others as? UnsafePointer<Float>,
    let output = output as? UnsafeMutablePointer<Float>
  {
    products_of_floats(rows, rowCount, others, otherCount, length, output)
  } else if let rows = rows as? UnsafePointer<Double>, let others = others as? UnsafePointer<Double>,
    let output = output as? UnsafeMutablePointer<Double>
  {
    products_of_doubles(rows, rowCount, others, otherCount, length, output)
  } else {
    preconditionFailure("products of \(Element.self)")
  }
}

/// Returns a pointer to Float, where the element is Float.
private func floats<Element: Scalar>(_ numbers: UnsafeMutablePointer<Element>) -> UnsafePointer<Float> {
  precondition(Element.self == Float.self, "bounds are for Float")
  return UnsafePointer(UnsafeRawPointer(numbers).assumingMemoryBound(to: Float.self))
}

/// Turns inner products into scores, `2 p·g − (|p|² + |g|²)`, one per column.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func turnIntoScores<Element: Scalar>(
  _ row: UnsafeMutableBufferPointer<Element>,
  _ squaredNorm: Element,
  _ squaredNorms: [Element]
) {
  squaredNorms.withUnsafeBufferPointer { norms in
    for column in 0..<row.count { row[column] = 2 * row[column] - (squaredNorm + norms[column]) }
  }
}

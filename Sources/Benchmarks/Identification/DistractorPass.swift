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
  private static var stripLength: Int { 126 }

  private let trials: IdentificationTrials<Element>
  private let source: Source
  private(set) var counts: IdentificationCounts<Element>

  private let block: UnsafeMutablePointer<Element>
  private let scores: UnsafeMutableBufferPointer<Element>
  private let packed: ScoreBounds.Rows
  /// Made for the first block whose scores are all computed.
  private var products: RowProducts?
  private var arePacked = false
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
    products = nil
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
    arePacked = false
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
      counts.count(score, probe: probe, trials: trials)
    }
    return true
  }

  private mutating func countAll(_ tile: Range<Int>, norms: [Element]) {
    let length = trials.probes.rowLength
    guard let output = scores.baseAddress else { return }
    for start in stride(from: tile.lowerBound, to: tile.upperBound, by: Self.stripLength) {
      let strip = start..<min(start + Self.stripLength, tile.upperBound)
      multiply(strip, norms.count, into: output)
      for probe in strip {
        let start = output + (probe - strip.lowerBound) * norms.count
        let row = UnsafeMutableBufferPointer(start: start, count: norms.count)
        let squaredNorm = trials.squaredNorms[probe]
        turnIntoScores(row, squaredNorm, norms)
        counts.count(row, probe: probe, squaredNorm: squaredNorm, trials: trials) { [trials, block] column in
          trials.score(of: probe, with: block + column * length, norms[column])
        }
      }
    }
  }

  /// Writes the inner products of probes with the distractors of the block to `output`, `[probe, distractor]`.
  private mutating func multiply(
    _ probes: Range<Int>,
    _ count: Int,
    into output: UnsafeMutablePointer<Element>
  ) {
    let length = trials.probes.rowLength
    if !arePacked, Element.self == Float.self {
      if products == nil { products = RowProducts(capacity: Self.blockLength, length: length) }
      products?.pack(floats(block), count: count)
      arePacked = true
    }
    trials.probes.withUnsafePointer { rows in
      let rows = rows + probes.lowerBound * length
      if let rows = rows as? UnsafePointer<Float>, let output = output as? UnsafeMutablePointer<Float>,
        products != nil
      {
        products?.multiply(rows, probes.count, into: output)
      } else {
        Element.multiply(
          rows: probes.count,
          columns: count,
          inner: length,
          scale: 1,
          rows,
          stride: length,
          transposed: false,
          block,
          stride: length,
          transposed: true,
          keeping: 0,
          into: output,
          stride: count
        )
      }
    }
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

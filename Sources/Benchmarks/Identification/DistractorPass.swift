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
  /// The block, packed for products.
  private let packed: AlignedMemory<Element>
  private let bounded: ScoreBounds.Rows
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
    packed = AlignedMemory(count: Self.blockLength * length)
    bounded = ScoreBounds.Rows(capacity: Self.blockLength, length: length)
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
      bounds.pack(floats(block), count: rows.count, into: bounded)
    }
    var tiles = 0
    var unproven = 0
    for start in stride(from: 0, to: trials.probes.rowCount, by: Self.tileLength) {
      let tile = start..<min(start + Self.tileLength, trials.probes.rowCount)
      tiles += 1
      if isBounding, countUndecided(tile, norms: norms) { continue }
      if unproven == 0 { packForScores(block, norms.count, length, into: packed.pointer) }
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
      let undecided = bounds.undecided(probes: tile, rows: bounded, count: norms.count, buffer: pairs)
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
    let (length, columns) = (trials.probes.rowLength, norms.count)
    guard let output = scores.baseAddress else { return }
    for start in stride(from: tile.lowerBound, to: tile.upperBound, by: Self.stripLength) {
      let strip = start..<min(start + Self.stripLength, tile.upperBound)
      trials.squaredNorms.withUnsafeBufferPointer { probeNorms in
        norms.withUnsafeBufferPointer { norms in
          guard let probeNorms = probeNorms.baseAddress, let norms = norms.baseAddress else { return }
          score(
            trials.packedProbes.pointer + strip.lowerBound * length,
            probeNorms + strip.lowerBound,
            strip.count,
            packed.pointer,
            norms,
            columns,
            length,
            into: output
          )
        }
      }
      for probe in strip {
        let start = output + (probe - strip.lowerBound) * columns
        counts.count(UnsafeBufferPointer(start: start, count: columns), probe: probe, trials: trials)
      }
    }
  }
}

/// Packs features `[count, length]` for scores. A part that begins at a multiple of 16 rows is packed, too.
///
/// - Parameter packed: room for the rows, their number rounded up to a multiple of 16.
func packForScores<Element: Scalar>(
  _ rows: UnsafePointer<Element>,
  _ count: Int,
  _ length: Int,
  into packed: UnsafeMutablePointer<Element>
) {
  if let rows = rows as? UnsafePointer<Float>, let packed = packed as? UnsafeMutablePointer<Float> {
    features_pack_floats(rows, count, length, packed)
  } else if let rows = rows as? UnsafePointer<Double>, let packed = packed as? UnsafeMutablePointer<Double> {
    features_pack_doubles(rows, count, length, packed)
  } else {
    preconditionFailure("features of \(Element.self)")
  }
}

/// Writes the scores `2 p·d − (|p|² + |d|²)` of packed probes and distractors to `output`, `[probe, distractor]`, with the bits of
/// ``IdentificationTrials/score(of:with:_:)``.
private func score<Element: Scalar>(
  _ probes: UnsafePointer<Element>,
  _ probeNorms: UnsafePointer<Element>,
  _ probeCount: Int,
  _ others: UnsafePointer<Element>,
  _ otherNorms: UnsafePointer<Element>,
  _ otherCount: Int,
  _ length: Int,
  into output: UnsafeMutablePointer<Element>
) {
  if let probes = probes as? UnsafePointer<Float>, let probeNorms = probeNorms as? UnsafePointer<Float>,
    let others = others as? UnsafePointer<Float>, let otherNorms = otherNorms as? UnsafePointer<Float>,
    let output = output as? UnsafeMutablePointer<Float>
  {
    features_score_floats(
      features_floats(packed: probes, squares: probeNorms, count: probeCount),
      features_floats(packed: others, squares: otherNorms, count: otherCount),
      length,
      output
    )
  } else if let probes = probes as? UnsafePointer<Double>,
    let probeNorms = probeNorms as? UnsafePointer<Double>,
    let others = others as? UnsafePointer<Double>, let otherNorms = otherNorms as? UnsafePointer<Double>,
    let output = output as? UnsafeMutablePointer<Double>
  {
    features_score_doubles(
      features_doubles(packed: probes, squares: probeNorms, count: probeCount),
      features_doubles(packed: others, squares: otherNorms, count: otherCount),
      length,
      output
    )
  } else {
    preconditionFailure("features of \(Element.self)")
  }
}

/// Returns a pointer to Float, where the element is Float.
private func floats<Element: Scalar>(_ numbers: UnsafeMutablePointer<Element>) -> UnsafePointer<Float> {
  precondition(Element.self == Float.self, "bounds are for Float")
  return UnsafePointer(UnsafeRawPointer(numbers).assumingMemoryBound(to: Float.self))
}

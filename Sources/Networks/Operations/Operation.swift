internal import Tensors

/// A layer of a plan, with its shapes and buffers fixed.
///
/// Operations mark `forward` and `backward` as specialised for Float and for Double: then all that these call in this module is
/// compiled for that type as well, and no step looks up types at run time.
protocol Operation<Element>: AnyObject {
  associatedtype Element: Scalar
  /// Buffers read or written going forward.
  var forwardBuffers: [Int] { get }
  /// Buffers read or written going backward.
  var backwardBuffers: [Int] { get }
  /// The views to which the gradients of the inputs are written.
  var gradientTargets: [GradientTarget] { get }
  /// Elements of scratch memory that each worker needs.
  var scratchCount: Int { get }
  /// Elements of scratch memory that all workers share.
  var sharedScratchCount: Int { get }
  /// Multiplications, each with an addition, in the products of one pass forward and backward.
  var multiplyAdds: (forward: Int, backward: Int) { get }
  /// The number of elements, and of sums in Double, that a rank sends in a training step; see ``BatchShare``.
  func traffic(_ share: BatchShare<Element>) -> (elements: Int, sums: Int)

  /// Computes the outputs.
  func forward(_ run: Run<Element>)
  /// Computes the gradients in inputs and parameters from those in the outputs.
  func backward(_ run: Run<Element>)
}

extension Operation {
  var scratchCount: Int { 0 }
  var sharedScratchCount: Int { 0 }
  var multiplyAdds: (forward: Int, backward: Int) { (0, 0) }
  func traffic(_ share: BatchShare<Element>) -> (elements: Int, sums: Int) { (0, 0) }
}

/// The memory and the seed of one pass.
struct Run<Element: Scalar> {
  let arena: UnsafeMutablePointer<Element>
  /// The offset of each buffer in the arena.
  let offsets: [Int]
  let values: UnsafePointer<Element>
  let gradients: UnsafeMutablePointer<Element>
  let statistics: UnsafeMutablePointer<Element>
  let scratch: UnsafeMutablePointer<Element>
  let scratchStride: Int
  let sharedScratch: UnsafeMutablePointer<Element>
  /// The seed of the pass, for dropout.
  let seed: UInt64
  /// The images that this process computes.
  let share: BatchShare<Element>
  /// The sums of gradients over all ranks.
  let relay: GradientRelay<Element>

  func pointer(_ view: View) -> UnsafeMutablePointer<Element> {
    arena + offsets[view.buffer] + view.offset
  }

  func scratch(of worker: Int) -> UnsafeMutablePointer<Element> {
    scratch + worker * scratchStride
  }
}

/// Rows cut into chunks of consecutive rows; the cut depends on the shape alone, not on the number of threads.
struct RowChunks {
  let rows: Int
  let length: Int
  /// A new chunk begins after each so many rows.
  let period: Int

  init(rows: Int, length: Int, period: Int) {
    self.rows = rows
    self.length = length
    self.period = period
  }

  /// Cuts rows of `channels` elements into chunks of about 32 Ki elements.
  init(rows: Int, channels: Int) {
    self.init(rows: rows, length: max(16, min(rows, (1 << 15) / max(1, channels))), period: rows)
  }

  private var partCount: Int { (period + length - 1) / length }
  /// The chunk that has a row.
  private func index(of row: Int) -> Int { row / period * partCount + row % period / length }
  var count: Int { (rows + period - 1) / period * partCount }

  func range(_ chunk: Int) -> Range<Int> {
    let end = min(rows, (chunk / partCount + 1) * period)
    let start = chunk / partCount * period + chunk % partCount * length
    return start..<min(end, start + length)
  }

  /// The chunks that have some of the rows.
  func overlapping(_ rows: Range<Int>) -> Range<Int> {
    rows.isEmpty ? 0..<0 : index(of: rows.lowerBound)..<index(of: rows.upperBound - 1) + 1
  }

  /// The first chunk that begins at a row or behind it; `count` where none does.
  func firstBeginning(at row: Int) -> Int {
    guard row < rows else { return count }
    let chunk = index(of: row)
    return range(chunk).lowerBound == row ? chunk : chunk + 1
  }
}

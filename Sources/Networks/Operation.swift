internal import Tensors

/// A layer with its shapes and buffers fixed: what a plan runs.
protocol Operation<Element>: AnyObject {
  associatedtype Element: Scalar
  /// Buffers read or written going forward.
  var forwardBuffers: [Int] { get }
  /// Buffers read or written going backward.
  var backwardBuffers: [Int] { get }
  /// Where the gradients of the inputs go.
  var gradientTargets: [GradientTarget] { get }
  /// Elements of scratch memory that each worker needs.
  var scratchCount: Int { get }
  /// Elements of scratch memory that all workers share.
  var sharedScratchCount: Int { get }
  /// Multiplications, each with an addition, in the products of one pass forward and backward.
  var multiplyAdds: (forward: Int, backward: Int) { get }

  func forward(_ run: Run<Element>)
  func backward(_ run: Run<Element>)
}

extension Operation {
  var scratchCount: Int { 0 }
  var sharedScratchCount: Int { 0 }
  var multiplyAdds: (forward: Int, backward: Int) { (0, 0) }
}

/// The memory and the chance of one pass.
struct Run<Element: Scalar> {
  let arena: UnsafeMutablePointer<Element>
  /// Where each buffer begins in the arena.
  let offsets: [Int]
  let values: UnsafePointer<Element>
  let gradients: UnsafeMutablePointer<Element>
  let statistics: UnsafeMutablePointer<Element>
  let scratch: UnsafeMutablePointer<Element>
  let scratchStride: Int
  let sharedScratch: UnsafeMutablePointer<Element>
  /// The seed of the pass, for dropout.
  let seed: UInt64

  func pointer(_ view: View) -> UnsafeMutablePointer<Element> {
    arena + offsets[view.buffer] + view.offset
  }

  func scratch(of worker: Int) -> UnsafeMutablePointer<Element> {
    scratch + worker * scratchStride
  }
}

/// Rows that are worked on together: a number that depends on the shape alone.
struct RowChunks {
  let rows: Int
  let length: Int
  /// The rows after which a new chunk begins.
  let period: Int

  init(rows: Int, length: Int, period: Int) {
    self.rows = rows
    self.length = length
    self.period = period
  }

  /// Cuts rows of `channels` numbers into pieces of about 32 Ki numbers.
  init(rows: Int, channels: Int) {
    self.init(rows: rows, length: max(16, min(rows, (1 << 15) / max(1, channels))), period: rows)
  }

  private var partCount: Int { (period + length - 1) / length }
  var count: Int { (rows + period - 1) / period * partCount }

  func range(_ chunk: Int) -> Range<Int> {
    let end = min(rows, (chunk / partCount + 1) * period)
    let start = chunk / partCount * period + chunk % partCount * length
    return start..<min(end, start + length)
  }
}

internal import Tensors

/// What a rank keeps between the exchanges of rows within a training step: which rows it has got, and memory for messages.
final class RowExchange<Element: Scalar> {
  /// The end of the rows that each rank has of a value of the forward pass: its own, and those behind them that it has got.
  private var ends: [View: [Int]] = [:]
  private var memory = AlignedMemory<Element>(count: 0)

  /// Forgets the rows of the step before.
  func begin() { ends = [:] }

  /// The end of the rows that a rank has; nil where it has got none beyond its own.
  func end(of view: View, at rank: Int) -> Int? { ends[view]?[rank] }

  /// Notes that each rank has got the rows of a value up to an end.
  func note(_ view: View, _ newEnds: [Int]) {
    ends[view] = ends[view].map { zip($0, newEnds).map { max($0, $1) } } ?? newEnds
  }

  /// Calls the body with some rows of a matrix as one message: in place where they have no gaps between them, else a copy.
  ///
  /// - Parameter isReceived: whether the body writes the message, from which the rows are then copied.
  func withMessage(
    _ rows: Range<Int>,
    of matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    isReceived: Bool,
    _ body: (UnsafeMutableRawBufferPointer) -> Void
  ) {
    let (first, count) = (matrix + rows.lowerBound * view.stride, rows.count * view.channels)
    guard !view.isContiguous else {
      return body(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: first, count: count)))
    }
    if memory.count < count { memory = AlignedMemory(count: count) }
    let packed = memory.pointer
    /// Copies rows in parallel, about 16 Ki elements at a time.
    func copy(_ move: (_ row: Int) -> Void) {
      let length = max(1, (1 << 14) / view.channels)
      Parallel.forEach((rows.count + length - 1) / length) {
        for row in $0 * length..<min(rows.count, ($0 + 1) * length) { move(row) }
      }
    }
    if !isReceived {
      copy { (packed + $0 * view.channels).update(from: first + $0 * view.stride, count: view.channels) }
    }
    body(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: packed, count: count)))
    if isReceived {
      copy { (first + $0 * view.stride).update(from: packed + $0 * view.channels, count: view.channels) }
    }
  }
}

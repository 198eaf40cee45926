internal import Tensors

/// The rows of matrices that ranks exchange within a training step: which ones a rank has got, and which are on their way.
final class RowExchange<Element: Scalar> {
  /// Rows that have been asked for, with what to do once they have arrived.
  private struct Awaited {
    var receipt: Int
    var unpack: () -> Void
  }

  private let pool: MemoryPool<Element>
  /// The rows that each rank has of a value of the forward pass: its own, and those around them that it has got.
  private var known: [View: [Range<Int>]] = [:]
  private var awaited: [View: [Awaited]] = [:]

  init(_ pool: MemoryPool<Element> = MemoryPool()) { self.pool = pool }

  /// Begins a step: forgets the rows of the one before, of which some may still be on their way.
  func begin(_ ranks: (any Communicator)?) {
    if let ranks { for view in Array(awaited.keys) { finish(view, ranks) } }
    (known, awaited) = ([:], [:])
  }

  /// The rows that a rank has, or has asked for; nil where these are its own alone.
  func rows(of view: View, at rank: Int) -> Range<Int>? { known[view]?[rank] }

  /// Notes the rows that each rank has of a value, or asks for.
  func note(_ view: View, _ rows: [Range<Int>]) { known[view] = rows }

  /// Sends some rows of a matrix.
  func send(
    _ rows: Range<Int>,
    of matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    to rank: Int,
    _ ranks: any Communicator
  ) {
    let (first, count) = (matrix + rows.lowerBound * view.stride, rows.count * view.channels)
    guard !view.isContiguous else { return ranks.send(bytes(first, count), to: rank, .rows) }
    let packed = pool.take(count)
    copyRows(rows.count, view, from: first, view.stride, to: packed.pointer, view.channels)
    ranks.send(bytes(packed.pointer, count), to: rank, .rows)
    pool.give(packed)
  }

  /// Asks for some rows of a matrix, which are there after `finish`.
  func receive(
    _ rows: Range<Int>,
    of matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    from rank: Int,
    _ ranks: any Communicator
  ) {
    let (first, count) = (matrix + rows.lowerBound * view.stride, rows.count * view.channels)
    guard !view.isContiguous else {
      let receipt = ranks.beginReceiving(mutableBytes(first, count), from: rank, .rows)
      return awaited[view, default: []].append(Awaited(receipt: receipt) {})
    }
    let packed = pool.take(count)
    let receipt = ranks.beginReceiving(mutableBytes(packed.pointer, count), from: rank, .rows)
    awaited[view, default: []].append(
      Awaited(receipt: receipt) { [pool] in
        copyRows(rows.count, view, from: packed.pointer, view.channels, to: first, view.stride)
        pool.give(packed)
      }
    )
  }

  /// Waits for all rows of a matrix that have been asked for.
  func finish(_ view: View, _ ranks: any Communicator) {
    for next in awaited.removeValue(forKey: view) ?? [] {
      ranks.finish(next.receipt)
      next.unpack()
    }
  }
}

private func mutableBytes<Element>(_ start: UnsafeMutablePointer<Element>, _ count: Int)
  -> UnsafeMutableRawBufferPointer
{
  UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: start, count: count))
}

private func bytes<Element>(_ start: UnsafeMutablePointer<Element>, _ count: Int) -> UnsafeRawBufferPointer {
  UnsafeRawBufferPointer(mutableBytes(start, count))
}

/// Copies the channels of rows that are so many elements apart, about 16 Ki elements at a time on several threads.
private func copyRows<Element: Scalar>(
  _ count: Int,
  _ view: View,
  from source: UnsafeMutablePointer<Element>,
  _ sourceStride: Int,
  to target: UnsafeMutablePointer<Element>,
  _ targetStride: Int
) {
  let length = max(1, (1 << 14) / view.channels)
  Parallel.forEach((count + length - 1) / length) {
    for row in $0 * length..<min(count, ($0 + 1) * length) {
      (target + row * targetStride).update(from: source + row * sourceStride, count: view.channels)
    }
  }
}

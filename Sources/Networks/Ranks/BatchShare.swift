internal import Tensors

/// The part of a batch that this process computes, where several ranks train one network, and the exchange with the others.
///
/// Each rank holds the whole network and computes consecutive images of the batch. What is summed over images is summed in the
/// order of one process: a chunk of rows is summed by the rank that has the chunk's first row, which gets the rows that it lacks
/// from the ranks behind it, and the chunks' sums are added by the ranks in turn, each continuing from the sums of the one before.
/// So the bits are those of one process, for any number of ranks.
struct BatchShare {
  /// The number of images in the batch.
  let batch: Int
  let rank: Int
  let rankCount: Int
  /// Nil for a process that computes the whole batch, and where only traffic is predicted.
  let ranks: (any Communicator)?

  init(batch: Int, ranks: (any Communicator)?) {
    self.batch = batch
    rank = ranks?.rank ?? 0
    rankCount = ranks?.rankCount ?? 1
    self.ranks = rankCount > 1 ? ranks : nil
  }

  /// The share of a rank, without an exchange.
  init(batch: Int, rank: Int, of rankCount: Int) {
    self.batch = batch
    self.rank = rank
    self.rankCount = rankCount
    ranks = nil
  }

  private var last: Int { rankCount - 1 }

  /// The images of this rank.
  var images: Range<Int> { images(of: rank) }

  func images(of rank: Int) -> Range<Int> { batch * rank / rankCount..<batch * (rank + 1) / rankCount }

  /// The rows of a matrix `[batch·height·width, channel]` that belong to a rank's images.
  func rows(_ view: View, of rank: Int) -> Range<Int> {
    let (images, size) = (images(of: rank), view.height * view.width)
    return images.lowerBound * size..<images.upperBound * size
  }

  /// Calls the body, in parallel, for the parts of chunks that lie in this rank's images.
  func forEachOwn(_ chunks: RowChunks, of view: View, _ body: (_ rows: Range<Int>) -> Void) {
    let own = rows(view, of: rank)
    let numbers = chunks.overlapping(own)
    Parallel.forEach(numbers.count) { body(chunks.range(numbers.lowerBound + $0).clamped(to: own)) }
  }

  /// The chunks that a rank sums: those that begin in its images.
  func owned(_ chunks: RowChunks, of view: View, by rank: Int) -> Range<Int> {
    guard rankCount > 1 else { return 0..<chunks.count }
    let rows = rows(view, of: rank)
    return chunks.firstBeginning(at: rows.lowerBound)..<chunks.firstBeginning(at: rows.upperBound)
  }

  /// Completes the rows of a matrix that this rank needs beyond its own images, and gives the others what they need.
  ///
  /// - Parameter ends: the end of the rows that each rank needs; they begin with its own images.
  func complete<Element: Scalar>(
    _ matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    upTo ends: (_ rank: Int) -> Int
  ) {
    guard let ranks else { return }
    for receiver in 0..<rank {
      let rows = missing(view, to: receiver, from: rank, ends)
      if !rows.isEmpty { send(rows, of: matrix, view, to: receiver, ranks) }
    }
    for sender in rank..<rankCount where sender > rank {
      let rows = missing(view, to: rank, from: sender, ends)
      if !rows.isEmpty { receive(rows, of: matrix, view, from: sender, ranks) }
    }
  }

  /// The rows that a rank needs and another one has.
  private func missing(
    _ view: View,
    to receiver: Int,
    from sender: Int,
    _ ends: (_ rank: Int) -> Int
  ) -> Range<Int> {
    let end = rows(view, of: receiver).upperBound
    return (end..<max(end, ends(receiver))).clamped(to: rows(view, of: sender))
  }

  /// The number of rows that this rank sends in `complete`.
  func completedRows(_ view: View, upTo ends: (_ rank: Int) -> Int) -> Int {
    (0..<rank).reduce(0) { $0 + missing(view, to: $1, from: rank, ends).count }
  }

  /// The end of the rows of the chunks that a rank sums.
  func end(of chunks: RowChunks, _ view: View, by rank: Int) -> Int {
    let own = owned(chunks, of: view, by: rank)
    return own.isEmpty ? 0 : chunks.range(own.upperBound - 1).upperBound
  }

  /// Completes the chunks of rows that this rank sums.
  func complete<Element: Scalar>(
    _ matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    _ chunks: RowChunks
  ) {
    complete(matrix, view) { end(of: chunks, view, by: $0) }
  }

  /// Gives every rank all rows of a matrix.
  func gather<Element: Scalar>(_ matrix: UnsafeMutablePointer<Element>, _ view: View) {
    guard let ranks else { return }
    let own = rows(view, of: rank)
    for other in 0..<rankCount where other != rank { send(own, of: matrix, view, to: other, ranks) }
    for other in 0..<rankCount where other != rank {
      receive(rows(view, of: other), of: matrix, view, from: other, ranks)
    }
  }

  /// Lets the ranks continue a computation one after the other, and gives all of them its last state.
  ///
  /// - Parameters:
  ///   - state: its beginning on the first rank; overwritten by the state before this rank's turn, then by the last.
  ///   - body: continues from the state with this rank's chunks.
  func inTurn<Value: BitwiseCopyable>(_ state: UnsafeMutablePointer<Value>, count: Int, _ body: () -> Void) {
    guard let ranks else { return body() }
    let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: state, count: count))
    if rank > 0 { ranks.receive(bytes, from: rank - 1, .sums) }
    body()
    guard rank == last else {
      ranks.send(UnsafeRawBufferPointer(bytes), to: rank + 1, .sums)
      return ranks.receive(bytes, from: last, .sums)
    }
    for other in 0..<last { ranks.send(UnsafeRawBufferPointer(bytes), to: other, .sums) }
  }

  private func send<Element: Scalar>(
    _ rows: Range<Int>,
    of matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    to rank: Int,
    _ ranks: any Communicator
  ) {
    withPacked(rows, view, Element.self) { packed in
      for (place, row) in rows.enumerated() {
        (packed + place * view.channels).update(from: matrix + row * view.stride, count: view.channels)
      }
      ranks.send(UnsafeRawBufferPointer(bytes(packed, rows, view)), to: rank, .rows)
    }
  }

  private func receive<Element: Scalar>(
    _ rows: Range<Int>,
    of matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    from rank: Int,
    _ ranks: any Communicator
  ) {
    withPacked(rows, view, Element.self) { packed in
      packed.update(repeating: 0, count: rows.count * view.channels)
      ranks.receive(bytes(packed, rows, view), from: rank, .rows)
      for (place, row) in rows.enumerated() {
        (matrix + row * view.stride).update(from: packed + place * view.channels, count: view.channels)
      }
    }
  }

  private func bytes<Element: Scalar>(
    _ packed: UnsafeMutablePointer<Element>,
    _ rows: Range<Int>,
    _ view: View
  ) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(start: packed, count: rows.count * view.channels)
    )
  }

  /// Calls the body with memory for rows without the gaps between them.
  private func withPacked<Element: Scalar>(
    _ rows: Range<Int>,
    _ view: View,
    _ type: Element.Type,
    _ body: (UnsafeMutablePointer<Element>) -> Void
  ) {
    let packed = AlignedMemory<Element>(count: rows.count * view.channels)
    body(packed.pointer)
  }
}

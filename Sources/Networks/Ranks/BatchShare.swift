internal import Tensors

/// The part of a batch that this process computes, where several ranks train one network, and the exchange with the others.
///
/// Each rank holds the whole network and computes consecutive images of the batch. What is summed over images is summed in the
/// order of one process: a chunk of rows is summed by one rank, which gets the rows that it lacks from the others, and the chunks'
/// sums are added by the ranks in turn, each continuing from the sums of the one before. So the bits are those of one process, for
/// any number of ranks.
struct BatchShare<Element: Scalar> {
  /// The number of images in the batch.
  let batch: Int
  let rank: Int
  let rankCount: Int
  /// Nil for a process that computes the whole batch, and where only traffic is predicted.
  let ranks: (any Communicator)?
  private let exchange: RowExchange<Element>

  init(batch: Int, ranks: (any Communicator)?, _ exchange: RowExchange<Element>) {
    self.batch = batch
    self.exchange = exchange
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
    exchange = RowExchange()
  }

  private var last: Int { rankCount - 1 }

  /// The images of this rank.
  var images: Range<Int> { images(of: rank) }

  func images(of rank: Int) -> Range<Int> { (0..<batch).part(rank, of: rankCount) }

  /// The rows of a matrix `[batch·height·width, channel]` that belong to a rank's images.
  func rows(_ view: View, of rank: Int) -> Range<Int> {
    let (images, size) = (images(of: rank), view.height * view.width)
    return images.lowerBound * size..<images.upperBound * size
  }

  /// Calls the body, in parallel, for ranges of this rank's rows, in any order; only for what is computed for each row by itself.
  func forEachOwn(_ chunks: RowChunks, of view: View, _ body: (_ rows: Range<Int>) -> Void) {
    let own = rows(view, of: rank)
    let numbers = chunks.overlapping(own)
    // Not below some 2,048 elements: less does not make up for waking a thread.
    let limit = max(1, min(chunks.length, chunks.length * view.channels >> 11))
    let parts = Parallel.partCount(ofEach: numbers.count, upTo: limit, overhead: 0.02)
    Parallel.forEach(numbers.count * parts) { index in
      let rows = chunks.range(numbers.lowerBound + index / parts)
      let part = rows.part(index % parts, of: parts).clamped(to: own)
      if !part.isEmpty { body(part) }
    }
  }

  /// The chunks that a rank sums: those that begin in its images.
  func owned(_ chunks: RowChunks, of view: View, by rank: Int) -> Range<Int> {
    guard rankCount > 1 else { return 0..<chunks.count }
    let rows = rows(view, of: rank)
    return chunks.firstBeginning(at: rows.lowerBound)..<chunks.firstBeginning(at: rows.upperBound)
  }

  /// Whether a matrix of rows stays as it is until the end of the step.
  enum Lifetime {
    /// A value of the forward pass: no row is sent twice.
    case step
    /// A gradient, to which others add.
    case moment
  }

  /// Gives other ranks the rows of a matrix that they need beyond their own images, and asks for those that this rank needs.
  ///
  /// - Parameter needed: the rows that each rank needs; with its own images' they are without a gap.
  func begin(
    _ matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    _ lifetime: Lifetime,
    _ needed: (_ rank: Int) -> Range<Int>
  ) {
    guard let ranks else { return }
    let (known, wanted) = spans(view, lifetime, needed)
    for other in 0..<rankCount where other != rank {
      let rows = missing(at: other, known, wanted, from: rank, view)
      if !rows.isEmpty { exchange.send(rows, of: matrix, view, to: other, ranks) }
    }
    for other in 0..<rankCount where other != rank {
      let rows = missing(at: rank, known, wanted, from: other, view)
      if !rows.isEmpty { exchange.receive(rows, of: matrix, view, from: other, ranks) }
    }
    if lifetime == .step { exchange.note(view, wanted) }
  }

  /// Waits for the rows of a matrix that this rank has asked for.
  func finish(_ view: View) {
    if let ranks { exchange.finish(view, ranks) }
  }

  /// The rows that each rank has, and has once it has got those that it needs.
  private func spans(_ view: View, _ lifetime: Lifetime, _ needed: (_ rank: Int) -> Range<Int>) -> (
    known: [Range<Int>], wanted: [Range<Int>]
  ) {
    let known = (0..<rankCount).map {
      (lifetime == .step ? exchange.rows(of: view, at: $0) : nil) ?? rows(view, of: $0)
    }
    let wanted = known.indices.map { rank in
      let (have, need) = (known[rank], needed(rank))
      return need.isEmpty
        ? have : min(have.lowerBound, need.lowerBound)..<max(have.upperBound, need.upperBound)
    }
    return (known, wanted)
  }

  /// The rows that one rank has to get from another one.
  private func missing(
    at receiver: Int,
    _ known: [Range<Int>],
    _ wanted: [Range<Int>],
    from sender: Int,
    _ view: View
  ) -> Range<Int> {
    let (have, want) = (known[receiver], wanted[receiver])
    let side = sender < receiver ? want.lowerBound..<have.lowerBound : have.upperBound..<want.upperBound
    return side.clamped(to: rows(view, of: sender))
  }

  /// The number of rows that this rank sends in `begin`, which it takes as done.
  func lentRows(_ view: View, _ lifetime: Lifetime, _ needed: (_ rank: Int) -> Range<Int>) -> Int {
    let (known, wanted) = spans(view, lifetime, needed)
    if lifetime == .step { exchange.note(view, wanted) }
    return (0..<rankCount).reduce(0) {
      $1 == rank ? $0 : $0 + missing(at: $1, known, wanted, from: rank, view).count
    }
  }

  /// The rows of the chunks that a rank sums.
  func rows(of chunks: RowChunks, _ view: View, by rank: Int) -> Range<Int> {
    let own = owned(chunks, of: view, by: rank)
    guard !own.isEmpty else { return 0..<0 }
    return chunks.range(own.lowerBound).lowerBound..<chunks.range(own.upperBound - 1).upperBound
  }

  /// Completes the chunks of rows that this rank sums.
  func complete(
    _ matrix: UnsafeMutablePointer<Element>,
    _ view: View,
    _ lifetime: Lifetime,
    _ chunks: RowChunks
  ) {
    begin(matrix, view, lifetime) { rows(of: chunks, view, by: $0) }
    finish(view)
  }

  /// Gives every rank all rows of a matrix.
  func gather(_ matrix: UnsafeMutablePointer<Element>, _ view: View) {
    guard let ranks else { return }
    let own = rows(view, of: rank)
    for other in 0..<rankCount where other != rank {
      exchange.send(own, of: matrix, view, to: other, ranks)
      exchange.receive(rows(view, of: other), of: matrix, view, from: other, ranks)
    }
    finish(view)
  }

  /// Whether sums over so many elements of chunks' parts are best added up by every rank: where they are so small that sending
  /// all of them takes less time than one message from rank to rank after the other.
  func addsEverywhere(_ count: Int) -> Bool {
    // What a link of 10 Gbit/s sends in the time of a short message.
    count * MemoryLayout<Element>.stride <= (rankCount - 1) << 15
  }

  /// Gives every rank the parts of all chunks.
  ///
  /// - Parameters:
  ///   - parts: `length` elements for each chunk, of which this rank has those that it sums.
  ///   - view: the matrix that the chunks cut.
  func gatherParts(
    _ parts: UnsafeMutablePointer<Element>,
    length: Int,
    _ chunks: RowChunks,
    of view: View
  ) {
    guard let ranks else { return }
    func block(_ rank: Int) -> UnsafeMutableRawBufferPointer {
      let own = owned(chunks, of: view, by: rank)
      let start = parts + own.lowerBound * length
      return UnsafeMutableRawBufferPointer(
        UnsafeMutableBufferPointer(start: start, count: own.count * length)
      )
    }
    let own = UnsafeRawBufferPointer(block(rank))
    let others = (0..<rankCount).filter { $0 != rank }
    for other in others { ranks.send(own, to: other, .parts) }
    let receipts = others.map { ranks.beginReceiving(block($0), from: $0, .parts) }
    for receipt in receipts { ranks.finish(receipt) }
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
}

internal import Tensors

/// The sums of the gradients in weights over all ranks, during one backward pass.
///
/// Each gradient is summed from rank to rank: a rank receives the sum of the ranks before it, adds its own groups in their order
/// and passes the sum on. The last rank then has the whole sum, which goes to the first rank and from there from rank to rank,
/// while the backward pass of earlier layers runs; only the optimiser needs it.
final class GradientRelay<Element: Scalar> {
  private let share: BatchShare
  /// Complete sums that this rank has begun to receive and not yet passed on, in the order of the layers.
  private var awaited: [(receipt: Int, bytes: UnsafeMutableRawBufferPointer)] = []
  private var passedOn = 0

  init(_ share: BatchShare) { self.share = share }

  /// Whether the gradients of this rank continue sums of the rank before it.
  var continues: Bool { share.rank > 0 }

  /// How often a rank sends each gradient.
  static func messageCount(_ share: BatchShare) -> Int {
    guard share.rankCount > 1 else { return 0 }
    return share.rank + 1 < share.rankCount - 1 ? 2 : 1
  }

  /// Adds this rank's part of gradients to that of the ranks before it.
  ///
  /// - Parameters:
  ///   - gradients: on all ranks but the first filled with the sums of those before, then by the body, and by `finish` at the latest
  ///     with the sums of all. They stay valid until then.
  ///   - body: overwrites the gradients on the first rank, adds to them on the others.
  func sum(_ gradients: UnsafeMutablePointer<Element>, count: Int, _ body: () -> Void) {
    guard let ranks = share.ranks else { return body() }
    let last = share.rankCount - 1
    let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: gradients, count: count))
    if share.rank > 0 { ranks.receive(bytes, from: share.rank - 1, .sums) }
    body()
    if share.rank == last {
      ranks.send(UnsafeRawBufferPointer(bytes), to: 0, .gradients)
    } else {
      ranks.send(UnsafeRawBufferPointer(bytes), to: share.rank + 1, .sums)
      let previous = share.rank == 0 ? last : share.rank - 1
      awaited.append((ranks.beginReceiving(bytes, from: previous, .gradients), bytes))
    }
    passOn(ranks, waits: false)
  }

  /// Waits for the sums that are still missing.
  func finish() {
    guard let ranks = share.ranks else { return }
    passOn(ranks, waits: true)
  }

  private func passOn(_ ranks: any Communicator, waits: Bool) {
    while passedOn < awaited.count {
      let (receipt, bytes) = awaited[passedOn]
      guard waits || ranks.isFinished(receipt) else { return }
      ranks.finish(receipt)
      // The last rank has the sums already.
      if share.rank + 1 < share.rankCount - 1 {
        ranks.send(UnsafeRawBufferPointer(bytes), to: share.rank + 1, .gradients)
      }
      passedOn += 1
    }
  }
}

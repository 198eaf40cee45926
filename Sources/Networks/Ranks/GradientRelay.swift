internal import Tensors

/// The sums of the gradients in weights over all ranks, during one backward pass.
///
/// Each gradient is summed from rank to rank: a rank gets the sum of the ranks before it, adds its own groups in their order and
/// passes the sum on. The last rank then has the whole sum, which goes back from rank to rank. No rank waits for it: it keeps its
/// groups' sums until the sum of the ranks before it is there, while the backward pass goes on to earlier layers. Only the
/// optimiser needs all sums.
final class GradientRelay<Element: Scalar> {
  /// A gradient whose sum over the ranks before this one is awaited.
  private struct Pending {
    var receipt: Int
    var gradients: UnsafeMutableRawBufferPointer
    var groups: AlignedMemory<Element>
    var add: () -> Void
  }

  /// The number of elements of groups' sums that are kept before a rank waits: 64 MiB in Float.
  private static var keptLimit: Int { 1 << 24 }

  private let share: BatchShare<Element>
  private let workspace: Workspace<Element>
  private var pending: [Pending] = []
  private var addedCount = 0
  private var keptCount = 0
  /// Whole sums that are awaited of the rank behind this one, in the order of the layers.
  private var awaited: [(receipt: Int, gradients: UnsafeMutableRawBufferPointer)] = []
  private var completedCount = 0

  init(_ share: BatchShare<Element>, _ workspace: Workspace<Element>) {
    self.share = share
    self.workspace = workspace
  }

  private var isLast: Bool { share.rank == share.rankCount - 1 }

  /// How often a rank sends each gradient.
  static func messageCount(_ share: BatchShare<Element>) -> Int {
    guard share.rankCount > 1 else { return 0 }
    return share.rank > 0 && share.rank < share.rankCount - 1 ? 2 : 1
  }

  /// Sums gradients over all ranks; on ranks behind the first they are complete at `finish` only, and may not be read before.
  ///
  /// - Parameters:
  ///   - gradients: they stay valid until `finish`.
  ///   - groupCount: the number of elements of the sums of this rank's groups.
  ///   - sumGroups: computes the groups' sums, now: into the memory that it gets, or into that of the caller for nil.
  ///   - add: writes the sum of the groups to the gradients, or, where `continues`, adds the groups to them in order. May be called
  ///     later.
  func sum(
    _ gradients: UnsafeMutablePointer<Element>,
    count: Int,
    groupCount: Int,
    _ sumGroups: (_ kept: UnsafeMutablePointer<Element>?) -> Void,
    add: @escaping (_ kept: UnsafeMutablePointer<Element>?, _ continues: Bool) -> Void
  ) {
    guard let ranks = share.ranks else {
      sumGroups(nil)
      return add(nil, false)
    }
    let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: gradients, count: count))
    if share.rank == 0 {
      sumGroups(nil)
      add(nil, false)
      passOn(bytes, ranks)
    } else {
      let kept = workspace.pool.take(groupCount)
      sumGroups(kept.pointer)
      pending.append(
        Pending(
          receipt: ranks.beginReceiving(bytes, from: share.rank - 1, .partialGradients),
          gradients: bytes,
          groups: kept,
          add: { add(kept.pointer, true) }
        )
      )
      keptCount += kept.count
    }
    proceed(ranks, waits: false)
  }

  /// Waits for the sums that are still missing.
  func finish() {
    guard let ranks = share.ranks else { return }
    proceed(ranks, waits: true)
  }

  private func proceed(_ ranks: any Communicator, waits: Bool) {
    while addedCount < pending.count {
      let next = pending[addedCount]
      guard waits || keptCount > Self.keptLimit || ranks.isFinished(next.receipt) else { break }
      ranks.finish(next.receipt)
      next.add()
      addedCount += 1
      keptCount -= next.groups.count
      workspace.pool.give(next.groups)
      passOn(next.gradients, ranks)
    }
    while completedCount < awaited.count {
      let next = awaited[completedCount]
      guard waits || ranks.isFinished(next.receipt) else { return }
      ranks.finish(next.receipt)
      completedCount += 1
      if share.rank > 0 {
        ranks.send(UnsafeRawBufferPointer(next.gradients), to: share.rank - 1, .gradients)
      }
    }
  }

  /// Sends the sum up to this rank to the next one; the last sends it back as the whole sum.
  private func passOn(_ gradients: UnsafeMutableRawBufferPointer, _ ranks: any Communicator) {
    if isLast {
      ranks.send(UnsafeRawBufferPointer(gradients), to: share.rank - 1, .gradients)
    } else {
      ranks.send(UnsafeRawBufferPointer(gradients), to: share.rank + 1, .partialGradients)
      awaited.append((ranks.beginReceiving(gradients, from: share.rank + 1, .gradients), gradients))
    }
  }
}

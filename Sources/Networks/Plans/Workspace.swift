internal import Tensors

/// The memory of a network's passes: it grows to the largest plan, and is freed with the network.
final class Workspace<Element: Scalar> {
  private(set) var arena = AlignedMemory<Element>(count: 0)
  private(set) var scratch = AlignedMemory<Element>(count: 0)
  private(set) var shared = AlignedMemory<Element>(count: 0)

  /// Grows the memory to the needs of a plan; `scratch` is the number of elements for each worker.
  func reserve(arena arenaCount: Int, scratch scratchCount: Int, shared sharedCount: Int) {
    if arena.count < arenaCount { arena = AlignedMemory(count: arenaCount) }
    let workers = scratchCount * Parallel.threadCount
    if scratch.count < workers { scratch = AlignedMemory(count: workers) }
    if shared.count < sharedCount { shared = AlignedMemory(count: sharedCount) }
  }
}

internal import Tensors

/// The memory of a network's passes: it grows to the largest plan, and is freed with the network.
final class Workspace<Element: Scalar> {
  private(set) var arena = Block<Element>(count: 0)
  private(set) var scratch = Block<Element>(count: 0)
  private(set) var shared = Block<Element>(count: 0)

  /// Grows the memory to the needs of a plan; `scratch` is the number of elements for each worker.
  func reserve(arena arenaCount: Int, scratch scratchCount: Int, shared sharedCount: Int) {
    if arena.count < arenaCount { arena = Block(count: arenaCount) }
    let workers = scratchCount * Parallel.threadCount
    if scratch.count < workers { scratch = Block(count: workers) }
    if shared.count < sharedCount { shared = Block(count: sharedCount) }
  }
}

/// Uninitialised memory that begins on a cache line.
final class Block<Element: Scalar> {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Element>.stride,
      alignment: 64
    )
    pointer = raw.bindMemory(to: Element.self, capacity: max(1, count))
    self.count = count
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

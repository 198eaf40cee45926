internal import Tensors

/// The memory of a network's passes: it grows to the largest plan, and is freed with the network.
final class Workspace<Element: Scalar> {
  private(set) var arena = Block<Element>(count: 0)
  private(set) var scratch = Block<Element>(count: 0)
  private(set) var shared = Block<Element>(count: 0)
  /// Memory that has been used and is free again.
  private var spare: [Block<Element>] = []

  /// Grows the memory to the needs of a plan; `scratch` is the number of elements for each worker.
  func reserve(arena arenaCount: Int, scratch scratchCount: Int, shared sharedCount: Int) {
    if arena.count < arenaCount { arena = Block(count: arenaCount) }
    let workers = scratchCount * Parallel.threadCount
    if scratch.count < workers { scratch = Block(count: workers) }
    if shared.count < sharedCount { shared = Block(count: sharedCount) }
  }

  /// Returns memory for so many elements or more, its content undefined.
  func take(_ count: Int) -> Block<Element> {
    let fitting = spare.indices.filter { spare[$0].count >= count }.min { spare[$0].count < spare[$1].count }
    return fitting.map { spare.remove(at: $0) } ?? Block(count: count)
  }

  /// Takes memory back for later use.
  func give(_ block: Block<Element>) { spare.append(block) }
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

internal import Tensors

/// The memory of a network's passes: it grows to the largest plan, and is freed with the network.
final class Workspace<Element: Scalar> {
  private(set) var arena = AlignedMemory<Element>(count: 0)
  private(set) var scratch = AlignedMemory<Element>(count: 0)
  private(set) var shared = AlignedMemory<Element>(count: 0)
  let pool: MemoryPool<Element>
  /// The rows that ranks exchange in a step.
  let exchange: RowExchange<Element>

  init() {
    pool = MemoryPool()
    exchange = RowExchange(pool)
  }

  /// Grows the memory to the needs of a plan; `scratch` is the number of elements for each worker.
  func reserve(arena arenaCount: Int, scratch scratchCount: Int, shared sharedCount: Int) {
    if arena.count < arenaCount { arena = AlignedMemory(count: arenaCount) }
    let workers = scratchCount * Parallel.threadCount
    if scratch.count < workers { scratch = AlignedMemory(count: workers) }
    if shared.count < sharedCount { shared = AlignedMemory(count: sharedCount) }
  }
}

/// Memory that has been used and is free again.
final class MemoryPool<Element: Scalar> {
  private var spare: [AlignedMemory<Element>] = []

  /// Returns memory for so many elements or more, its content undefined.
  func take(_ count: Int) -> AlignedMemory<Element> {
    let fitting = spare.indices.filter { spare[$0].count >= count }.min { spare[$0].count < spare[$1].count }
    return fitting.map { spare.remove(at: $0) } ?? AlignedMemory(count: count)
  }

  /// Takes memory back for later use.
  func give(_ memory: AlignedMemory<Element>) { spare.append(memory) }
}

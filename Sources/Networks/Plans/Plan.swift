internal import Tensors

/// The operations of a network for one batch size and mode, in order, with the offset of every buffer in one arena.
struct Plan<Element: Scalar> {
  let operations: [any Operation<Element>]
  let input: Value
  let output: Value
  /// The output without the batch axis.
  let outputShape: [Int]
  let offsets: [Int]
  let arenaCount: Int
  let scratchCount: Int
  let sharedScratchCount: Int

  /// Assigns each buffer an offset such that buffers that are in use at the same time do not overlap.
  init(
    operations: [any Operation<Element>],
    input: Value,
    output: Value,
    outputShape: [Int],
    bufferCounts: [Int],
    isTraining: Bool
  ) {
    self.operations = operations
    self.input = input
    self.output = output
    self.outputShape = outputShape
    markAccumulation(operations)
    let end = 2 * operations.count + 1
    var lives = [ClosedRange<Int>?](repeating: nil, count: bufferCounts.count)
    func use(_ buffer: Int, at time: Int) {
      lives[buffer] = lives[buffer].map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    }
    use(input.view.buffer, at: 0)
    for (place, operation) in operations.enumerated() {
      for buffer in operation.forwardBuffers { use(buffer, at: place + 1) }
      if isTraining { for buffer in operation.backwardBuffers { use(buffer, at: end - place) } }
    }
    use(output.view.buffer, at: operations.count)
    if isTraining {
      if let gradient = output.gradient { use(gradient.buffer, at: operations.count + 1) }
      if let gradient = input.gradient { use(gradient.buffer, at: end) }
    }
    (offsets, arenaCount) = place(counts: bufferCounts, lives: lives)
    scratchCount = (operations.map(\.scratchCount).max() ?? 0).roundedUpToLine
    sharedScratchCount = operations.map(\.sharedScratchCount).max() ?? 0
  }
}

/// Marks all but the first writer of each gradient, in the order of the backward pass, as adding to it.
private func markAccumulation<Element>(_ operations: [any Operation<Element>]) {
  var written: Set<Int> = []
  for operation in operations.reversed() {
    for target in operation.gradientTargets {
      target.accumulates = !written.insert(target.view.buffer).inserted
    }
  }
}

/// First-fit allocation, the largest buffers first: each gets the lowest offset that is free during its whole lifetime.
private func place(counts: [Int], lives: [ClosedRange<Int>?]) -> (offsets: [Int], total: Int) {
  var offsets = [Int](repeating: 0, count: counts.count)
  var placed: [(life: ClosedRange<Int>, start: Int, end: Int)] = []
  var total = 0
  let order = counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
  for buffer in order {
    guard let life = lives[buffer] else { continue }
    let size = counts[buffer].roundedUpToLine
    var start = 0
    for other in placed where other.life.overlaps(life) && other.start < start + size && other.end > start {
      start = other.end
    }
    offsets[buffer] = start
    let position = placed.firstIndex { $0.start > start } ?? placed.count
    placed.insert((life, start, start + size), at: position)
    total = max(total, start + size)
  }
  return (offsets, total)
}

extension Int {
  /// The number rounded up to a multiple of 32, so that buffers of Float and of Double begin on a cache line.
  var roundedUpToLine: Int { (self + 31) / 32 * 32 }
}

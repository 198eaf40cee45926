internal import Tensors

/// Draws the samples of each step, as a function of seed and step, so that a resumed run has the same.
struct Sampler {
  private let sampling: Sampling
  private let seed: UInt64
  private let count: Int
  /// The samples of each class that has any.
  private let classes: [[Int]]
  private var round: (number: Int, order: [Int]) = (-1, [])

  init(_ sampling: Sampling, labels: [Int], classCount: Int, seed: UInt64) {
    self.sampling = sampling
    self.seed = seed
    count = labels.count
    var classes = [[Int]](repeating: [], count: classCount)
    if case .balanced = sampling {
      for (sample, label) in labels.enumerated() { classes[label].append(sample) }
    }
    self.classes = classes.filter { !$0.isEmpty }
  }

  /// Returns the samples of a step.
  mutating func samples(at step: Int) -> [Int] {
    switch sampling {
    case .shuffled(let batch):
      return (step * batch..<(step + 1) * batch).map { place in
        shuffle(for: place / count)
        return round.order[place % count]
      }
    case .balanced(let classCount, let sampleCount):
      var generator = SeededGenerator(seed: SeededGenerator.mixed(seed ^ 0xBA1A), stream: UInt64(step))
      var order = Array(classes.indices)
      for place in 0..<classCount { order.swapAt(place, place + generator.index(below: order.count - place)) }
      return order.prefix(classCount).flatMap { index in
        var samples = classes[index]
        generator.shuffle(&samples)
        return (0..<sampleCount).map { samples[$0 % samples.count] }
      }
    }
  }

  private mutating func shuffle(for number: Int) {
    guard round.number != number else { return }
    var generator = SeededGenerator(seed: SeededGenerator.mixed(seed ^ 0x54F1), stream: UInt64(number))
    var order = Array(0..<count)
    generator.shuffle(&order)
    round = (number, order)
  }
}

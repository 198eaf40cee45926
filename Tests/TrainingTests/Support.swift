internal import Digests
internal import Foundation
internal import Losses
internal import Networks
internal import Tensors
internal import Training

/// Three clouds in the plane, some points each.
func clouds(_ count: Int = 60, spread: Double = 0.3) -> MemorySet {
  var generator = SeededGenerator(seed: 99)
  let centres = [(2.0, 0.0), (-1.0, 1.7), (-1.0, -1.7)]
  let labels = (0..<count).map { $0 % 3 }
  let elements = labels.flatMap { label in
    [
      Float(centres[label].0 + spread * generator.normal()),
      Float(centres[label].1 + spread * generator.normal()),
    ]
  }
  return MemorySet(Tensor(elements, shape: [count, 2]), labels: labels)
}

/// Images of a bright bar in one of four places, with noise: `[12, 10, 3]`.
func bars(_ count: Int = 40) -> MemorySet {
  var generator = SeededGenerator(seed: 5)
  let labels = (0..<count).map { $0 % 4 }
  var elements: [Float] = []
  for label in labels {
    for y in 0..<12 {
      for _ in 0..<30 { elements.append(Float(generator.normal() * 0.2 + (y / 3 == label ? 1 : -0.5))) }
    }
  }
  return MemorySet(Tensor(elements, shape: [count, 12, 10, 3]), labels: labels)
}

/// A recipe with every kind of state: batch norm, dropout, momentum, classifier, centres, flips, crops.
func imageRecipe(
  _ name: String = "bars",
  steps: Int = 12,
  objective: Objective = Objective(
    .softmax,
    .centre(weight: 0.01),
    .minimumMargin(weight: 0.001, margin: 50, by: .throughUpdate)
  ),
  sampling: Sampling = .shuffled(batch: 7),
  start: Recipe.Start = .random,
  rate: Double = 0.05,
  seed: UInt64 = 3
) -> Recipe {
  Recipe(
    name,
    network: [
      .convolution(6, kernel: 3, bias: false), .batchNorm(), .relu, .maxPool(), .globalAveragePool,
      .dropout(keep: 0.8), .named("embedding", [.dense(5, bias: false), .batchNorm()]),
    ],
    input: [10, 8, 3],
    objective: objective,
    schedule: Schedule([.init(step: 0, rate: rate), .init(step: 8, rate: rate / 10)]),
    steps: steps,
    sampling: sampling,
    augmentation: Augmentation(flips: true, randomCrop: true),
    start: start,
    seed: seed
  )
}

func planeRecipe(steps: Int = 200, objective: Objective = Objective(.softmax)) -> Recipe {
  Recipe(
    "plane",
    network: [.dense(8), .relu, .dense(2)],
    input: [2],
    objective: objective,
    schedule: .constant(0.1),
    steps: steps,
    sampling: .shuffled(batch: 20),
    seed: 1
  )
}

/// All numbers of a model, by their bits.
func bits(_ model: Model) throws -> [UInt32] {
  let network = try model.makeNetwork()
  var elements = network.parameters.values.elements + network.statistics.values.elements
  elements += model.classifier.map { $0.weights.elements + $0.bias.elements } ?? []
  elements += model.centres?.values.elements ?? []
  return elements.map(\.bitPattern)
}

/// A folder of its own that goes with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/training-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct Stop: Error {}

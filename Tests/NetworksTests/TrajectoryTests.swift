import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// A small network with batch norm and a residual, trained ten steps: computed in double precision by `References/networks.py`.
struct Trajectory: Decodable {
  var batch: Int
  var imageSize: Int
  var classes: Int
  var momentum: Double
  var weightDecay: Double
  var learningRate: Double
  var losses: [Double]
  var finalLoss: Double
  var firstStep: FirstStep
  var seed: Int
  var tensors: [String: [Double]]

  struct FirstStep: Decodable {
    var embedding: [[Double]]
    var gradients: [String: [Double]]
  }
}

@Test("Ten steps follow the reference in Double")
func trajectoryInDouble() throws {
  for reference in try References.cases(Trajectory.self, in: "network-trajectory.json") {
    try follow(reference, as: Double.self, tolerance: 1e-9)
  }
}

@Test("Ten steps follow the reference in Float")
func trajectoryInFloat() throws {
  for reference in try References.cases(Trajectory.self, in: "network-trajectory.json") {
    try follow(reference, as: Float.self, tolerance: 1e-4)
  }
}

/// The network's tensors in the reference's order of names, by our names.
private let referenceNames = [
  "conv1/weight": "conv1", "conv1/beta": "beta1", "conv2/weight": "conv2", "conv2/beta": "beta2",
  "conv3/weight": "conv3", "conv3/beta": "beta3", "dense/weight": "dense", "dense/beta": "beta4",
  "logits/weight": "logits", "logits/bias": "logitBias",
]

private func trajectoryNetwork<Element: Scalar>(_ reference: Trajectory) throws -> Network<Element> {
  try Network(
    [
      .named(
        "conv1",
        [.convolution(8, kernel: 3, stride: 2, padding: .valid, bias: false), .batchNorm(), .relu]
      ),
      .maxPool(3, stride: 2),
      .named("conv2", [.convolution(12, kernel: 3, bias: false), .batchNorm(), .relu]),
      .residual(
        scale: 0.17,
        [.named("conv3", [.convolution(12, height: 1, width: 5, bias: false), .batchNorm(), .relu])]
      ),
      .relu,
      .globalAveragePool,
      .named("dense", [.dense(6, bias: false), .batchNorm()]),
      .named("logits", [.dense(reference.classes)]),
    ],
    input: [reference.imageSize, reference.imageSize, 3],
    seed: 0
  )
}

private func follow<Element: Scalar>(_ reference: Trajectory, as type: Element.Type, tolerance: Double) throws
{
  let network: Network<Element> = try trajectoryNetwork(reference)
  for (index, entry) in network.parameters.entries.enumerated() {
    let stored = try draws(reference, try #require(referenceNames[entry.name]), count: entry.range.count)
    network.parameters.setValue(
      Tensor(reordered(stored, as: entry.shape).map(Element.init), shape: entry.shape),
      at: index
    )
  }
  let size = reference.imageSize
  let pixels = try draws(reference, "images", count: reference.batch * 3 * size * size)
  let images = Tensor(
    channelsLast(pixels, reference.batch, 3, size).map(Element.init),
    shape: [reference.batch, size, size, 3]
  )
  var optimiser = MomentumSGD<Element>(momentum: reference.momentum, weightDecay: reference.weightDecay)
  for (step, expected) in (reference.losses + [reference.finalLoss]).enumerated() {
    let logits = network.forward(images, mode: .training(seed: 0))
    let (loss, gradient) = softmaxMean(logits)
    #expect(abs(loss - expected) <= tolerance * max(1, expected), "step \(step)")
    network.backward(gradient)
    if step == 0 { expectGradients(network, reference, tolerance) }
    optimiser.update(&network.parameters, rate: reference.learningRate)
  }
  try expectEmbedding(reference, as: type, images: images, tolerance)
}

private func expectGradients<Element: Scalar>(
  _ network: Network<Element>,
  _ reference: Trajectory,
  _ tolerance: Double
) {
  for (index, entry) in network.parameters.entries.enumerated() {
    let expected = reordered(
      reference.firstStep.gradients[referenceNames[entry.name] ?? ""] ?? [],
      as: entry.shape
    )
    let found = network.parameters.gradient(at: index).elements.map(Double.init)
    #expect(expected.count == found.count, "\(entry.name)")
    let error = zip(expected, found).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error <= tolerance, "\(entry.name)")
  }
}

/// The embedding is what goes into the logits: the network without its last layer, with the same first weights.
private func expectEmbedding<Element: Scalar>(
  _ reference: Trajectory,
  as type: Element.Type,
  images: Tensor<Element>,
  _ tolerance: Double
) throws {
  let whole: Network<Element> = try trajectoryNetwork(reference)
  let network = try Network<Element>(Array(whole.layers.dropLast()), input: whole.inputShape, seed: 0)
  for (index, entry) in network.parameters.entries.enumerated() {
    let stored = try draws(reference, try #require(referenceNames[entry.name]), count: entry.range.count)
    network.parameters.setValue(
      Tensor(reordered(stored, as: entry.shape).map(Element.init), shape: entry.shape),
      at: index
    )
  }
  let embedding = network.forward(images, mode: .training(seed: 0)).elements.map(Double.init)
  let expected = reference.firstStep.embedding.flatMap(\.self)
  #expect(embedding.count == expected.count)
  #expect(zip(embedding, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) })
}

private func draws(_ reference: Trajectory, _ name: String, count: Int) throws -> [Double] {
  let tensor = try #require(reference.tensors[name])
  return (0..<count).map {
    tensor[1] * referenceDraw(seed: reference.seed, stream: Int(tensor[0]), index: $0)
  }
}

/// Softmax cross entropy, mean over the batch, labels index mod classes: value and gradient.
private func softmaxMean<Element: Scalar>(_ logits: Tensor<Element>) -> (Double, Tensor<Element>) {
  var gradient = Tensor<Element>(zeros: logits.shape)
  var loss = 0.0
  for row in 0..<logits.rowCount {
    let values = logits.row(row).map(Double.init)
    let label = row % values.count
    let total = values.map { exp($0 - (values.max() ?? 0)) }.reduce(0, +)
    for column in values.indices {
      let share = exp(values[column] - (values.max() ?? 0)) / total
      if column == label { loss -= log(share) / Double(logits.rowCount) }
      gradient[row, column] = Element((share - (column == label ? 1 : 0)) / Double(logits.rowCount))
    }
  }
  return (loss, gradient)
}

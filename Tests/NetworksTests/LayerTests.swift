import Networks
import Tensors
import TestSupport
import Testing

/// A layer under test in a small network, and the input that it takes.
struct LayerCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var layers: [Layer]
  var input: [Int]

  init(_ name: String, _ layers: [Layer], input: [Int] = [5, 6, 3]) {
    testDescription = name
    self.layers = layers
    self.input = input
  }

  /// Every kind of layer, and every way in which layers are computed together.
  static let all: [LayerCase] = [
    LayerCase("dense", [.dense(4)], input: [3]),
    LayerCase("dense without bias", [.dense(4, bias: false)], input: [3]),
    LayerCase("dense on an image", [.convolution(2, kernel: 1), .dense(3)]),
    LayerCase("convolution, same", [.convolution(4, kernel: 3)]),
    LayerCase("convolution, valid", [.convolution(4, kernel: 3, padding: .valid)]),
    LayerCase("convolution, same, stride 2", [.convolution(4, kernel: 3, stride: 2)]),
    LayerCase("convolution, valid, stride 2", [.convolution(4, kernel: 3, stride: 2, padding: .valid)]),
    LayerCase("convolution, even kernel", [.convolution(2, height: 2, width: 4)]),
    LayerCase("convolution 1x7", [.convolution(2, height: 1, width: 7, bias: false)]),
    LayerCase("convolution 1x1, stride 2", [.convolution(2, kernel: 1, stride: 2)]),
    LayerCase("two convolutions", [.convolution(3, kernel: 3), .convolution(2, kernel: 3)]),
    LayerCase("batch norm", [.batchNorm()]),
    LayerCase("batch norm and ReLU", [.batchNorm(), .relu]),
    LayerCase(
      "convolution, batch norm, ReLU",
      [.convolution(3, kernel: 3, bias: false), .batchNorm(), .relu]
    ),
    LayerCase("dense, batch norm", [.dense(4, bias: false), .batchNorm()], input: [3]),
    LayerCase(
      "batch norms whose outputs are computed anew: for a convolution and for a max pool",
      [
        .convolution(3, kernel: 3, bias: false), .batchNorm(), .relu, .convolution(4, kernel: 2, bias: false),
        .batchNorm(), .maxPool(2, stride: 2), .convolution(2, kernel: 1),
      ]
    ),
    LayerCase(
      "batch norms side by side whose outputs are computed anew",
      [
        .parallel([
          [.convolution(2, kernel: 1, bias: false), .batchNorm(), .relu],
          [.convolution(3, kernel: 3, bias: false), .batchNorm()],
        ]),
        .convolution(2, kernel: 3, stride: 2),
      ]
    ),
    LayerCase(
      "a batch norm beside a max pool",
      [
        .parallel([
          [.convolution(2, kernel: 1, bias: false), .batchNorm(), .relu], [.maxPool(1, stride: 1)],
        ]),
        .convolution(2, kernel: 3),
      ]
    ),
    LayerCase("ReLU", [.relu]),
    LayerCase("max pool", [.maxPool(3, stride: 2)]),
    LayerCase("max pool, windows side by side", [.maxPool(2, stride: 2)]),
    LayerCase("global average pool", [.globalAveragePool]),
    LayerCase("dropout", [.dropout(keep: 0.4)]),
    LayerCase("residual", [.residual(scale: 0.3, [.convolution(3, kernel: 3)])]),
    LayerCase("residual and ReLU", [.residual(scale: 0.3, [.convolution(3, kernel: 3)]), .relu]),
    LayerCase(
      "residual twice",
      [.residual([.relu, .residual(scale: 2, [.convolution(3, kernel: 1)])]), .relu]
    ),
    LayerCase("parallel", [.parallel([[.convolution(2, kernel: 1)], [.maxPool(1, stride: 1)], [.relu]])]),
    LayerCase(
      "parallel in a residual",
      [
        .convolution(4, kernel: 1),
        .residual(
          scale: 0.2,
          [
            .parallel([
              [.convolution(2, kernel: 1, bias: false), .batchNorm(), .relu],
              [
                .convolution(3, kernel: 3, bias: false), .batchNorm(), .relu,
                .convolution(2, height: 1, width: 3),
              ],
            ]),
            .convolution(4, kernel: 1),
          ]
        ),
        .relu,
      ]
    ),
    LayerCase(
      "parallel in parallel",
      [
        .parallel([
          [.convolution(2, kernel: 1), .parallel([[.relu], [.convolution(1, kernel: 3)]])], [.batchNorm()],
        ])
      ]
    ),
    LayerCase(
      "named",
      [.named("outer", [.named("inner", [.convolution(2, kernel: 3)]), .batchNorm()]), .relu]
    ),
  ]

  /// Layers large enough for several chunks, groups and blocks of units.
  static let large: [LayerCase] = [
    LayerCase("27 units", [.convolution(27, kernel: 3)], input: [17, 19, 10]),
    LayerCase(
      "valid, stride 2",
      [.convolution(20, kernel: 3, stride: 2, padding: .valid)],
      input: [17, 18, 16]
    ),
    LayerCase("same, stride 3", [.convolution(8, kernel: 5, stride: 3)], input: [16, 17, 9]),
    LayerCase("stride beyond the kernel", [.convolution(16, kernel: 2, stride: 3)], input: [14, 14, 8]),
    LayerCase(
      "7x1 of a slice",
      [.parallel([[.relu], [.convolution(24, height: 7, width: 1)]])],
      input: [9, 9, 24]
    ),
    LayerCase("max pool, 20 channels, ties", [.relu, .maxPool(3, stride: 2)], input: [15, 14, 20]),
    LayerCase(
      "residual, 12 channels",
      [.residual(scale: 0.3, [.convolution(12, kernel: 3)]), .relu],
      input: [9, 7, 12]
    ),
    LayerCase("dense, 33 units", [.dense(33), .batchNorm()], input: [70]),
    LayerCase(
      "pointwise",
      [.convolution(40, kernel: 1, bias: false), .batchNorm(), .relu],
      input: [8, 8, 130]
    ),
    LayerCase("Winograd, odd sides", [.convolution(40, kernel: 3)], input: [17, 19, 32]),
    LayerCase("Winograd, valid", [.convolution(32, kernel: 3, padding: .valid)], input: [26, 25, 40]),
    LayerCase("Winograd, several images in a chunk", [.convolution(48, kernel: 3)], input: [5, 3, 32]),
    LayerCase(
      "Winograd, a valid image of one place",
      [.convolution(32, kernel: 3, padding: .valid)],
      input: [3, 3, 32]
    ),
    LayerCase(
      "Winograd, recomputed, in a residual",
      [
        .convolution(64, kernel: 1),
        .residual(
          scale: 0.3,
          [
            .parallel([
              [.convolution(32, kernel: 1, bias: false), .batchNorm(), .relu],
              [
                .convolution(32, kernel: 1, bias: false), .batchNorm(), .relu,
                .convolution(32, kernel: 3, bias: false), .batchNorm(), .relu,
              ],
            ]),
            .convolution(64, kernel: 1),
          ]
        ),
        .relu, .maxPool(3, stride: 2),
      ],
      input: [13, 12, 5]
    ),
  ]
}

@Test("Each layer has the gradient that central differences give", arguments: LayerCase.all)
func layerGradients(layer: LayerCase) throws {
  try Recomputation.$smallestCount.withValue(0) { try checkGradients(of: layer) }
}

private func checkGradients(of layer: LayerCase) throws {
  let network = try Network<Double>(layer.layers, input: layer.input, seed: 2, wantsInputGradient: true)
  var generator = SeededGenerator(seed: 7)
  for index in network.parameters.entries.indices where !network.parameters.entries[index].isDecayed {
    let shape = network.parameters.entries[index].shape
    network.parameters.setValue(drawn(shape, &generator), at: index)
  }
  let batch = drawn([4] + layer.input, &generator)
  let weights = drawn([4] + network.outputShape, &generator)
  func value() -> (Tensor<Double>) -> Double {
    { zip(network.forward($0, mode: .training(seed: 3)).elements, weights.elements).map(*).reduce(0, +) }
  }
  _ = network.forward(batch, mode: .training(seed: 3))
  let inputGradient = try #require(network.backward(weights))
  let parameters = network.parameters
  #expect(gradientError(of: inputGradient, at: batch, value: value()) < 1e-6)
  let error = gradientError(of: parameters.gradients, at: parameters.values) { values in
    network.parameters.values = values
    return value()(batch)
  }
  #expect(error < 1e-6)
}

@Test("One, two, five and 64 threads give the same bits", arguments: LayerCase.all + LayerCase.large)
func threadCounts(layer: LayerCase) throws {
  func gradients(threads: Int) throws -> [Float] {
    let network = try Network<Float>(layer.layers, input: layer.input, seed: 2, wantsInputGradient: true)
    var generator = SeededGenerator(seed: 7)
    let batch = Tensor(
      drawn([21] + layer.input, &generator).elements.map(Float.init),
      shape: [21] + layer.input
    )
    return try Parallel.withThreads(threads) {
      let output = network.forward(batch, mode: .training(seed: 3))
      let inputGradient = try #require(network.backward(output))
      return output.elements + inputGradient.elements + network.parameters.gradients.elements
    }
  }
  let single = try gradients(threads: 1)
  #expect(try gradients(threads: 2) == single)
  #expect(try gradients(threads: 5) == single)
  // More threads than groups of the weight gradient: then the units are shared out as well.
  #expect(try gradients(threads: 64) == single)
}

@Test(
  "Activations that are computed anew have the bits of those that are kept",
  arguments: LayerCase.all + LayerCase.large
)
func recomputation(layer: LayerCase) throws {
  func gradients(smallestCount: Int) throws -> [Float] {
    try Recomputation.$smallestCount.withValue(smallestCount) {
      let network = try Network<Float>(layer.layers, input: layer.input, seed: 2, wantsInputGradient: true)
      var generator = SeededGenerator(seed: 7)
      let batch = drawn([21] + layer.input, &generator).elements.map(Float.init)
      let output = network.forward(Tensor(batch, shape: [21] + layer.input), mode: .training(seed: 3))
      let inputGradient = try #require(network.backward(output))
      return inputGradient.elements + network.parameters.gradients.elements
    }
  }
  #expect(try gradients(smallestCount: 0) == gradients(smallestCount: .max))
}

@Test("A batch norm's output that only a convolution reads is never stored, and the bits are the same")
func fusedNorms() throws {
  func layers(between: [Layer]) -> [Layer] {
    [.convolution(16, kernel: 3, bias: false), .batchNorm(), .relu] + between + [
      .convolution(8, kernel: 3, stride: 2)
    ]
  }
  func step(_ layers: [Layer]) throws -> [Float] {
    let network = try Network<Float>(layers, input: [9, 7, 3], seed: 2, wantsInputGradient: true)
    var generator = SeededGenerator(seed: 7)
    let batch = Tensor(drawn([5, 9, 7, 3], &generator).elements.map(Float.init), shape: [5, 9, 7, 3])
    let output = network.forward(batch, mode: .training(seed: 3))
    let inputGradient = try #require(network.backward(output))
    return output.elements + inputGradient.elements + network.parameters.gradients.elements
  }
  // With keep = 1, dropout returns its input. So both networks compute the same, but in the second one the batch norm's output is
  // the input of the dropout, and must be stored.
  let (fused, stored) = (layers(between: []), layers(between: [.dropout(keep: 1)]))
  #expect(try step(fused) == step(stored))
  func memory(_ layers: [Layer]) -> Int {
    Network<Float>.trainingMemory(layers: layers, input: [64, 64, 3], batch: 4)
  }
  // More than the output of the dropout, 4 x 64 x 64 places of 16 channels.
  #expect(memory(stored) - memory(fused) > 4 * 64 * 64 * 16 * 4)
}

@Test("Float agrees with Double", arguments: LayerCase.all + LayerCase.large)
func precision(layer: LayerCase) throws {
  func results<Element: Scalar>(as type: Element.Type) throws -> [[Double]] {
    let network = try Network<Element>(layer.layers, input: layer.input, seed: 2, wantsInputGradient: true)
    var generator = SeededGenerator(seed: 7)
    let batch = drawn([21] + layer.input, &generator).elements.map(Element.init)
    let output = network.forward(Tensor(batch, shape: [21] + layer.input), mode: .training(seed: 1))
    let slopes = drawn(output.shape, &generator).elements.map(Element.init)
    let inputGradient = try #require(network.backward(Tensor(slopes, shape: output.shape)))
    return [output, inputGradient, network.parameters.gradients].map { $0.elements.map(Double.init) }
  }
  for (single, double) in zip(try results(as: Float.self), try results(as: Double.self)) {
    let largest = double.reduce(1) { max($0, abs($1)) }
    #expect(single.count == double.count)
    #expect(zip(single, double).allSatisfy { abs($0 - $1) < 1e-4 * largest })
  }
}

private func drawn(_ shape: [Int], _ generator: inout SeededGenerator) -> Tensor<Double> {
  Tensor((0..<shape.reduce(1, *)).map { _ in generator.normal() }, shape: shape)
}

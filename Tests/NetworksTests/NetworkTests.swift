import Networks
import Tensors
import Testing

@Test("A dense layer is x·W + b")
func denseByHand() throws {
  let network = try Network<Double>([.dense(2)], input: [2], seed: 1)
  network.parameters.setValue(Tensor([1, 2, 3, 4], shape: [2, 2]), at: 0)
  network.parameters.setValue(Tensor([10, 20], shape: [2]), at: 1)
  // [1 1]·[[1 2] [3 4]] + [10 20] = [14 26]
  #expect(network.forward(Tensor([1, 1], shape: [1, 2]), mode: .training(seed: 0)).elements == [14, 26])
  network.backward(Tensor([1, -1], shape: [1, 2]))
  #expect(network.parameters.gradients.elements == [1, -1, 1, -1, 1, -1])
}

@Test("Same padding puts an odd zero below and to the right")
func samePaddingByHand() throws {
  let network = try Network<Double>([.convolution(1, kernel: 2, bias: false)], input: [2, 2, 1], seed: 1)
  network.parameters.setValue(Tensor([1, 10, 100, 1000], shape: [2, 2, 1, 1]), at: 0)
  // Image [1 2 / 3 4]: 1 + 20 + 300 + 4000, then 2 + 0 + 400 + 0, then 3 + 40, then 4.
  let output = network.forward(Tensor([1, 2, 3, 4], shape: [1, 2, 2, 1]), mode: .inference)
  #expect(output.elements == [4321, 402, 43, 4])
}

@Test("Batch norm uses the batch in training, moves its statistics, and uses them in inference")
func batchNormByHand() throws {
  let network = try Network<Double>([.batchNorm(epsilon: 1, decay: 0.75)], input: [1], seed: 1)
  let batch = Tensor<Double>([1, 3, 5, 7], shape: [4, 1])
  // Mean 4, variance (9 + 1 + 1 + 9)/4 = 5.
  let output = network.forward(batch, mode: .training(seed: 0)).elements
  #expect(zip(output, [-3, -1, 1, 3].map { $0 / 6.0.squareRoot() }).allSatisfy { abs($0 - $1) < 1e-15 })
  #expect(network.statistics.entries.map(\.name) == ["batchNorm1/movingMean", "batchNorm1/movingVariance"])
  // 0.75·0 + 0.25·4 and 0.75·1 + 0.25·5.
  #expect(network.statistics.values.elements == [1, 2])
  let inferred = network.forward(batch, mode: .inference).elements
  #expect(zip(inferred, [0, 2, 4, 6].map { $0 / 3.0.squareRoot() }).allSatisfy { abs($0 - $1) < 1e-15 })
  #expect(network.statistics.values.elements == [1, 2])
}

@Test("The gradient of a maximum goes to the first place that holds it")
func maxPoolTie() throws {
  let network = try Network<Double>(
    [.maxPool(2, stride: 2)],
    input: [2, 2, 1],
    seed: 1,
    wantsInputGradient: true
  )
  _ = network.forward(Tensor([1, 5, 5, 2], shape: [1, 2, 2, 1]), mode: .training(seed: 0))
  #expect(network.backward(Tensor([3], shape: [1, 1]))?.elements == [0, 3, 0, 0])
}

@Test("Dropout keeps about its share, follows its seed, and does nothing in inference")
func dropoutShare() throws {
  let network = try Network<Float>([.dropout(keep: 0.4)], input: [1000], seed: 1)
  let ones = Tensor<Float>([Float](repeating: 1, count: 10_000), shape: [10, 1000])
  let first = network.forward(ones, mode: .training(seed: 1)).elements
  #expect(Set(first) == [0, 2.5])
  #expect(abs(Double(first.count { $0 > 0 }) / 10_000 - 0.4) < 0.02)
  #expect(network.forward(ones, mode: .training(seed: 1)).elements == first)
  #expect(network.forward(ones, mode: .training(seed: 2)).elements != first)
  #expect(network.forward(ones, mode: .inference).elements == ones.elements)
}

@Test("Parameters come in the layers' order under names of their own")
func names() throws {
  let block: [Layer] = [
    .named("a", [.convolution(2, kernel: 1, bias: false), .batchNorm(), .convolution(2, kernel: 1)])
  ]
  let network = try Network<Float>(
    [
      .named("outer", [.parallel([block, [.named("b", [.convolution(1, kernel: 1)])]])]), .dense(3),
      .dense(1),
    ],
    input: [4, 4, 3],
    seed: 1
  )
  #expect(
    network.parameters.entries.map(\.name) == [
      "outer/a/weight", "outer/a/beta", "outer/a/convolution1/weight", "outer/a/bias", "outer/b/weight",
      "outer/b/bias", "dense1/weight", "dense1/bias", "dense2/weight", "dense2/bias",
    ]
  )
  #expect(
    network.parameters.entries.map(\.isDecayed) == [
      true, false, true, false, true, false, true, false, true, false,
    ]
  )
  #expect(network.parameters.entries[6].shape == [48, 3])
}

@Test("Weights are drawn from the seed within Glorot's limit")
func initialWeights() throws {
  let layers: [Layer] = [.convolution(8, kernel: 3), .globalAveragePool, .dense(500)]
  let network = try Network<Double>(layers, input: [6, 6, 4], seed: 1)
  let convolution = network.parameters.value(at: 0).elements
  let limit = (6.0 / (9 * 4 + 9 * 8)).squareRoot()
  #expect(convolution.allSatisfy { abs($0) <= limit })
  #expect((convolution.map(abs).max() ?? 0) > 0.95 * limit)
  #expect(network.parameters.value(at: 1).elements.allSatisfy { $0 == 0 })
  let again = try Network<Double>(layers, input: [6, 6, 4], seed: 1)
  let other = try Network<Double>(layers, input: [6, 6, 4], seed: 2)
  #expect(again.parameters.values.elements == network.parameters.values.elements)
  #expect(other.parameters.values.elements != network.parameters.values.elements)
}

@Test("A network can be run again with another batch size, and gives the same bits as before")
func otherBatches() throws {
  let network = try Network<Float>(
    [.convolution(4, kernel: 3), .batchNorm(), .relu, .globalAveragePool, .dense(2)],
    input: [7, 7, 1],
    seed: 1
  )
  var generator = SeededGenerator(seed: 4)
  let large = Tensor((0..<20 * 49).map { _ in Float(generator.normal()) }, shape: [20, 7, 7, 1])
  let small = Tensor(Array(large.elements.prefix(3 * 49)), shape: [3, 7, 7, 1])
  let before = network.forward(small, mode: .inference).elements
  #expect(Array(network.forward(large, mode: .inference).elements.prefix(6)) == before)
  #expect(network.forward(small, mode: .inference).elements == before)
}

/// A list of layers that fits nothing, and what the message must say.
private let misfits: [(layers: [Layer], input: [Int], message: String)] = [
  ([], [3], "layer 1: a network needs at least one layer"),
  ([.dense(0)], [3], "layer 1 (dense): 0 units; at least 1 is needed"),
  (
    [.relu, .convolution(0, kernel: 3)], [3, 3, 1], "layer 2 (convolution): 0 channels; at least 1 is needed"
  ),
  (
    [.convolution(2, kernel: 5, padding: .valid)], [4, 4, 1],
    "layer 1 (convolution): a window of 5x5 does not fit into [height 4, width 4, channel 1]"
  ),
  ([.maxPool(2, stride: 0)], [4, 4, 1], "layer 1 (maxPool): kernel 2x2, stride 0; each must be at least 1"),
  ([.batchNorm(epsilon: 0)], [3], "layer 1 (batchNorm): epsilon is 0.0; it must be above 0"),
  ([.batchNorm(decay: 2)], [3], "layer 1 (batchNorm): decay is 2.0; it must lie in 0...1"),
  ([.dropout(keep: 0)], [3], "layer 1 (dropout): keep is 0.0; it must be above 0 and at most 1"),
  ([.residual([])], [3], "layer 1 (residual): no layers to add to the input"),
  (
    [.named("A", [.residual([.dense(4)])])], [3],
    "layer 1 (A)/1 (residual): the layers make [height 1, width 1, channel 4] of [height 1, width 1, channel 3]; "
      + "a sum needs the same"
  ),
  ([.parallel([])], [3], "layer 1 (parallel): no branches"),
  ([.parallel([[.relu], []])], [3], "layer 1 (parallel), branch 1: no layers"),
  (
    [.parallel([[.relu], [.globalAveragePool]])], [4, 4, 1],
    "layer 1 (parallel): branch 1 makes [height 1, width 1, channel 1], branch 0 [height 4, width 4, channel 1]; "
      + "height and width must agree"
  ),
  ([.named("", [.relu])], [3], "layer 1 (): the name is empty"),
  ([.named("a", [])], [3], "layer 1 (a): no layers under this name"),
  ([.relu], [3, 3], "layer input: [3, 3] is neither [feature] nor [height, width, channel]"),
]

@Test("A layer that does not fit is an error that names its place", arguments: misfits.indices)
func misfit(index: Int) {
  let (layers, input, message) = misfits[index]
  let error = #expect(throws: NetworkError.self) { try Network<Float>(layers, input: input, seed: 1) }
  #expect(error?.description == message)
}

import Networks
import Tensors
import TestSupport
import Testing

/// What a training step computes, and what it sent.
private struct StepResult: Equatable, Sendable {
  var output: [Float]
  var gradients: [Float]
  var inputGradient: [Float]
  var statistics: [Float]
}

private func step(
  _ layers: [Layer],
  input: [Int],
  batch size: Int,
  _ ranks: (any Communicator)? = nil
) throws -> StepResult {
  // Small activations are computed anew as well, from what other ranks send.
  try Recomputation.$smallestCount.withValue(0) { try fullStep(layers, input: input, batch: size, ranks) }
}

private func fullStep(
  _ layers: [Layer],
  input: [Int],
  batch size: Int,
  _ ranks: (any Communicator)?
) throws -> StepResult {
  let network = try Network<Float>(layers, input: input, seed: 2, wantsInputGradient: true)
  network.ranks = ranks
  var generator = SeededGenerator(seed: 5)
  func drawn(_ shape: [Int]) -> Tensor<Float> {
    Tensor((0..<shape.reduce(1, *)).map { _ in Float(generator.normal()) }, shape: shape)
  }
  var batch = drawn([size] + input)
  let slope = drawn([size] + network.outputShape)
  if ranks != nil {
    // A rank sees its own images alone.
    let own = network.ownImages(ofBatch: size)
    for index in 0..<batch.count where !own.contains(index / batch.rowLength) { batch[flat: index] = .nan }
  }
  // What a step before has left must not count.
  for index in 0..<network.parameters.gradients.count { network.parameters.gradients[flat: index] = .nan }
  let output = network.forward(batch, mode: .training(seed: 3))
  let inputGradient = try #require(network.backward(slope))
  return StepResult(
    output: output.elements,
    gradients: network.parameters.gradients.elements,
    inputGradient: inputGradient.elements,
    statistics: network.statistics.values.elements
  )
}

@Suite("Ranks that share a batch")
struct RanksTests {
  @Test("compute the bits of one process", arguments: LayerCase.all + LayerCase.large)
  func layers(layer: LayerCase) throws {
    let wanted = try step(layer.layers, input: layer.input, batch: 11)
    for count in [1, 2, 3, 4, 8, 11] {
      let results = ThreadRanks.run(count) { ranks in
        try Parallel.withThreads(ranks.rank % 3 + 1) {
          try step(layer.layers, input: layer.input, batch: 11, ranks)
        }
      }
      for (rank, result) in results.enumerated() {
        #expect(try result.get() == wanted, "rank \(rank) of \(count)")
      }
    }
  }

  @Test(
    "compute the bits of one process with a network of many layers, and send the bytes that are predicted"
  )
  func network() throws {
    let layers: [Layer] = .smallInceptionResNet()
    let wanted = try step(layers, input: [32, 32, 3], batch: 9)
    for count in [2, 3, 5] {
      let results = ThreadRanks.run(count) { ranks in
        let result = try step(layers, input: [32, 32, 3], batch: 9, ranks)
        return (result, ranks.sentByteCount)
      }
      let network = try Network<Float>(layers, input: [32, 32, 3], seed: 2)
      for (rank, result) in results.enumerated() {
        let (found, sent) = try result.get()
        #expect(found == wanted, "rank \(rank) of \(count)")
        // The test's network also has a gradient in its input, gathered by all.
        let own = 9 * (rank + 1) / count - 9 * rank / count
        let extra = own * 32 * 32 * 3 * 4 * (count - 1)
        let predicted = Recomputation.$smallestCount.withValue(0) {
          network.sentBytes(batch: 9, rank: rank, of: count)
        }
        #expect(predicted + extra == sent, "rank \(rank) of \(count)")
      }
    }
  }

  @Test("add up the parts of many chunks from rank to rank, of few on every rank, to the same bits")
  func parts() throws {
    // 132 chunks of 40 channels: more than a link sends to one other rank in the time of a message, less than to two.
    let (layers, input): ([Layer], [Int]) = (
      [.convolution(40, kernel: 1, bias: false), .batchNorm(), .relu], [48, 48, 8]
    )
    let wanted = try step(layers, input: input, batch: 11)
    for count in [2, 3] {
      for result in ThreadRanks.run(count, { try step(layers, input: input, batch: 11, $0) }) {
        #expect(try result.get() == wanted, "\(count) ranks")
      }
    }
  }

  @Test("end a step soon after one of them is gone")
  func failure() throws {
    let results = ThreadRanks.run(3) { ranks -> String? in
      if ranks.rank == 1 {
        ranks.fail("rank 1 is gone")
      } else {
        _ = try step([.dense(4), .batchNorm()], input: [3], batch: 6, ranks)
      }
      return ranks.failure
    }
    for result in results { #expect(try result.get() == "rank 1 is gone") }
  }
}

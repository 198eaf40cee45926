import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// Inception-ResNet-v1 with given weights: embedding, loss and gradients, computed by PyTorch in double precision.
private struct InceptionReference: Decodable {
  var imageSize: Int
  var batch: Int
  var seed: Int
  var parameterCount: Int
  var layers: [Tensor]
  var loss: Double
  var embedding: [[Double]]
  var gradientNorms: [String: Double]
  var gradientFirst: [String: Double]

  struct Tensor: Decodable {
    var index: Int
    var name: String
    var shape: [Int]
    var scale: Double
  }
}

@Suite("Inception-ResNet-v1")
struct InceptionResNetTests {
  @Test("has the reference's tensors, embedding, loss and gradients")
  func reference() throws {
    let file = References.folder.appendingPathComponent("inception-resnet-v1.json")
    let reference = try JSONDecoder().decode(InceptionReference.self, from: Data(contentsOf: file))
    let size = reference.imageSize
    let network = try Network<Float>(.inceptionResNetV1(keep: 1), input: [size, size, 3], seed: 0)
    #expect(network.parameters.count == reference.parameterCount)
    try #require(network.parameters.entries.map(\.name) == reference.layers.map(\.name))
    for (layer, entry) in zip(reference.layers, network.parameters.entries) {
      #expect(channelsFirst(entry.shape) == layer.shape, "\(entry.name)")
      let stored = (0..<entry.range.count).map {
        layer.scale * referenceDraw(seed: reference.seed, stream: layer.index, index: $0)
      }
      network.parameters.setValue(floats(reordered(stored, as: entry.shape), entry.shape), at: layer.index)
    }
    let pixels = (0..<reference.batch * 3 * size * size).map {
      referenceDraw(seed: reference.seed, stream: 777, index: $0)
    }
    let images = floats(channelsLast(pixels, reference.batch, 3, size), [reference.batch, size, size, 3])
    let embedding = network.forward(images, mode: .training(seed: 0))
    let expected = reference.embedding.flatMap(\.self)
    let difference = zip(embedding.elements, expected).map { pow(Double($0) - $1, 2) }.reduce(0, +)
    #expect(embedding.count == expected.count)
    #expect((difference / expected.map { $0 * $0 }.reduce(0, +)).squareRoot() < 1e-4)
    let head = (0..<10 * 512).map { 0.05 * referenceDraw(seed: reference.seed, stream: 999, index: $0) }
    let (loss, slope) = headLoss(embedding, head)
    #expect(abs(loss - reference.loss) < 1e-4 * reference.loss)
    network.backward(slope)
    for (index, entry) in network.parameters.entries.enumerated() {
      let gradient = network.parameters.gradient(at: index).elements.map(Double.init)
      let norm = try #require(reference.gradientNorms[entry.name])
      guard norm > 1e-3 else { continue }
      let found = gradient.map { $0 * $0 }.reduce(0, +).squareRoot()
      #expect(abs(found - norm) < 5e-3 * norm, "\(entry.name)")
      let first = try #require(reference.gradientFirst[entry.name])
      #expect(abs(gradient[0] - first) < 5e-3 * norm, "\(entry.name)")
    }
  }

  @Test("gives the same bits with one, two and 64 threads, forward and backward")
  func threads() throws {
    func bits(threads: Int) throws -> [Float] {
      let network = try Network<Float>(.inceptionResNetV1(embedding: 8), input: [75, 75, 3], seed: 3)
      var generator = SeededGenerator(seed: 5)
      let images = (0..<3 * 75 * 75 * 3).map { _ in Float(generator.uniform(in: -1..<1)) }
      return Parallel.withThreads(threads) {
        let output = network.forward(Tensor(images, shape: [3, 75, 75, 3]), mode: .training(seed: 1))
        network.backward(output)
        return output.elements + network.parameters.gradients.elements + network.statistics.values.elements
      }
    }
    let single = try bits(threads: 1)
    #expect(try bits(threads: 2) == single)
    #expect(try bits(threads: 64) == single)
  }

  @Test("has a small sibling for images of any size from 32 up", arguments: [32, 40, 64])
  func smallSibling(size: Int) throws {
    let network = try Network<Float>(.smallInceptionResNet(), input: [size, size, 3], seed: 1)
    #expect(network.outputShape == [128])
    #expect((400_000...600_000).contains(network.parameters.count))
    var generator = SeededGenerator(seed: 5)
    let images = floats((0..<2 * size * size * 3).map { _ in generator.normal() }, [2, size, size, 3])
    let output = network.forward(images, mode: .training(seed: 1))
    network.backward(output)
    #expect(output.elements.allSatisfy { $0.isFinite })
    #expect(network.parameters.gradients.elements.contains { $0 != 0 })
  }
}

/// Our shape of a weight as the reference stores it: output channels first, then input channels, then the kernel.
private func channelsFirst(_ shape: [Int]) -> [Int] {
  shape.count < 2 ? shape : [shape[shape.count - 1], shape[shape.count - 2]] + shape.dropLast(2)
}

private func floats(_ values: [Double], _ shape: [Int]) -> Tensor<Float> {
  Tensor(values.map(Float.init), shape: shape)
}

/// Softmax over embedding·Wᵀ, W `[10, 512]`, labels index mod 10, mean over the batch: value and gradient.
private func headLoss(_ embedding: Tensor<Float>, _ weights: [Double]) -> (Double, Tensor<Float>) {
  var loss = 0.0
  var slope = Tensor<Float>(zeros: embedding.shape)
  for row in 0..<embedding.rowCount {
    let features = embedding.row(row).map(Double.init)
    let logits = (0..<10).map { unit in
      features.indices.map { features[$0] * weights[unit * 512 + $0] }.reduce(0, +)
    }
    let total = logits.map(exp).reduce(0, +)
    loss -= (logits[row % 10] - log(total)) / Double(embedding.rowCount)
    for unit in 0..<10 {
      let share = (exp(logits[unit]) / total - (unit == row % 10 ? 1 : 0)) / Double(embedding.rowCount)
      for feature in features.indices { slope[row, feature] += Float(share * weights[unit * 512 + feature]) }
    }
  }
  return (loss, slope)
}

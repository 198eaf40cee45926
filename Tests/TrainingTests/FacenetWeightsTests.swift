internal import Foundation
internal import Losses
internal import Networks
internal import Tensors
internal import Testing
internal import Training

@Suite("Weights of facenet-pytorch")
struct FacenetWeightsTests {
  /// A network of random weights and statistics as a model.
  private func model(classes: Int) throws -> Model {
    let network = try Network<Float>(.inceptionResNetV1(embedding: 4), input: [80, 80, 3], seed: 3)
    var random = SeededGenerator(seed: 5)
    var tensors = SafeTensors()
    for (index, entry) in network.parameters.entries.enumerated() {
      tensors["network/\(entry.name)"] = network.parameters.value(at: index)
    }
    for entry in network.statistics.entries {
      let values = (0..<entry.range.count).map { _ in Float(random.uniform(in: 0.5..<1.5)) }
      tensors["statistics/\(entry.name)"] = Tensor(values, shape: entry.shape)
    }
    tensors["classifier/weight"] = Tensor((0..<4 * classes).map(Float.init), shape: [classes, 4])
    tensors["classifier/bias"] = Tensor((0..<classes).map(Float.init), shape: [classes])
    return try Model(recipe, tensors: tensors)
  }

  private var recipe: Recipe {
    Recipe(
      "random",
      network: .inceptionResNetV1(embedding: 4),
      input: [80, 80, 3],
      objective: Objective(.softmax),
      schedule: .constant(0.05),
      steps: 1,
      sampling: .shuffled(batch: 2),
      seed: 3
    )
  }

  private var images: MemorySet {
    var random = SeededGenerator(seed: 9)
    let values = (0..<2 * 80 * 80 * 3).map { _ in Float(random.uniform(in: -1..<1)) }
    return MemorySet(Tensor(values, shape: [2, 80, 80, 3]), labels: [0, 1])
  }

  @Test("come back as they were given, with the same embeddings")
  func roundTrip() throws {
    let model = try model(classes: 3)
    let given = try model.facenetTensors()
    // 132 convolutions with batch norm, 21 with a bias, the last layer with its norm, the classifier.
    #expect(given["conv2d_1a.conv.weight"]?.shape == [32, 3, 3, 3])
    #expect(given["repeat_2.3.branch1.1.conv.weight"]?.shape == [128, 128, 1, 7])
    #expect(given["mixed_7a.branch2.2.conv.weight"]?.shape == [256, 256, 3, 3])
    #expect(given["block8.conv2d.bias"]?.shape == [1792])
    #expect(given["last_linear.weight"]?.shape == [4, 1792] && given["logits.weight"]?.shape == [3, 4])
    let taken = try FacenetWeights(given, file: "x", name: "again", size: 80)
    #expect(taken.usedCount == given.names.count && taken.ignoredNames.isEmpty && taken.foldedCount == 0)
    #expect(taken.model.classifier?.weights.elements == model.classifier?.weights.elements)
    #expect(try taken.model.embeddings(of: images).elements == model.embeddings(of: images).elements)
  }

  @Test("have the scale of batch norm put into the weights before it")
  func foldedScale() throws {
    let model = try model(classes: 2)
    var tensors = try model.facenetTensors()
    // γ = −2 with β as it was: what comes out of the last norm is β − 2·(y − β).
    let scale = try #require(tensors["last_bn.weight"])
    tensors["last_bn.weight"] = Tensor([Float](repeating: -2, count: 4), shape: scale.shape)
    tensors["module.unknown"] = Tensor([1], shape: [1])
    let taken = try FacenetWeights(tensors, file: "x", name: "scaled", size: 80)
    #expect(taken.foldedCount == 1 && taken.ignoredNames == ["module.unknown"])
    let shift = try #require(tensors["last_bn.bias"]).elements
    let before = try model.embeddings(of: images).elements
    let after = try taken.model.embeddings(of: images).elements
    for index in before.indices {
      let expected = shift[index % 4] - 2 * (before[index] - shift[index % 4])
      #expect(abs(after[index] - expected) <= 1e-4 * Swift.max(1, abs(expected)))
    }
  }

  @Test("that are missing or of another shape are named")
  func problems() throws {
    var tensors = try model(classes: 2).facenetTensors()
    tensors["repeat_1.0.branch0.conv.weight"] = nil
    tensors["conv2d_2a.bn.running_mean"] = Tensor([1, 2], shape: [2])
    tensors["conv2d_2b.bn.weight"] = Tensor([1, 2, 3], shape: [3])
    let error = #expect(throws: TensorFileError.self) {
      _ = try FacenetWeights(tensors, file: "w", name: "w", size: 80)
    }
    #expect(
      error?.description
        == "w: 'conv2d_2a.bn.running_mean' is [2], not [32]; 'conv2d_2b.bn.weight' is [3], not [64]; 'repeat_1.0.branch0.conv.weight' is missing"
    )
    #expect(throws: TensorFileError.self) { _ = try FacenetWeights(SafeTensors(), file: "w", name: "w") }
  }
}

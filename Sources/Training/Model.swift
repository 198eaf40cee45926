public import Losses
public import Networks
public import Tensors

/// A trained model: a network that computes embeddings, with the classifier and the centres that were trained with it.
public struct Model: Sendable {
  /// The recipe.
  public let recipe: Recipe
  /// The course of the loss.
  public let log: TrainingLog
  /// The network's parameters.
  let parameters: Parameters<Float>
  /// The network's moving statistics.
  let statistics: Parameters<Float>
  /// The weights and the bias of each class; nil where the objective reads none.
  public let classifier: Classifier<Float>?
  /// The centre of each class; nil where the objective reads none.
  public let centres: Centres<Float>?

  /// Returns a network with the model's parameters and statistics.
  ///
  /// - Throws: `NetworkError` where they do not fit the recipe's layers.
  public func makeNetwork() throws -> Network<Float> {
    let network = try Network<Float>(recipe.network, input: recipe.input, seed: 0)
    guard network.parameters.entries == parameters.entries,
      network.statistics.entries == statistics.entries
    else {
      throw NetworkError.tensor(
        name: "network",
        problem: "the model's tensors do not fit the recipe's network"
      )
    }
    network.parameters.values = parameters.values
    network.statistics.values = statistics.values
    return network
  }

  /// Returns the embeddings of samples, `[sample, feature]`; of images larger than the input the centre is used.
  ///
  /// - Parameters:
  ///   - withMirror: appends the embedding of the mirrored image to the image's own, `[sample, 2·feature]`, as the paper does in
  ///     all its tests. Embeddings are not normalised.
  ///   - batch: the number of samples in one pass of the network.
  /// - Throws: `TrainingError` where a sample cannot be read or does not fit.
  public func embeddings(
    of source: some SampleSource,
    withMirror: Bool = false,
    batch: Int = Model.embeddingBatch
  ) throws -> Tensor<Float> {
    try embeddings(of: source, withMirror: withMirror, batch: batch) { _ in }
  }

  /// The default number of samples in one pass of the network when they are embedded.
  public static let embeddingBatch = 64

  /// - Parameter progress: called after each batch with the number of samples done.
  func embeddings(
    of source: some SampleSource,
    withMirror: Bool,
    batch: Int,
    progress: (Int) throws -> Void
  ) throws -> Tensor<Float> {
    let pass = try EmbeddingPass(of: source, by: self, withMirror: withMirror)
    var result = Tensor<Float>(uninitialized: [source.count, pass.rowLength])
    for start in stride(from: 0, to: source.count, by: max(1, batch)) {
      let end = min(source.count, start + max(1, batch))
      try result.setRows(from: start, to: pass.rows(start..<end))
      try progress(end)
    }
    return result
  }

  static func classifierTensors(classCount: Int, featureCount: Int)
    -> [(name: String, shape: [Int], isDecayed: Bool)]
  {
    [("weight", [classCount, featureCount], true), ("bias", [classCount], false)]
  }
}

extension Trainer {
  /// The model after the steps taken so far.
  public var model: Model {
    Model(
      recipe: recipe,
      log: log,
      parameters: network.parameters,
      statistics: network.statistics,
      classifier: classifier.map { Classifier(weights: $0.value(at: 0), bias: $0.value(at: 1)) },
      centres: centres
    )
  }

  /// Starts from the parameters of another model, as far as both have them.
  func take(_ model: Model) throws {
    guard network.parameters.entries == model.parameters.entries,
      network.statistics.entries == model.statistics.entries
    else {
      throw TrainingError.recipe(
        recipe.title,
        problem: "its network is not that of \(model.recipe.title), from which it starts"
      )
    }
    network.parameters.values = model.parameters.values
    network.statistics.values = model.statistics.values
    if let given = model.classifier, let own = classifier {
      try expect(given.weights.shape, own.entries[0].shape, "class weights", of: model)
      classifier?.setValue(given.weights, at: 0)
      classifier?.setValue(given.bias, at: 1)
    }
    if let given = model.centres, let own = centres {
      try expect(given.values.shape, own.values.shape, "centres", of: model)
      centres = given
    }
  }

  private func expect(_ given: [Int], _ own: [Int], _ part: String, of model: Model) throws {
    if given == own { return }
    throw TrainingError.recipe(
      recipe.title,
      problem: "the \(part) of \(model.recipe.title) are \(given); this set and network need \(own)"
    )
  }
}

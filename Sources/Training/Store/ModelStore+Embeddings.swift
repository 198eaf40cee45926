internal import Digests
internal import Foundation
public import Tensors

extension ModelStore {
  /// Returns the embeddings of samples by the model of a recipe and a set, `[sample, feature]`: reads them if they exist, else
  /// computes them, and first trains the model if it is missing.
  ///
  /// They are stored under the digests of model and samples, so that a chapter that runs again waits for neither.
  ///
  /// - Parameters:
  ///   - source: the samples; their labels are not used.
  ///   - withMirror: appends the embedding of the mirrored image to the image's own, `[sample, 2·feature]`.
  /// - Throws: `TrainingError`, or `TensorFileError` where a file cannot be written.
  public func embeddings(
    of source: some TrainingSet,
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool = false,
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Tensor<Float> {
    note(recipe, on: set)
    note(source)
    return try madeEmbeddings(
      of: source,
      by: recipe,
      trainedOn: set,
      withMirror: withMirror,
      training: progress
    )
  }

  /// Returns the path of a file of embeddings, and the key in its name.
  func embeddingFile(
    of source: some TrainingSet,
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool
  ) -> (path: String, key: Digest) {
    var hasher = Hasher256()
    for field in ["embeddings 1", key(of: recipe, on: set).hex, source.digest.hex, "\(withMirror)"] {
      hasher.field(field)
    }
    let key = hasher.finish()
    return ("\(folder)/\(key).embeddings", key)
  }

  /// Returns the embeddings without calling `used`.
  ///
  /// - Parameters:
  ///   - training: called after each step of training, where the model is missing.
  ///   - embedding: called after each batch with the batches done and the samples a second.
  func madeEmbeddings(
    of source: some TrainingSet,
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool,
    training: (TrainingProgress) throws -> Void,
    embedding: (_ batches: Int, _ samplesPerSecond: Double) throws -> Void = { _, _ in }
  ) throws -> Tensor<Float> {
    let (path, key) = embeddingFile(of: source, by: recipe, trainedOn: set, withMirror: withMirror)
    if let kept = keptEmbeddings(path) { return kept }
    let model = try made(recipe, on: set, progress: training)
    let lock = KeyLock(key, in: folder)
    defer { withExtendedLifetime(lock) {} }
    if let kept = keptEmbeddings(path) { return kept }
    let began = ContinuousClock.now
    let batch = Model.embeddingBatch
    let embeddings = try model.embeddings(of: source, withMirror: withMirror, batch: batch) { count in
      let seconds = max(1e-9, (ContinuousClock.now - began) / .seconds(1))
      try embedding((count + batch - 1) / batch, Double(count) / seconds)
    }
    var file = SafeTensors(metadata: ["digest": digest(of: embeddings).hex])
    file["embeddings"] = embeddings
    try file.write(to: path)
    return embeddings
  }

  /// Returns stored embeddings; nil where the file is missing or damaged.
  private func keptEmbeddings(_ path: String) -> Tensor<Float>? {
    guard let file = try? SafeTensors(contentsOf: path), let kept = file["embeddings"],
      file.metadata["digest"] == digest(of: kept).hex
    else { return nil }
    return kept
  }
}

private func digest(of tensor: Tensor<Float>) -> Digest {
  var hasher = Hasher256()
  hasher.field("\(tensor.shape)")
  tensor.withUnsafePointer {
    hasher.update(UnsafeRawBufferPointer(start: $0, count: tensor.count * MemoryLayout<Float>.stride))
  }
  return hasher.finish()
}

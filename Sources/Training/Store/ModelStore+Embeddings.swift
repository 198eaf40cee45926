package import Digests
package import Foundation
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

  /// Adds embeddings that are missing to the store's plan, several models at once; without a plan it does nothing.
  ///
  /// A program that asks for them one by one would end at the first, and leave the others to a later run.
  ///
  /// - Throws: an error where the description of a set cannot be written.
  public func planEmbeddings(
    of source: some TrainingSet,
    by recipes: [Recipe],
    trainedOn set: some TrainingSet,
    withMirror: Bool = false
  ) throws {
    guard let plan else { return }
    for recipe in recipes {
      let key = embeddingKey(ofSet: source.digest, by: recipe, trainedOn: set, withMirror: withMirror)
      if hasEmbeddings(key) { continue }
      _ = try plan.addEmbeddings(of: source, by: recipe, trainedOn: set, withMirror: withMirror, of: self)
    }
  }

  /// Returns the key of the embeddings of a set by the model of a recipe and another set.
  package func embeddingKey(
    ofSet samples: Digest,
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool
  ) -> Digest {
    var hasher = Hasher256()
    for field in ["embeddings 1", key(of: recipe, on: set).hex, samples.hex, "\(withMirror)"] {
      hasher.field(field)
    }
    return hasher.finish()
  }

  /// Returns the name of a file of embeddings.
  func embeddingFile(_ key: Digest) -> String { "\(key).embeddings" }

  /// Returns whether a file of embeddings exists.
  package func hasEmbeddings(_ key: Digest) -> Bool { access("\(folder)/\(embeddingFile(key))", F_OK) == 0 }

  /// Returns the embeddings without calling `used`.
  ///
  /// - Parameters:
  ///   - training: called after each step of training, where the model is missing.
  ///   - embedding: called after each batch with the batches done and the samples a second.
  package func madeEmbeddings(
    of source: some TrainingSet,
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool,
    training: (TrainingProgress) throws -> Void,
    embedding: (_ batches: Int, _ samplesPerSecond: Double) throws -> Void = { _, _ in }
  ) throws -> Tensor<Float> {
    let key = embeddingKey(ofSet: source.digest, by: recipe, trainedOn: set, withMirror: withMirror)
    if let kept = keptEmbeddings(key) { return kept }
    if let plan {
      _ = try plan.addEmbeddings(of: source, by: recipe, trainedOn: set, withMirror: withMirror, of: self)
      plan.end()
    }
    let model = try made(recipe, on: set, progress: training)
    let lock = KeyLock(key, in: folder)
    defer { withExtendedLifetime(lock) {} }
    if let kept = keptEmbeddings(key) { return kept }
    let began = ContinuousClock.now
    let batch = Model.embeddingBatch
    let embeddings = try model.embeddings(of: source, withMirror: withMirror, batch: batch) { count in
      let seconds = max(1e-9, (ContinuousClock.now - began) / .seconds(1))
      try embedding((count + batch - 1) / batch, Double(count) / seconds)
    }
    try keep(embeddings, key)
    return embeddings
  }

  /// Writes a file into the folder, in place of an older one, whole or not at all.
  ///
  /// - Throws: `TensorFileError` where it cannot be written.
  package func write(_ data: Data, as name: String) throws(TensorFileError) {
    try replaceFile("\(folder)/\(name)", by: data)
  }

  /// Writes embeddings under their key.
  ///
  /// - Throws: `TensorFileError` where they cannot be written.
  package func keep(_ embeddings: Tensor<Float>, _ key: Digest) throws(TensorFileError) {
    var file = SafeTensors(metadata: ["digest": digest(of: embeddings).hex])
    file["embeddings"] = embeddings
    try file.write(to: "\(folder)/\(embeddingFile(key))")
  }

  /// Returns stored embeddings; nil where the file is missing or damaged.
  func keptEmbeddings(_ key: Digest) -> Tensor<Float>? {
    guard let file = try? SafeTensors(contentsOf: "\(folder)/\(embeddingFile(key))"),
      let kept = file["embeddings"], file.metadata["digest"] == digest(of: kept).hex
    else { return nil }
    return kept
  }
}

private func digest(of tensor: Tensor<Float>) -> Digest {
  tensor.withUnsafePointer {
    embeddingDigest(
      tensor.shape,
      UnsafeRawBufferPointer(start: $0, count: tensor.count * MemoryLayout<Float>.stride)
    )
  }
}

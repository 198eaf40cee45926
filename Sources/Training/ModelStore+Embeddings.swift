internal import Digests
internal import Foundation
public import Tensors

extension ModelStore {
  /// Returns the embeddings of samples by the model of a recipe and a set, `[sample, feature]`: read where they are
  /// there, else made, and the model first where it is not there either.
  ///
  /// They are kept under the digests of model and samples, so that a chapter that is run again waits for neither.
  ///
  /// - Parameters:
  ///   - source: what is embedded; its labels play no part.
  ///   - withMirror: puts the embedding of the mirrored image behind the image's own, `[sample, 2·feature]`.
  /// - Throws: what training or reading a sample throws, or `TensorFileError`.
  public func embeddings(
    of source: some TrainingSet,
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool = false,
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Tensor<Float> {
    note(recipe, on: set)
    note(source)
    var hasher = Hasher256()
    for field in ["embeddings 1", key(of: recipe, on: set).hex, source.digest.hex, "\(withMirror)"] {
      hasher.field(field)
    }
    let path = "\(folder)/\(hasher.finish()).embeddings"
    // A file that is damaged is made again: nothing is lost but the time.
    if let file = try? SafeTensors(contentsOf: path), let kept = file["embeddings"],
      file.metadata["digest"] == digest(of: kept).hex
    {
      return kept
    }
    let model = try model(of: recipe, on: set, progress: progress)
    let embeddings = try model.embeddings(of: source, withMirror: withMirror)
    var file = SafeTensors(metadata: ["digest": digest(of: embeddings).hex])
    file["embeddings"] = embeddings
    try file.write(to: path)
    return embeddings
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

public import Digests
internal import Foundation
internal import Tensors

/// A folder in which models are found by what they were made of, and made where they are not there.
///
/// ```swift
/// let model = try store.model(of: recipe, on: set) { print($0) }
/// ```
/// A model's name is the digest of its recipe, its set, the kernels of OpenBLAS and the build of the laboratory: all
/// that its bits depend on.
public struct ModelStore: Sendable {
  /// The folder.
  public let folder: String
  /// Names the laboratory's code; models of another build are not found.
  public let build: String
  private let used: @Sendable (Use) -> Void

  /// What a store was asked for.
  public enum Use: Sendable {
    /// A model: its recipe, and the digest of the set that it is trained on.
    case model(Recipe, trainedOn: Digest)
    /// A set of so many samples, to learn from or to be embedded.
    case samples(Digest, count: Int)
  }

  /// Opens a folder.
  ///
  /// - Parameter used: told of every model and every set of samples that is asked for.
  public init(
    folder: String,
    build: String = "",
    used: @escaping @Sendable (Use) -> Void = { _ in }
  ) {
    self.folder = folder
    self.build = build
    self.used = used
  }

  /// Tells of a model, of those that it starts from, and of what they learn from.
  func note(_ recipe: Recipe, on set: some TrainingSet) {
    used(.model(recipe, trainedOn: set.digest))
    if case .model(let other) = recipe.start { note(other, on: set) } else { note(set) }
  }

  /// Tells of samples.
  func note(_ set: some TrainingSet) { used(.samples(set.digest, count: set.count)) }

  /// Names the model of a recipe and a set.
  public func key(of recipe: Recipe, on set: some TrainingSet) -> Digest {
    var hasher = Hasher256()
    for field in ["model 1", recipe.digest.hex, set.digest.hex, openBLASKernel, build] { hasher.field(field) }
    return hasher.finish()
  }

  /// Where the model of a recipe and a set is, or would be.
  public func path(of recipe: Recipe, on set: some TrainingSet) -> String {
    "\(folder)/\(key(of: recipe, on: set)).safetensors"
  }

  /// Where a run of the recipe is kept while it goes on.
  public func checkpoint(of recipe: Recipe, on set: some TrainingSet) -> CheckpointFile {
    CheckpointFile("\(folder)/\(key(of: recipe, on: set)).checkpoint")
  }

  /// Whether the model is there already.
  public func contains(_ recipe: Recipe, on set: some TrainingSet) -> Bool {
    FileManager.default.fileExists(atPath: path(of: recipe, on: set))
  }

  /// Returns the model of a recipe and a set: read where it is there, else trained, first the model it starts from.
  ///
  /// A run that was stopped goes on from its last checkpoint. A model file that is damaged is made again.
  ///
  /// - Throws: `TrainingError`; `TensorFileError` where a file cannot be written.
  public func model(
    of recipe: Recipe,
    on set: some TrainingSet,
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Model {
    note(recipe, on: set)
    if let kept = try? Model(contentsOf: path(of: recipe, on: set)) { return kept }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var start: Model?
    if case .model(let other) = recipe.start { start = try model(of: other, on: set, progress: progress) }
    let trainer = try Trainer(recipe, on: set, from: start)
    let checkpoint = checkpoint(of: recipe, on: set)
    if FileManager.default.fileExists(atPath: checkpoint.path) { try trainer.resume(from: checkpoint) }
    let model = try trainer.train(keeping: checkpoint, progress: progress)
    try model.write(to: path(of: recipe, on: set))
    try? FileManager.default.removeItem(atPath: checkpoint.path)
    return model
  }
}

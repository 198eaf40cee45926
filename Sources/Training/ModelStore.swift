public import Digests
public import Foundation
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
  /// Told of files that are damaged, and of what is done instead.
  let noted: @Sendable (String) -> Void

  /// What a store was asked for.
  public enum Use: Sendable {
    /// A model: its recipe, and the digest of the set that it is trained on.
    case model(Recipe, trainedOn: Digest)
    /// A set of so many samples, to learn from or to be embedded.
    case samples(Digest, count: Int)
  }

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - used: told of every model and every set of samples that is asked for.
  ///   - noted: told of files that are damaged, and of what is done instead; by default it writes to standard error.
  public init(
    folder: String,
    build: String = "",
    used: @escaping @Sendable (Use) -> Void = { _ in },
    noted: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
  ) {
    self.folder = folder
    self.build = build
    self.used = used
    self.noted = noted
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
  /// A run that was stopped goes on from its last good checkpoint. Where the store has a finished run of the same recipe
  /// for fewer steps, under the same rates, training goes on from its end, to the same bits as a run from the start. A
  /// file that is damaged is told of by `noted` and made again. Several threads and processes may ask for the same model:
  /// one trains it, the others wait for it.
  ///
  /// - Throws: `TrainingError`; `TensorFileError` where a file cannot be written.
  public func model(
    of recipe: Recipe,
    on set: some TrainingSet,
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Model {
    note(recipe, on: set)
    return try made(recipe, on: set, progress: progress)
  }

  /// Returns the model without telling `used`.
  func made(
    _ recipe: Recipe,
    on set: some TrainingSet,
    progress: (TrainingProgress) throws -> Void
  ) throws -> Model {
    if let kept = kept(recipe, on: set) { return kept }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var start: Model?
    if case .model(let other) = recipe.start { start = try made(other, on: set, progress: progress) }
    // No other lock is taken under this one: the model that it starts from is there by now.
    let lock = KeyLock(key(of: recipe, on: set), in: folder)
    defer { withExtendedLifetime(lock) {} }
    if let kept = kept(recipe, on: set) { return kept }
    let trainer = try Trainer(recipe, on: set, from: start)
    resume(trainer)
    let checkpoint = checkpoint(of: recipe, on: set)
    let model = try trainer.train(keeping: checkpoint, progress: progress)
    try trainer.write(to: finishedRun(of: recipe, on: set))
    try model.write(to: path(of: recipe, on: set))
    for path in [checkpoint.path, checkpoint.previousPath] { unlink(path) }
    return model
  }

  private func kept(_ recipe: Recipe, on set: some TrainingSet) -> Model? {
    let path = path(of: recipe, on: set)
    guard access(path, F_OK) == 0 else { return nil }
    // The recipe is the one asked for: it is part of the file's name. So it may hold losses that no reader knows.
    do { return try Model(TensorArchive(.model, contentsOf: path), recipe: recipe) } catch {
      noted("\(error); the model is made again")
      return nil
    }
  }
}

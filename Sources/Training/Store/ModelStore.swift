public import Digests
public import Foundation
internal import Tensors

/// A folder of trained models, each named by a digest of its recipe and training set; a model that is missing is trained.
///
/// ```swift
/// let model = try store.model(of: recipe, on: set) { print($0) }
/// ```
/// The digest covers everything that the model's bits depend on: recipe, set, the kernels of OpenBLAS, and the code of training.
public struct ModelStore: Sendable {
  /// The folder.
  public let folder: String
  /// A digest of the code that training depends on; models of other code are not used.
  public let build: String
  /// A digest of all code of the laboratory; counts of other code are not used.
  package let laboratory: String
  /// The plan that takes what is missing as jobs of other processes; nil makes it in this process.
  package let plan: TrainingPlan?
  private let used: @Sendable (Use) -> Void
  /// Called with a message for each damaged file, which says what is done instead.
  let noted: @Sendable (String) -> Void

  /// A request to a store.
  public enum Use: Sendable {
    /// A model: its recipe, and the digest of the set that it is trained on.
    case model(Recipe, trainedOn: Digest)
    /// A set of so many samples, to learn from or to be embedded.
    case samples(Digest, count: Int)
  }

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - laboratory: a digest of all code of the laboratory.
  ///   - plan: takes missing models as jobs of other processes; nil trains them in this process.
  ///   - used: called for every model and every set of samples that is requested.
  ///   - noted: called with a message for each damaged file, which says what is done instead; by default it writes to standard
  ///     error.
  public init(
    folder: String,
    build: String = "",
    laboratory: String = "",
    plan: TrainingPlan? = nil,
    used: @escaping @Sendable (Use) -> Void = { _ in },
    noted: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
  ) {
    self.folder = folder
    self.build = build
    self.laboratory = laboratory
    self.plan = plan
    self.used = used
    self.noted = noted
  }

  /// Reports the request of a model, of the models that it starts from, and of their training set.
  package func note(_ recipe: Recipe, on set: some TrainingSet) {
    used(.model(recipe, trainedOn: set.digest))
    if case .model(let other) = recipe.start { note(other, on: set) } else { note(set) }
  }

  /// Reports the request of samples.
  package func note(_ set: some TrainingSet) { used(.samples(set.digest, count: set.count)) }

  /// Returns the digest that names the model of a recipe and a set.
  public func key(of recipe: Recipe, on set: some TrainingSet) -> Digest {
    var hasher = Hasher256()
    for field in ["model 1", recipe.digest.hex, set.digest.hex, openBLASKernel, build] { hasher.field(field) }
    return hasher.finish()
  }

  /// Returns the path of the model of a recipe and a set, whether the file exists or not.
  public func path(of recipe: Recipe, on set: some TrainingSet) -> String {
    path(key(of: recipe, on: set))
  }

  private func path(_ key: Digest) -> String { "\(folder)/\(modelFile(key))" }

  /// Returns the name of the file of a model.
  func modelFile(_ key: Digest) -> String { "\(key).safetensors" }

  /// Returns the checkpoint file of a run of the recipe.
  public func checkpoint(of recipe: Recipe, on set: some TrainingSet) -> CheckpointFile {
    CheckpointFile("\(folder)/\(key(of: recipe, on: set)).checkpoint")
  }

  /// Returns whether the model exists.
  public func contains(_ recipe: Recipe, on set: some TrainingSet) -> Bool {
    contains(key(of: recipe, on: set))
  }

  /// Returns whether the model of a key exists.
  func contains(_ key: Digest) -> Bool { access(path(key), F_OK) == 0 }

  /// Returns the model of a recipe and a set: reads it if it exists, else trains it, and first the model that it starts from.
  ///
  /// In a store with a plan, a missing model that a job can train is added to the plan, which then ends the program.
  ///
  /// A run that was interrupted continues from its last valid checkpoint. If the store has a finished run of the same recipe
  /// with fewer steps and the same rates, training continues from its end, to the same bits as a run from the start. A damaged
  /// file is reported by `noted` and made again. Several threads and processes may request the same model: one trains it, the
  /// others wait.
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

  /// Returns the model without calling `used`.
  func made(
    _ recipe: Recipe,
    on set: some TrainingSet,
    progress: (TrainingProgress) throws -> Void
  ) throws -> Model {
    if let kept = kept(recipe, on: set) { return kept }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if let plan {
      try plan.add(recipe, on: set, of: self)
      plan.end()
    }
    var start: Model?
    if case .model(let other) = recipe.start { start = try made(other, on: set, progress: progress) }
    // No other lock is taken while this one is held, since the model that it starts from exists by now: no deadlock.
    let lock = KeyLock(key(of: recipe, on: set), in: folder)
    defer { withExtendedLifetime(lock) {} }
    if let kept = kept(recipe, on: set) { return kept }
    let trainer = try Trainer(recipe, on: set, from: start)
    resume(trainer)
    let checkpoint = checkpoint(of: recipe, on: set)
    let model = try trainer.train(keeping: checkpoint, progress: progress)
    try keep(model, of: trainer)
    return model
  }

  /// Writes the model of a finished run, and removes the run's checkpoints.
  func keep(_ model: Model, of trainer: Trainer) throws {
    let (recipe, set) = (trainer.recipe, trainer.set)
    let checkpoint = checkpoint(of: recipe, on: set)
    try trainer.write(to: finishedRun(of: recipe, on: set))
    try model.write(to: path(of: recipe, on: set))
    for path in [checkpoint.path, checkpoint.previousPath] { unlink(path) }
  }

  func kept(_ recipe: Recipe, on set: some TrainingSet) -> Model? {
    let path = path(of: recipe, on: set)
    guard access(path, F_OK) == 0 else { return nil }
    // The file's name tells that its recipe is this one, so that it is not read: it may have losses that no reader knows.
    do { return try Model(TensorArchive(.model, contentsOf: path), recipe: recipe) } catch {
      noted("\(error); the model is made again")
      return nil
    }
  }
}

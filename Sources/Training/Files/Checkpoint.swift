internal import Digests
internal import Foundation
internal import Losses
internal import Networks
internal import Tensors

/// The file of a run's checkpoints, and how often one is written.
public struct CheckpointFile: Sendable, Hashable {
  /// The file.
  public var path: String
  /// Seconds between two checkpoints; results do not depend on it.
  public var seconds: Double
  /// Steps between two checkpoints at most, independent of the clock; nil for the clock alone.
  public var steps: Int?

  public init(_ path: String, everySeconds seconds: Double = 30, everySteps steps: Int? = nil) {
    self.path = path
    self.seconds = seconds
    self.steps = steps
  }

  /// The checkpoint before the last one, kept in case that the last one is damaged.
  var previousPath: String { path + ".previous" }

  func isDue(step: Int, seconds elapsed: Double) -> Bool {
    elapsed >= seconds || steps.map { step % max(1, $0) == 0 } ?? false
  }
}

extension Trainer {
  /// Writes a checkpoint: parameters, statistics, classifier, centres, the optimisers' state, step and log.
  ///
  /// All random draws are functions of seed and step, so that no generator's state is needed.
  ///
  /// The checkpoint before it stays beside it, under the same name with `.previous` behind it.
  ///
  /// - Throws: `TensorFileError` where the file cannot be written; an older checkpoint stays then.
  public func write(_ checkpoint: CheckpointFile) throws {
    // A second name for the old file: at no time is there no checkpoint under the first.
    unlink(checkpoint.previousPath)
    link(checkpoint.path, checkpoint.previousPath)
    try write(to: checkpoint.path)
    lastGood = checkpoint.path
  }

  func write(to path: String) throws { try archive().write(to: path) }

  func archive() throws -> TensorArchive {
    var archive = TensorArchive(.checkpoint)
    try archive.set(model)
    archive.set(networkOptimiser, under: "optimiser/network")
    archive.set(classifierOptimiser, under: "optimiser/classifier")
    archive.tensors.metadata["step"] = String(step)
    archive.tensors.metadata["set"] = set.digest.hex
    archive.tensors.metadata["beginning"] = recipe.beginning(step).digest.hex
    return archive
  }

  /// Continues from a checkpoint of the same recipe and set, to the same bits as if the run had never stopped.
  ///
  /// The checkpoint may be one of a recipe for fewer or more steps, where both take the same steps up to the checkpoint:
  /// all else is equal, and so are the rates. So a finished run can be continued.
  ///
  /// - Throws: `TensorFileError` where the file is damaged, or of another recipe or set; the run is then unchanged.
  public func resume(from checkpoint: CheckpointFile) throws {
    try resume(from: TensorArchive(.checkpoint, contentsOf: checkpoint.path))
    lastGood = checkpoint.path
  }

  func resume(from archive: TensorArchive) throws {
    let step = try archive.value(Int.self, of: "step")
    guard archive.tensors.metadata["beginning"] == recipe.beginning(step).digest.hex else {
      let other = try? archive.value(Recipe.self, of: "recipe")
      throw archive.error("is a checkpoint of recipe \(other?.title ?? "unknown"), not of \(recipe.title)")
    }
    let found = archive.tensors.metadata["set"] ?? "nothing"
    guard found == set.digest.hex else {
      throw archive.error("was written while training on the set \(found), not on \(set.digest)")
    }
    let model = try Model(archive, recipe: recipe)
    guard 0...recipe.steps ~= step, (model.classifier == nil) == (classifier == nil),
      (model.centres == nil) == (centres == nil)
    else { throw archive.error("does not belong to a run of \(recipe.title)") }
    try take(model)
    archive.fill(&networkOptimiser, under: "optimiser/network")
    archive.fill(&classifierOptimiser, under: "optimiser/classifier")
    log = model.log.continued(to: recipe.steps)
    self.step = step
  }
}

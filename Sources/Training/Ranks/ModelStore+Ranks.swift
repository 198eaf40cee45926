internal import Foundation
package import Networks

extension ModelStore {
  /// Returns the model of a recipe and a set, trained by several ranks together where the store lacks it; all ranks call it.
  ///
  /// Rank 0 alone reads and writes the folder, so that the others need not see it: they get models and checkpoints from rank 0. The
  /// bits and the files are those of ``model(of:on:progress:)``.
  ///
  /// - Parameters:
  ///   - program: the build of the program, which must be the same on all ranks.
  ///   - progress: called on every rank after each step.
  /// - Throws: also `TrainingError.ranks`.
  package func model(
    of recipe: Recipe,
    on set: some TrainingSet,
    by ranks: any Communicator,
    program: String,
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Model {
    guard ranks.rankCount > 1 else { return try model(of: recipe, on: set, progress: progress) }
    do { return try shared(recipe, on: set, ranks, program, progress) } catch {
      ranks.fail("rank \(ranks.rank) on \(ranks.host) ended: \(error)")
      throw error
    }
  }

  private func shared(
    _ recipe: Recipe,
    on set: some TrainingSet,
    _ ranks: any Communicator,
    _ program: String,
    _ progress: (TrainingProgress) throws -> Void
  ) throws -> Model {
    var start: Model?
    if case .model(let other) = recipe.start { start = try shared(other, on: set, ranks, program, progress) }
    let isFirst = ranks.rank == 0
    if isFirst { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    let lock = isFirst ? KeyLock(key(of: recipe, on: set), in: folder) : nil
    defer { withExtendedLifetime(lock) {} }
    // Empty where the model is still to be trained.
    let finished = ranks.broadcast(try (isFirst ? kept(recipe, on: set) : nil)?.archive().data ?? Data())
    if let failure = ranks.failure { throw TrainingError.ranks(failure) }
    if !finished.isEmpty {
      return try Model(TensorArchive(.model, finished, file: "the model of rank 0"), recipe: recipe)
    }
    let trainer = try Trainer(recipe, on: set, from: start)
    if isFirst { resume(trainer) }
    let state = ranks.broadcast(isFirst && trainer.step > 0 ? try trainer.archive().data : Data())
    if let failure = ranks.failure { throw TrainingError.ranks(failure) }
    if !isFirst, !state.isEmpty {
      try trainer.resume(from: TensorArchive(.checkpoint, state, file: "the checkpoint of rank 0"))
    }
    try trainer.join(ranks, program: program)
    let checkpoint = checkpoint(of: recipe, on: set)
    let model = try trainer.train(keeping: checkpoint, progress: progress)
    if isFirst { try keep(model, of: trainer) }
    return model
  }
}

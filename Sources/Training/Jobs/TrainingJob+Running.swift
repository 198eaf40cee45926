internal import Digests
internal import Faces
package import Networks
internal import Tensors

extension TrainingJob {
  /// Makes what the job names, where the folder lacks it, and first the model that it needs.
  ///
  /// - Parameters:
  ///   - folder: the store's folder, where the file is written under its key, by rename.
  ///   - roots: the folders that pictures of the sets may lie in.
  ///   - progress: called after each step of training.
  ///   - embedding: called after each batch that is embedded, with the batches done and the samples a second.
  /// - Returns: the model, where the job trains one.
  /// - Throws: `TrainingError`; `DataError` where a set cannot be made; `TensorFileError` where a file cannot be written.
  @discardableResult
  public func run(
    in folder: String,
    filesUnder roots: [String] = [],
    progress: (TrainingProgress) throws -> Void = { _ in },
    embedding: (_ batches: Int, _ samplesPerSecond: Double) throws -> Void = { _, _ in }
  ) throws -> Model? {
    let store = ModelStore(folder: folder, build: build)
    let task = try open(store, filesUnder: roots)
    guard let samples = task.samples else {
      return try store.model(of: task.recipe, on: task.set, progress: progress)
    }
    _ = try store.madeEmbeddings(
      of: samples,
      by: task.recipe,
      trainedOn: task.set,
      withMirror: task.withMirror,
      training: progress,
      embedding: embedding
    )
    return nil
  }

  /// Makes it as `run(in:filesUnder:progress:embedding:)` does, by several ranks together; all of them call it.
  ///
  /// Rank 0 writes the file. All ranks read the descriptions of the sets, and their pictures where they have any.
  ///
  /// - Parameter program: the build of the program, which must be the same on all ranks.
  /// - Throws: also `TrainingError.ranks`.
  @discardableResult
  package func run(
    in folder: String,
    filesUnder roots: [String] = [],
    by ranks: any Communicator,
    program: String,
    progress: (TrainingProgress) throws -> Void = { _ in },
    embedding: (_ batches: Int, _ samplesPerSecond: Double) throws -> Void = { _, _ in }
  ) throws -> Model? {
    do {
      let store = ModelStore(folder: folder, build: build)
      let task = try open(store, filesUnder: roots)
      guard let samples = task.samples else {
        return try store.model(of: task.recipe, on: task.set, by: ranks, program: program, progress: progress)
      }
      try store.makeEmbeddings(
        of: samples,
        by: task.recipe,
        trainedOn: task.set,
        withMirror: task.withMirror,
        sharedBy: ranks,
        program: program,
        training: progress,
        embedding: embedding
      )
      return nil
    } catch {
      ranks.fail("rank \(ranks.rank) on \(ranks.host) ended: \(error)")
      throw error
    }
  }

  /// What is to be made of which sets; without samples it is the model.
  private struct Task {
    var recipe: Recipe
    var set: FaceSet
    var samples: FaceSet?
    var withMirror = false
  }

  /// Makes the sets, and checks that the job is what its key says.
  private func open(_ store: ModelStore, filesUnder roots: [String]) throws -> Task {
    try checkKernel()
    let task: Task
    let made: Digest
    switch work {
    case .training(let recipe, let set):
      task = Task(recipe: recipe, set: try self.set(set, in: store.folder, filesUnder: roots))
      made = store.key(of: recipe, on: task.set)
    case .embedding(let recipe, let set, let samples, let withMirror):
      task = Task(
        recipe: recipe,
        set: try self.set(set, in: store.folder, filesUnder: roots),
        samples: try self.set(samples, in: store.folder, filesUnder: roots),
        withMirror: withMirror
      )
      made = store.embeddingKey(ofSet: samples, by: recipe, trainedOn: task.set, withMirror: withMirror)
    case .identification:
      throw TrainingError.job(title, problem: "it counts and makes neither a model nor embeddings")
    }
    guard made == key else {
      throw TrainingError.job(title, problem: "its key is not that of its recipe and set: plan it again")
    }
    return task
  }
}

internal import Digests
internal import Foundation
internal import Synchronization
internal import Tensors

extension ModelStore {
  /// Trains the models of recipes that the store does not have yet, and embeds samples by them, several in parallel.
  ///
  /// ```swift
  /// try store.prepare(recipes, on: set, embedding: [pairs.faces], withMirror: true) { print($0) }
  /// let model = try store.model(of: recipes[0], on: set)    // only reads
  /// ```
  /// As many run in parallel as there are threads (`Parallel.threadCount`), or fewer where memory does not allow it. With fewer
  /// models than threads each gets an equal share of the threads, and a larger one as soon as another model is done. Models that
  /// others start from are trained first. Bits and files are the same as one by one.
  ///
  /// In a store with a plan, missing models and embeddings become jobs of other processes, and nothing is made here while the plan has any.
  ///
  /// - Parameters:
  ///   - sources: samples to embed by each model. Embeddings that exist are not computed again, and do not need their model.
  ///   - withMirror: appends the embedding of the mirrored image to the image's own.
  ///   - progress: called after each step of any model, by one thread at a time; what it throws ends all runs.
  /// - Throws: the error of the model that failed, as `model(of:on:)` does; `TrainingError.several` for more than one. After a
  ///   failure no further model is started; those that run are finished and stored.
  public func prepare(
    _ recipes: [Recipe],
    on set: some TrainingSet,
    embedding sources: [any TrainingSet] = [],
    withMirror: Bool = false,
    progress: (PreparationProgress) throws -> Void = { _ in }
  ) throws {
    for recipe in recipes { note(recipe, on: set) }
    for source in sources { note(source) }
    try withoutActuallyEscaping(progress) { progress in
      let preparation = Preparation(self, set, ProgressCollector(progress))
      for recipe in recipes {
        if sources.isEmpty { try preparation.addTraining(recipe) }
        for source in sources { try preparation.addEmbedding(source, by: recipe, withMirror: withMirror) }
      }
      try preparation.run()
    }
  }
}

/// The jobs of one call of `prepare`.
private final class Preparation<TrainedSet: TrainingSet> {
  private let store: ModelStore
  private let set: TrainedSet
  private let board: ProgressCollector
  private var graph = JobGraph()
  /// The job that trains a model, by the model's key.
  private var trainings: [Digest: Int] = [:]
  private var embeddings: Set<Digest> = []
  private var largestRun = 0

  init(_ store: ModelStore, _ set: TrainedSet, _ board: ProgressCollector) {
    self.store = store
    self.set = set
    self.board = board
  }

  /// Adds a job that trains a model, after the model that it starts from, and returns its index; nil where the model exists.
  @discardableResult
  func addTraining(_ recipe: Recipe) throws -> Int? {
    let key = store.key(of: recipe, on: set)
    if let job = trainings[key] { return job }
    if store.contains(key) { return nil }
    if try store.plan?.add(recipe, on: set, of: store, key: key) == true { return nil }
    var start: Int?
    if case .model(let other) = recipe.start { start = try addTraining(other) }
    largestRun = max(largestRun, recipe.memory)
    trainings[key] = add(recipe.name, steps: recipe.steps, batch: recipe.sampling.batchSize, after: start) {
      [store, set] report in
      _ = try store.made(recipe, on: set) { try report($0.step, $0.samplesPerSecond) }
    }
    return trainings[key]
  }

  /// Adds a job that embeds samples, unless the embeddings exist.
  func addEmbedding(_ source: some TrainingSet, by recipe: Recipe, withMirror: Bool) throws {
    let key = store.embeddingKey(ofSet: source.digest, by: recipe, trainedOn: set, withMirror: withMirror)
    guard !store.hasEmbeddings(key), embeddings.insert(key).inserted else { return }
    let isPlanned = try store.plan?.addEmbeddings(
      of: source,
      by: recipe,
      trainedOn: set,
      withMirror: withMirror,
      of: store
    )
    if isPlanned == true { return }
    let training = try addTraining(recipe)
    let steps = (source.count + Model.embeddingBatch - 1) / Model.embeddingBatch
    add("\(recipe.name), embedding", steps: steps, batch: Model.embeddingBatch, after: training) {
      [store, set] report in
      _ = try store.madeEmbeddings(
        of: source,
        by: recipe,
        trainedOn: set,
        withMirror: withMirror,
        training: { try report(0, $0.samplesPerSecond) },
        embedding: { try report($0, $1) }
      )
    }
  }

  @discardableResult
  private func add(
    _ name: String,
    steps: Int,
    batch: Int,
    after needed: Int?,
    _ body: @escaping (_ report: (Int, Double) throws -> Void) throws -> Void
  ) -> Int {
    let (board, job) = (board, graph.jobs.count)
    board.add(steps: steps)
    let run = {
      let work = PreparationProgress.Work(name: name, step: 0, stepCount: steps, samplesPerSecond: 0)
      board.begin(job, work, batch: batch)
      try body { step, speed in try board.report(job, step: step, samplesPerSecond: speed) }
      try board.end(job)
    }
    graph.jobs.append(.init(needs: needed, work: steps * batch, run: run))
    return job
  }

  /// - Throws: what `progress` threw, else the error of the job that failed.
  func run() throws {
    defer { board.close() }
    // A plan that has jobs ends the program before anything else is needed.
    guard !graph.jobs.isEmpty, store.plan?.isEmpty ?? true else { return }
    let fitting = largestRun == 0 ? Int.max : max(1, Memory.usable / largestRun)
    let errors = graph.run(atOnce: min(Parallel.threadCount, fitting))
    if let error = board.error { throw error }
    let failures = errors.sorted { $0.key < $1.key }.map(\.value)
    if failures.count > 1 { throw TrainingError.several(failures.map { "\($0)" }) }
    if let failure = failures.first { throw failure }
  }
}

/// Collects the progress of all jobs, and calls `progress` from one thread at a time.
///
/// Unchecked: all state is used only while the lock is held.
private final class ProgressCollector: @unchecked Sendable {
  private let lock = NSLock()
  private var progress: ((PreparationProgress) throws -> Void)?
  private var state = PreparationProgress()
  private var running: [Int: (work: PreparationProgress.Work, batch: Int)] = [:]
  private var finishedSteps = 0
  private var thrown: (any Error)?

  init(_ progress: @escaping (PreparationProgress) throws -> Void) { self.progress = progress }

  /// The error that `progress` threw.
  var error: (any Error)? { lock.withLock { thrown } }

  /// Releases `progress`: a thread that is ending may keep the collector longer than the caller's closure lives.
  func close() { lock.withLock { progress = nil } }

  func add(steps: Int) {
    lock.withLock {
      state.count += 1
      state.stepCount += steps
    }
  }

  func begin(_ job: Int, _ work: PreparationProgress.Work, batch: Int) {
    lock.withLock { running[job] = (work, batch) }
  }

  func report(_ job: Int, step: Int, samplesPerSecond: Double) throws {
    try lock.withLock {
      running[job]?.work.step = step
      running[job]?.work.samplesPerSecond = samplesPerSecond
      try tell()
    }
  }

  /// Counts a job as done, with all its steps, also where another process has done the work.
  func end(_ job: Int) throws {
    try lock.withLock {
      finishedSteps += running.removeValue(forKey: job)?.work.stepCount ?? 0
      state.finishedCount += 1
      try tell()
    }
  }

  private func tell() throws {
    if let thrown { throw thrown }
    let now = running.sorted { $0.key < $1.key }.map(\.value)
    state.running = now.map(\.work)
    state.step = finishedSteps + now.reduce(0) { $0 + $1.work.step }
    state.stepsPerSecond = now.reduce(0) { $0 + $1.work.samplesPerSecond / Double(max(1, $1.batch)) }
    do { try progress?(state) } catch {
      thrown = error
      throw error
    }
  }
}

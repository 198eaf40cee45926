package import Digests
internal import Files
internal import Foundation
internal import Losses
internal import Synchronization

/// The jobs of a program that leaves training to other processes: models, embeddings and searches that it asked for and that its
/// store lacks.
///
/// ```swift
/// let store = ModelStore(folder: folder, plan: TrainingPlan(file: "jobs.jsonl") { exit(0) })
/// try store.prepare(recipes, on: set)              // adds a job for each missing model
/// let model = try store.model(of: recipe, on: set) // writes jobs.jsonl and ends the program, where one is missing
/// ```
public final class TrainingPlan: Sendable {
  private struct State {
    var jobs: [TrainingJob] = []
    var keys: Swift.Set<Digest> = []
    /// The sets that have been described; false for those that only this process can make.
    var sets: [Digest: Bool] = [:]
  }

  private let file: String
  private let ended: @Sendable () -> Never
  private let state = Mutex(State())

  /// Creates an empty plan.
  ///
  /// - Parameters:
  ///   - file: the job file that ``end()`` writes; see ``TrainingJob``.
  ///   - ended: ends the program when the file is written.
  public init(file: String, ended: @escaping @Sendable () -> Never) {
    self.file = file
    self.ended = ended
  }

  /// Whether nothing has been added.
  public var isEmpty: Bool { state.withLock { $0.jobs.isEmpty } }

  /// Writes the job file and ends the program; returns where the plan is empty.
  public func end() {
    let jobs = state.withLock { $0.jobs }
    guard !jobs.isEmpty else { return }
    do {
      let encoder = JobCoding.encoder
      var lines = Data()
      for job in jobs {
        lines.append(try encoder.encode(job))
        lines.append(10)
      }
      try FileReplacement.write(lines, to: file, durable: false)
    } catch { fatalError("the job file cannot be written: \(error)") }
    ended()
  }

  /// Adds a model that its store lacks, after the one that it starts from.
  ///
  /// - Parameter key: the model's key, where it is known already.
  /// - Returns: whether a job can train it; else only this process has its set or one of its losses.
  /// - Throws: `FileError` where the description of its set cannot be written.
  @discardableResult
  func add(_ recipe: Recipe, on set: some TrainingSet, of store: ModelStore, key: Digest? = nil) throws
    -> Bool
  {
    let key = key ?? store.key(of: recipe, on: set)
    if contains(key) { return true }
    guard recipe.objective.isReadable, try describe(set, in: store.folder) else { return false }
    var needs: [Digest] = []
    if case .model(let other) = recipe.start {
      let other = (recipe: other, key: store.key(of: other, on: set))
      if !store.contains(other.key) {
        needs = [other.key]
        guard try add(other.recipe, on: set, of: store, key: other.key) else { return false }
      }
    }
    add(
      .training(recipe: recipe, set: set.digest),
      title: "\(recipe.name), seed \(recipe.seed)",
      key: key,
      file: store.modelFile(key),
      needs: needs,
      of: store
    )
    return true
  }

  /// Adds embeddings that their store lacks, after the model that makes them.
  ///
  /// - Returns: whether a job can make them; else only this process has a set or a loss.
  /// - Throws: `FileError` where the description of a set cannot be written.
  func addEmbeddings(
    of source: some TrainingSet,
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool,
    of store: ModelStore
  ) throws -> Bool {
    let key = store.embeddingKey(ofSet: source.digest, by: recipe, trainedOn: set, withMirror: withMirror)
    if contains(key) { return true }
    guard recipe.objective.isReadable, try describe(set, in: store.folder),
      try describe(source, in: store.folder)
    else { return false }
    let model = store.key(of: recipe, on: set)
    let needs = store.contains(model) ? [] : [model]
    if !needs.isEmpty {
      guard try add(recipe, on: set, of: store, key: model) else { return false }
    }
    add(
      .embedding(recipe: recipe, set: set.digest, samples: source.digest, withMirror: withMirror),
      title: "\(recipe.name), seed \(recipe.seed), embedding \(source.count) samples",
      key: key,
      file: store.embeddingFile(key),
      needs: needs,
      of: store
    )
    return true
  }

  /// Adds a search whose counts its store lacks.
  ///
  /// - Parameter needs: the keys of the embeddings that are still to be made.
  package func add(
    _ search: GallerySearch,
    title: String,
    file: String,
    needs: [Digest],
    of store: ModelStore
  ) {
    add(.identification(search: search), title: title, key: search.key, file: file, needs: needs, of: store)
  }

  /// Returns whether a job makes what has a key.
  package func contains(_ key: Digest) -> Bool { state.withLock { $0.keys.contains(key) } }

  private func add(
    _ work: TrainingJob.Work,
    title: String,
    key: Digest,
    file: String,
    needs: [Digest],
    of store: ModelStore
  ) {
    let job = TrainingJob(work, title: title, key: key, file: file, needs: needs, build: store.build)
    state.withLock { if $0.keys.insert(key).inserted { $0.jobs.append(job) } }
  }

  /// Writes the description of a set into a store, once; returns whether it has one.
  private func describe(_ set: some TrainingSet, in folder: String) throws -> Bool {
    if let known = state.withLock({ $0.sets[set.digest] }) { return known }
    let description = set.portableDescription
    if let description {
      let path = TrainingJob.setFile(set.digest, in: folder)
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent,
        withIntermediateDirectories: true
      )
      try FileReplacement.write(JobCoding.encoder.encode(description), to: path)
    }
    state.withLock { $0.sets[set.digest] = description != nil }
    return description != nil
  }
}

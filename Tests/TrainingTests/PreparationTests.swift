internal import Digests
internal import Foundation
internal import Losses
internal import Synchronization
internal import Tensors
internal import Testing
internal import Training

@Suite("Models made side by side")
struct PreparationTests {
  /// A sample is loaded by one thread, so that two threads that meet train two models.
  private static let single = Sampling.shuffled(batch: 1)

  /// Three runs from the start, and one that goes on from the first of them.
  static let recipes: [Recipe] = {
    let first = imageRecipe("first", steps: 9, sampling: single, seed: 1)
    return [
      imageRecipe("further", steps: 5, sampling: single, start: .model(of: first), seed: 1), first,
      imageRecipe("second", steps: 7, sampling: single, seed: 2),
      imageRecipe("third", steps: 3, objective: Objective(.softmax), sampling: single, seed: 3),
      imageRecipe("the second again", steps: 7, sampling: single, seed: 2),
    ]
  }()

  private func files(_ folder: TemporaryFolder) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
    }
    return files
  }

  @Test("are the same files, byte by byte, as one by one", arguments: [1, 2, 3, 5])
  func sameStore(threads: Int) throws {
    let (set, tested) = (bars(), bars(9))
    let (one, all) = (try TemporaryFolder(), try TemporaryFolder())
    for recipe in Self.recipes {
      for source in [set, tested] {
        _ = try ModelStore(folder: one.path).embeddings(
          of: source,
          by: recipe,
          trainedOn: set,
          withMirror: true
        )
      }
    }
    try Parallel.withThreads(threads) {
      try ModelStore(folder: all.path).prepare(
        Self.recipes,
        on: set,
        embedding: [set, tested],
        withMirror: true
      )
    }
    let wanted = try files(one)
    #expect(wanted.keys.filter { $0.hasSuffix(".safetensors") }.count == 4)
    #expect(wanted.keys.filter { $0.hasSuffix(".embeddings") }.count == 8)
    let made = try files(all)
    #expect(made.keys.sorted() == wanted.keys.sorted())
    for (name, data) in made { #expect(data == wanted[name], "\(name)") }
  }

  @Test("really run at the same time, and progress shows them all")
  func progress() throws {
    let (set, folder) = (MeetingSet(bars(), threads: 2), try TemporaryFolder())
    var seen: [PreparationProgress] = []
    try Parallel.withThreads(2) {
      try ModelStore(folder: folder.path).prepare(Self.recipes, on: set) { seen.append($0) }
    }
    #expect(set.hasMet)
    #expect(seen.contains { $0.running.map(\.name) == ["first", "second"] })
    for (earlier, later) in zip(seen, seen.dropFirst()) {
      #expect(later.step >= earlier.step && later.finishedCount >= earlier.finishedCount)
    }
    let last = try #require(seen.last)
    #expect(last.finishedCount == 4 && last.count == 4 && last.step == 24 && last.stepCount == 24)
    #expect(last.running.isEmpty && last.activity == "4 of 4 made")
    let middle = try #require(seen.first { $0.running.count == 2 })
    #expect(middle.activity.hasPrefix("0 of 4 made; first: \(middle.running[0].step)/9; second: "))
  }

  @Test("that are there already are not made again, and cost no call")
  func kept() throws {
    let (set, folder) = (bars(), try TemporaryFolder())
    let store = ModelStore(folder: folder.path)
    try store.prepare(Self.recipes, on: set)
    try store.prepare(Self.recipes, on: set) { _ in throw Stop() }
    try store.prepare(Self.recipes, on: set, embedding: [set])
    try store.prepare(Self.recipes, on: set, embedding: [set]) { _ in throw Stop() }
    for recipe in Self.recipes {
      _ = try store.embeddings(of: set, by: recipe, trainedOn: set) { _ in throw Stop() }
    }
  }

  @Test("report every recipe and set to the store's owner, in the order given")
  func asked() throws {
    let (set, folder) = (bars(), try TemporaryFolder())
    let told = Mutex<[Digest]>([])
    let store = ModelStore(folder: folder.path) { use in
      if case .model(let recipe, _) = use { told.withLock { $0.append(recipe.digest) } }
    }
    try store.prepare(Self.recipes, on: set)
    let digests = Self.recipes.map(\.digest)
    #expect(told.withLock { $0 } == [digests[0], digests[1]] + digests.dropFirst())
  }

  /// A recipe whose rate blows up after a few steps.
  private func bad(_ name: String, steps: Int = 12, seed: UInt64 = 8) -> Recipe {
    imageRecipe(
      name,
      steps: steps,
      objective: Objective(.softmax, .centre(weight: 1e20)),
      sampling: Self.single,
      rate: 1e15,
      seed: seed
    )
  }

  @Test("the failure of one does not stop those that run, and is what is thrown")
  func failure() throws {
    let (set, folder) = (MeetingSet(bars(), threads: 2), try TemporaryFolder())
    let (good, bad) = (imageRecipe("good", steps: 12, sampling: Self.single), bad("bad"))
    let late = imageRecipe("late", steps: 1)
    let store = ModelStore(folder: folder.path)
    let error = #expect(throws: TrainingError.self) {
      try Parallel.withThreads(2) { try store.prepare([bad, good, late], on: set) }
    }
    guard case .notFinite(let title, _, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(title.hasPrefix("'bad'"))
    #expect(store.contains(good, on: set) && !store.contains(bad, on: set))
  }

  @Test("none is started once one has failed, above all none that starts from it")
  func failureStops() throws {
    let (set, folder) = (bars(), try TemporaryFolder())
    let first = bad("first", steps: 40)
    let further = imageRecipe("further", steps: 2, start: .model(of: first))
    let other = imageRecipe("other", steps: 3)
    let store = ModelStore(folder: folder.path)
    #expect(throws: TrainingError.self) {
      try Parallel.withThreads(1) { try store.prepare([further, other], on: set) }
    }
    #expect(!store.contains(further, on: set) && !store.contains(other, on: set))
  }

  @Test("several failures are all named")
  func failures() throws {
    let (set, folder) = (MeetingSet(bars(), threads: 2), try TemporaryFolder())
    let error = #expect(throws: TrainingError.self) {
      try Parallel.withThreads(2) {
        try ModelStore(folder: folder.path).prepare([bad("one"), bad("two", seed: 9)], on: set)
      }
    }
    guard case .several(let problems) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(problems.count == 2 && problems[0].contains("'one'") && problems[1].contains("'two'"))
    #expect(error?.description.hasPrefix("2 models failed: recipe 'one'") == true)
  }

  @Test("an error thrown by progress ends all runs")
  func stopped() throws {
    let (set, folder) = (bars(), try TemporaryFolder())
    var calls = 0
    #expect(throws: Stop.self) {
      try Parallel.withThreads(2) {
        try ModelStore(folder: folder.path).prepare(Self.recipes, on: set) { _ in
          calls += 1
          if calls == 3 { throw Stop() }
        }
      }
    }
    #expect(calls == 3)
  }
}

/// A set whose first samples wait until some threads have asked for one each: as many models, where batches have one sample.
final class MeetingSet: TrainingSet {
  private let samples: MemorySet
  private let wanted: Int
  private let threads = Mutex<Set<UInt>>([])

  init(_ samples: MemorySet, threads: Int) {
    self.samples = samples
    wanted = threads
  }

  /// Whether the threads met; else they gave up after a minute.
  var hasMet: Bool { threads.withLock { $0.count >= wanted } }

  var count: Int { samples.count }
  var classCount: Int { samples.classCount }
  var sampleShape: [Int] { samples.sampleShape }
  var digest: Digest { samples.digest }
  func label(of index: Int) -> Int { samples.label(of: index) }

  func fill(_ index: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    _ = threads.withLock { $0.insert(UInt(pthread_self())) }
    for _ in 0..<6000 where !hasMet { usleep(10_000) }
    samples.fill(index, into: buffer)
  }
}

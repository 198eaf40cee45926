internal import Foundation
internal import Losses
internal import Synchronization
internal import Tensors
internal import Testing
internal import Training

@Suite("A store that several threads and processes use at once")
struct SharedStoreTests {
  @Test("trains a model once, though several threads ask for it")
  func threads() throws {
    let (recipe, set, folder) = (imageRecipe(steps: 20), bars(), try TemporaryFolder())
    let store = ModelStore(folder: folder.path)
    let wanted = try bits(Trainer(recipe, on: set).train())
    let steps = Atomic<Int>(0)
    let made = Mutex<[[UInt32]]>([])
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      guard
        let model = try? store.model(
          of: recipe,
          on: set,
          progress: { _ in steps.add(1, ordering: .relaxed) }
        ),
        let numbers = try? bits(model)
      else { return }
      made.withLock { $0.append(numbers) }
    }
    #expect(made.withLock { $0 } == [wanted, wanted, wanted, wanted])
    #expect(steps.load(ordering: .relaxed) == 20)
  }

  @Test("gives two processes the same model, trained by one of them")
  func processes() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    async let other: Void = {
      await #expect(processExitsWith: .success) { [path = path as String] in try train(in: path) }
    }()
    try train(in: path)
    await other
    let counts = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix("steps-") }
      .map { Int($0.split(separator: "-")[1]) ?? 0 }
    #expect(counts.count == 2 && counts.reduce(0, +) == 60, "\(counts)")
    let kept = try ModelStore(folder: path).model(of: imageRecipe(steps: 60), on: bars()) { _ in throw Stop()
    }
    #expect(try bits(kept) == bits(Trainer(imageRecipe(steps: 60), on: bars()).train()))
  }

  @Test("keeps one file whole while several threads write it")
  func files() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/tensors"
    DispatchQueue.concurrentPerform(iterations: 8) { writer in
      for _ in 0..<20 {
        var file = SafeTensors(metadata: ["writer": "\(writer)"])
        file["numbers"] = .init([Float](repeating: Float(writer), count: 1000), shape: [1000])
        try? file.write(to: path)
      }
    }
    let file = try SafeTensors(contentsOf: path)
    let writer = try #require(file.metadata["writer"].flatMap { Float($0) })
    #expect(file["numbers"]?.elements == [Float](repeating: writer, count: 1000))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["tensors"])
  }
}

/// Trains through the store in a folder, and leaves a file there that tells how many steps were taken.
private func train(in folder: String) throws {
  let steps = Atomic<Int>(0)
  _ = try ModelStore(folder: folder).model(of: imageRecipe(steps: 60), on: bars()) { _ in
    steps.add(1, ordering: .relaxed)
  }
  let name = "steps-\(steps.load(ordering: .relaxed))-\(getpid())"
  try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
}

@Suite("A run goes on")
struct ContinuationTests {
  /// A store with the checkpoints of steps 10 and 20 of a run of 30 that was stopped.
  private func stoppedRun(_ folder: TemporaryFolder, noted: @escaping @Sendable (String) -> Void) throws
    -> (store: ModelStore, checkpoint: String)
  {
    let store = ModelStore(folder: folder.path, noted: noted)
    let checkpoint = store.checkpoint(of: imageRecipe(steps: 30), on: bars()).path
    let often = CheckpointFile(checkpoint, everySeconds: .infinity, everySteps: 10)
    let trainer = try Trainer(imageRecipe(steps: 30), on: bars())
    #expect(throws: Stop.self) { try trainer.train(keeping: often) { if $0.step == 25 { throw Stop() } } }
    return (store, checkpoint)
  }

  static let damages: [(String, @Sendable (inout Data) -> Void)] = [
    ("a flipped bit", { $0[$0.count - 3] ^= 1 }), ("half a file", { $0 = $0.prefix($0.count / 2) }),
    ("an empty file", { $0 = Data() }), ("text", { $0 = Data("no tensors".utf8) }),
  ]

  @Test("from the checkpoint before one that is damaged, and says so", arguments: damages.indices)
  func damaged(index: Int) throws {
    let folder = try TemporaryFolder()
    let notes = Mutex<[String]>([])
    let (store, checkpoint) = try stoppedRun(folder) { note in notes.withLock { $0.append(note) } }
    try damage(checkpoint, index)
    var steps: [Int] = []
    let model = try store.model(of: imageRecipe(steps: 30), on: bars()) { steps.append($0.step) }
    #expect(steps == Array(11...30))
    #expect(try bits(model) == bits(Trainer(imageRecipe(steps: 30), on: bars()).train()))
    let note = try #require(notes.withLock { $0 }.first)
    #expect(
      note.hasPrefix(checkpoint + ": ") && note.contains("recipe 'bars'") && note.contains("continues from")
    )
  }

  @Test("from its first step where no checkpoint is valid", arguments: damages.indices)
  func allDamaged(index: Int) throws {
    let folder = try TemporaryFolder()
    let notes = Mutex<[String]>([])
    let (store, checkpoint) = try stoppedRun(folder) { note in notes.withLock { $0.append(note) } }
    for path in [checkpoint, checkpoint + ".previous"] { try damage(path, index) }
    var steps: [Int] = []
    let model = try store.model(of: imageRecipe(steps: 30), on: bars()) { steps.append($0.step) }
    #expect(steps == Array(1...30))
    #expect(try bits(model) == bits(Trainer(imageRecipe(steps: 30), on: bars()).train()))
    #expect(notes.withLock { $0.count } == 2)
  }

  private func damage(_ path: String, _ index: Int) throws {
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    Self.damages[index].1(&data)
    try data.write(to: URL(fileURLWithPath: path))
  }

  @Test(
    "from a finished run for more steps, to the same bits and the same log",
    arguments: [(7, 12), (3, 4)]
  )
  func further(steps: Int, more: Int) throws {
    let (set, folder) = (bars(), try TemporaryFolder())
    let store = ModelStore(folder: folder.path)
    _ = try store.model(of: imageRecipe(steps: steps), on: set)
    var taken: [Int] = []
    let longer = try store.model(of: imageRecipe(steps: more), on: set) { taken.append($0.step) }
    #expect(taken == Array(steps + 1...more))
    let whole = try Trainer(imageRecipe(steps: more), on: set).train()
    #expect(try bits(longer) == bits(whole))
    #expect(longer.log == whole.log)
  }

  @Test(
    "with the log of a long run, whose entries are means",
    arguments: [(501, 2203), (700, 703), (703, 1400), (1000, 1000), (3, 900_000)]
  )
  func log(steps: Int, more: Int) {
    var generator = SeededGenerator(seed: 4)
    let values = (0..<min(more, 5000)).map { _ in generator.uniform() }
    func add(_ range: ClosedRange<Int>, to log: inout TrainingLog, of count: Int) {
      for step in range {
        let term = TermValue(name: "softmax", weight: 1, value: values[step - 1] / 3)
        log.add(step: step, rate: 1, value: values[step - 1], terms: [term], isLast: step == count)
      }
    }
    var short = TrainingLog(steps: steps)
    add(1...steps, to: &short, of: steps)
    #expect(short.entries.last?.step == steps && short.entries.count <= 501)
    var longer = short.continued(to: more)
    if steps < more { add(steps + 1...values.count, to: &longer, of: more) }
    var whole = TrainingLog(steps: more)
    add(1...values.count, to: &whole, of: more)
    #expect(longer == whole)
    if values.count == more { #expect(longer.entries.last?.step == more) }
  }

  @Test("but not from a run under other rates, of another seed, or for more steps")
  func unrelated() throws {
    let (set, folder) = (bars(), try TemporaryFolder())
    let store = ModelStore(folder: folder.path, noted: { Issue.record("\($0)") })
    _ = try store.model(of: imageRecipe(steps: 11), on: set)
    var rates = imageRecipe(steps: 12)
    rates.schedule = .constant(0.01)
    for recipe in [rates, imageRecipe(steps: 12, seed: 4), imageRecipe(steps: 10)] {
      var steps: [Int] = []
      _ = try store.model(of: recipe, on: set) { steps.append($0.step) }
      #expect(steps == Array(1...recipe.steps))
    }
  }
}

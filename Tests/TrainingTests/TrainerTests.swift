internal import Digests
internal import Foundation
internal import Losses
internal import Networks
internal import Synchronization
internal import Tensors
internal import Testing
internal import Training

@Suite("A trainer follows its recipe")
struct TrainerTests {
  @Test("three clouds in the plane are told apart")
  func clouds() throws {
    let set = TrainingTests.clouds()
    let model = try Trainer(planeRecipe(), on: set).train()
    let features = try model.embeddings(of: set)
    let classifier = try #require(model.classifier)
    let loss = SoftmaxLoss().evaluate(LabelledFeatures(features, labels: set.labels), classifier: classifier)
    #expect(loss.value < 0.1)
    #expect(model.centres == nil)
    #expect(model.log.entries.count == 200)
    #expect(model.log.series(of: "softmax").first.map { $0.value > 0.5 } == true)
  }

  @Test("each reading of the minimum margin trains, and parts the centres", arguments: MarginReading.allCases)
  func readings(reading: MarginReading) throws {
    let set = TrainingTests.clouds()
    func nearest(_ terms: [Objective.Term]) throws -> Double {
      let model = try Trainer(planeRecipe(steps: 60, objective: Objective(terms)), on: set).train()
      return try #require(model.centres).nearestSquaredDistances().min() ?? 0
    }
    let plain: [Objective.Term] = [.softmax, .centre(weight: 0.05)]
    let wide = plain + [.minimumMargin(weight: 0.01, margin: 400, by: reading)]
    #expect(try nearest(wide) > 1.2 * nearest(plain))
  }

  @Test(
    "every objective trains on images, whatever the sampling",
    arguments: [
      [.softmax], [.softmax, .marginal(weight: 0.1)], [.softmax, .range(weight: 1)], [.amSoftmax(scale: 8)],
      [.arcFace(scale: 8)],
    ] as [[Objective.Term]],
    [.shuffled(batch: 8), .balanced(classes: 3, samples: 4)] as [Sampling]
  )
  func objectives(terms: [Objective.Term], sampling: Sampling) throws {
    let recipe = imageRecipe(steps: 30, objective: Objective(terms), sampling: sampling)
    let log = try Trainer(recipe, on: bars()).train().log
    let (first, last) = (log.entries[..<5], log.entries.suffix(5))
    #expect(last.reduce(0) { $0 + $1.value } < first.reduce(0) { $0 + $1.value })
    #expect(log.entries.first?.terms.map(\.name) == terms.map(\.name))
  }

  @Test("a model starts from another's numbers")
  func warmStart() throws {
    let set = bars()
    let first = imageRecipe("first", objective: Objective(.softmax, .centre(weight: 0.01)))
    let second = imageRecipe("second", steps: 0, start: .model(of: first))
    let model = try Trainer(first, on: set).train()
    let warm = try Trainer(second, on: set, from: model).train()
    #expect(try bits(warm) == bits(model))
    // In a store the recipe alone is enough: what it starts from is trained first.
    let folder = try TemporaryFolder()
    let store = ModelStore(folder: folder.path)
    #expect(try bits(store.model(of: second, on: set)) == bits(model))
    #expect(store.contains(first, on: set))
  }

  @Test("the rate follows the schedule")
  func schedule() {
    let paper = Schedule.steps(0.05, dividedBy: 10, every: 100_000, of: 275_000)
    #expect(paper.stages.count == 3)
    #expect(paper.rate(at: 99_999) == 0.05)
    #expect(abs(paper.rate(at: 100_000) - 0.005) < 1e-15)
    #expect(abs(paper.rate(at: 274_999) - 0.0005) < 1e-15)
  }

  @Test("the mirrored embedding of an image is the embedding of its mirror image")
  func mirror() throws {
    let set = bars(6)
    let model = try Trainer(imageRecipe(steps: 3), on: set).train()
    var flipped = set.samples
    for (n, y, x, c) in places(set.samples.shape) {
      flipped[flat: ((n * 12 + y) * 10 + x) * 3 + c] = set.samples[flat: ((n * 12 + y) * 10 + 9 - x) * 3 + c]
    }
    let both = try model.embeddings(of: set, withMirror: true, batch: 4)
    let mirrored = try model.embeddings(of: MemorySet(flipped, labels: set.labels))
    #expect(both.shape == [6, 10])
    for row in 0..<6 { #expect(Array(both.row(row).suffix(5)) == mirrored.row(row)) }
  }

  private func places(_ shape: [Int]) -> [(Int, Int, Int, Int)] {
    (0..<shape.reduce(1, *)).map { flat in
      (flat / 360, flat / 30 % 12, flat / 3 % 10, flat % 3)
    }
  }

  @Test("progress tells step, loss and speed")
  func progress() throws {
    var steps: [Int] = []
    _ = try Trainer(planeRecipe(steps: 3), on: TrainingTests.clouds()).train { progress in
      steps.append(progress.step)
      #expect(progress.stepCount == 3 && progress.samplesPerSecond > 0 && progress.terms.count == 1)
      #expect(progress.description.hasPrefix("plane: step \(progress.step) of 3, loss "))
    }
    #expect(steps == [1, 2, 3])
  }
}

@Suite("The same recipe gives the same bits")
struct DeterminismTests {
  @Test("run to run, and with 1, 2 and 3 threads")
  func threads() throws {
    let (recipe, set) = (imageRecipe(), bars())
    let wanted = try bits(Trainer(recipe, on: set).train())
    #expect(try bits(Trainer(recipe, on: set).train()) == wanted)
    for count in 1...3 {
      let model = try Parallel.withThreads(count) { try Trainer(recipe, on: set).train() }
      #expect(try bits(model) == wanted, "\(count) threads")
    }
  }

  @Test("another seed gives other bits, another name does not")
  func seeds() throws {
    let set = bars()
    let wanted = try bits(Trainer(imageRecipe(), on: set).train())
    #expect(try bits(Trainer(imageRecipe(seed: 4), on: set).train()) != wanted)
    #expect(imageRecipe("another name").digest == imageRecipe().digest)
    #expect(imageRecipe(seed: 4).digest != imageRecipe().digest)
    #expect(imageRecipe(start: .model(of: imageRecipe())).digest != imageRecipe().digest)
  }

  @Test("across a stop and a resume at any step", arguments: [1, 5, 9, 12])
  func resume(stop: Int) throws {
    let (recipe, set, folder) = (imageRecipe(), bars(), try TemporaryFolder())
    let file = CheckpointFile(folder.path + "/run", everySeconds: .infinity, everySteps: 1)
    let whole = try Trainer(recipe, on: set).train()
    let first = try Trainer(recipe, on: set)
    #expect(throws: Stop.self) {
      try first.train(keeping: file) { if $0.step > stop || stop == 12 && $0.step == 12 { throw Stop() } }
    }
    let second = try Trainer(recipe, on: set)
    try second.resume(from: file)
    #expect(second.step == min(stop, 11))
    let resumed = try second.train()
    #expect(try bits(resumed) == bits(whole))
    #expect(resumed.log == whole.log)
  }

  @Test("across a kill of the process")
  func kill() async throws {
    let (recipe, set, folder) = (imageRecipe(steps: 40), bars(), try TemporaryFolder())
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let file = CheckpointFile(path + "/run", everySeconds: .infinity, everySteps: 3)
      _ = try Trainer(imageRecipe(steps: 40), on: bars()).train(keeping: file) {
        if $0.step == 17 { raise(SIGKILL) }
      }
    }
    let trainer = try Trainer(recipe, on: set)
    try trainer.resume(from: CheckpointFile(path + "/run"))
    #expect(trainer.step == 15)
    #expect(try bits(trainer.train()) == bits(Trainer(recipe, on: set).train()))
  }

  @Test("a store returns what it trained, and continues where a run stopped")
  func store() throws {
    let (recipe, set, folder) = (imageRecipe(steps: 30), bars(), try TemporaryFolder())
    let store = ModelStore(folder: folder.path, build: "test")
    let wanted = try bits(Trainer(recipe, on: set).train())
    let half = try Trainer(recipe, on: set)
    let checkpoint = store.checkpoint(of: recipe, on: set)
    let often = CheckpointFile(checkpoint.path, everySeconds: .infinity, everySteps: 10)
    #expect(throws: Stop.self) { try half.train(keeping: often) { if $0.step == 25 { throw Stop() } } }
    var steps: [Int] = []
    #expect(try bits(store.model(of: recipe, on: set) { steps.append($0.step) }) == wanted)
    #expect(steps == Array(21...30))
    #expect(!FileManager.default.fileExists(atPath: checkpoint.path))
    #expect(try bits(store.model(of: recipe, on: set) { _ in throw Stop() }) == wanted)
    let other = ModelStore(folder: folder.path, build: "another build")
    #expect(!other.contains(recipe, on: set) && !store.contains(recipe, on: bars(44)))
  }

  @Test("a store tells of every model that it is asked for, of those that it starts from, and of samples")
  func asked() throws {
    let (first, set, folder) = (imageRecipe(steps: 2), bars(), try TemporaryFolder())
    var second = imageRecipe(steps: 3)
    second.start = .model(of: first)
    let told = Mutex<[Digest]>([])
    let store = ModelStore(folder: folder.path) { use in
      switch use {
      case .model(let recipe, let data): told.withLock { $0 += [recipe.digest, data] }
      case .samples(let data, let count): told.withLock { $0 += count == 9 ? [data] : [data, data] }
      }
    }
    let wanted = [second.digest, set.digest, first.digest, set.digest, set.digest, set.digest]
    _ = try store.model(of: second, on: set)
    #expect(told.withLock { Array($0.prefix(6)) } == wanted)
    told.withLock { $0 = [] }
    let tested = bars(9)
    _ = try store.embeddings(of: tested, by: second, trainedOn: set)
    #expect(told.withLock { Array($0.prefix(7)) } == wanted + [tested.digest])
  }
}

@Suite("Embeddings that a store keeps")
struct KeptEmbeddingsTests {
  @Test("are those of the model, kept until the file is damaged, and made again to the same bits")
  func kept() throws {
    let (recipe, set, folder) = (imageRecipe(steps: 4), bars(), try TemporaryFolder())
    let store = ModelStore(folder: folder.path, build: "test")
    let wanted = try store.model(of: recipe, on: set).embeddings(of: set, withMirror: true)
    let made = try store.embeddings(of: set, by: recipe, trainedOn: set, withMirror: true)
    #expect(made.shape == [set.count, 10] && made.elements == wanted.elements)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where !name.hasSuffix(".embeddings") {
      try FileManager.default.removeItem(atPath: folder.path + "/" + name)
    }
    struct Trained: Error {}
    let kept = try store.embeddings(of: set, by: recipe, trainedOn: set, withMirror: true) { _ in
      throw Trained()
    }
    #expect(kept.elements == wanted.elements)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let name = try #require(files.first { $0.hasSuffix(".embeddings") })
    let url = URL(fileURLWithPath: folder.path + "/" + name)
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count - 3] ^= 1
    try bytes.write(to: url)
    #expect(throws: Trained.self) {
      _ = try store.embeddings(of: set, by: recipe, trainedOn: set, withMirror: true) { _ in throw Trained() }
    }
    let again = try store.embeddings(of: set, by: recipe, trainedOn: set, withMirror: true)
    #expect(again.elements == wanted.elements)
  }
}

internal import Digests
internal import Foundation
internal import Losses
internal import Networks
internal import Tensors
internal import Testing
internal import Training

@Suite("What cannot be trained, says why")
struct FailureTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test("a rate that blows up stops the run with step and place, and keeps the last checkpoint")
  func notFinite() throws {
    let (set, folder) = (bars(), try TemporaryFolder())
    let file = CheckpointFile(folder.path + "/run", everySeconds: .infinity, everySteps: 1)
    let recipe = imageRecipe("too fast", objective: Objective(.softmax, .centre(weight: 1e20)), rate: 1e15)
    let error = #expect(throws: TrainingError.self) { try Trainer(recipe, on: set).train(keeping: file) }
    guard case .notFinite(let title, let step, let place, let checkpoint) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(title.hasPrefix("'too fast' ("))
    #expect(step > 1 && !place.isEmpty && checkpoint == file.path)
    let kept = try Trainer(recipe, on: set)
    try kept.resume(from: file)
    #expect(kept.step == step - 1)
    // A run that goes on from it and fails at once still names it.
    #expect(message { _ = try kept.train() }.contains("the last good checkpoint is \(file.path)"))
  }

  @Test("a sample that holds NaN or an infinity is named")
  func poisonedSample() throws {
    var samples = clouds(9).samples
    samples[4, 1] = .nan
    let set = MemorySet(samples, labels: clouds(9).labels)
    let text = message { _ = try Trainer(planeRecipe(), on: set).train() }
    #expect(text == "sample 4 of the training set: its input holds nan, expected finite numbers")
  }

  @Test("a sample that cannot be read is named")
  func unreadable() throws {
    let error = #expect(throws: TrainingError.self) { try Trainer(planeRecipe(), on: Unreadable()).train() }
    #expect(error == .sample(7, problem: "no such file"))
  }

  static let brokenRecipes: [(String, @Sendable (inout Recipe) -> Void)] = [
    ("-1 steps", { $0.steps = -1 }),
    ("batches of 0 samples", { $0.sampling = .shuffled(batch: 0) }),
    ("0 samples of 3 classes", { $0.sampling = .balanced(classes: 3, samples: 0) }),
    ("draws 9 classes at once of a set that has 4", { $0.sampling = .balanced(classes: 9, samples: 2) }),
    ("no rate for the first step", { $0.schedule.stages = [] }),
    ("goes back from step 8 to step 8", { $0.schedule.stages.append(.init(step: 8, rate: 1)) }),
    ("learning rate from step 0 on is nan", { $0.schedule = .constant(.nan) }),
    ("samples are [12, 10, 3], the network takes [13, 8, 3]", { $0.input = [13, 8, 3] }),
    ("samples are [12, 10, 3], the network takes [10, 8, 1]", { $0.input = [10, 8, 1] }),
    ("the network ends in [10, 8, 3]", { $0.network = [.relu] }),
    ("starts from the model of 'bars'", { $0.start = .model(of: imageRecipe()) }),
  ]

  @Test("recipes that cannot be followed", arguments: brokenRecipes.indices)
  func recipes(index: Int) {
    let (wanted, change) = Self.brokenRecipes[index]
    var recipe = imageRecipe()
    change(&recipe)
    let error = #expect(throws: TrainingError.self) { try Trainer(recipe, on: bars()) }
    #expect(error?.description.contains(wanted) == true, "\(error?.description ?? "")")
  }

  @Test("a layer that does not fit")
  func layers() {
    var recipe = imageRecipe()
    recipe.network = [.convolution(4, kernel: 30, padding: .valid)]
    #expect(throws: NetworkError.self) { try Trainer(recipe, on: bars()) }
  }

  @Test("models to start from that do not belong")
  func wrongStart() throws {
    let set = bars()
    let (first, other) = (imageRecipe("first", steps: 1), imageRecipe("other", steps: 2))
    let model = try Trainer(first, on: set).train()
    let wrong = imageRecipe("third", start: .model(of: other))
    #expect(message { _ = try Trainer(wrong, on: set, from: model) }.contains("not from that of 'first'"))
    #expect(message { _ = try Trainer(first, on: set, from: model) }.contains("it starts at random"))
    let third = imageRecipe("third", start: .model(of: first))
    let five = MemorySet(set.samples, labels: set.labels, classCount: 5)
    #expect(message { _ = try Trainer(third, on: five, from: model) }.contains("are [4, 5]; this set"))
    var wider = third
    wider.network[0] = .convolution(7, kernel: 3, bias: false)
    #expect(
      message { _ = try Trainer(wider, on: set, from: model) }.contains("its network is not that of 'first'")
    )
  }

  @Test("checkpoints that are damaged, or of another recipe or set")
  func checkpoints() throws {
    let (recipe, set, folder) = (imageRecipe(steps: 2), bars(), try TemporaryFolder())
    let file = CheckpointFile(folder.path + "/run", everySeconds: 0)
    _ = try Trainer(recipe, on: set).train(keeping: file)
    let other = try Trainer(imageRecipe("other", seed: 77), on: set)
    let text = message { try other.resume(from: file) }
    #expect(text.contains("is a checkpoint of recipe 'bars' (\(recipe.digest.short)), not of 'other'"))
    #expect(message { try Trainer(recipe, on: bars(44)).resume(from: file) }.contains("training on the set"))
    #expect(message { _ = try Model(contentsOf: file.path) }.contains("is a marginalia checkpoint 1, not a"))
    var data = try Data(contentsOf: URL(fileURLWithPath: file.path))
    data[data.count - 3] ^= 1
    try data.write(to: URL(fileURLWithPath: file.path))
    let trainer = try Trainer(recipe, on: set)
    #expect(message { try trainer.resume(from: file) }.contains("is damaged: its digest is"))
    #expect(trainer.step == 0)
  }

  @Test("models whose tensors are not the recipe's")
  func models() throws {
    let (recipe, folder) = (imageRecipe(steps: 1), try TemporaryFolder())
    let path = folder.path + "/model.safetensors"
    let model = try Trainer(recipe, on: bars()).train()
    try model.write(to: path)
    #expect(try bits(Model(contentsOf: path)) == bits(model))
    let whole = try SafeTensors(contentsOf: path)
    #expect(try bits(Model(recipe, tensors: whole)) == bits(model))
    let changes: [(String, (inout SafeTensors) -> Void)] = [
      ("holds no tensor 'network/embedding/weight'", { $0["network/embedding/weight"] = nil }),
      (
        "tensor 'network/embedding/weight' is [2], not [",
        { $0["network/embedding/weight"] = Tensor(zeros: [2]) }
      ),
      ("tensor 'network/more' has no place", { $0["network/more"] = Tensor(zeros: [2]) }),
      ("tensor 'centres' is [4, 6], not [class, 5]", { $0["centres"] = Tensor(zeros: [4, 6]) }),
      ("tensor 'classifier/bias' is [3], not [4]", { $0["classifier/bias"] = Tensor(zeros: [3]) }),
    ]
    for (wanted, change) in changes {
      var tensors = whole
      change(&tensors)
      let text = message { _ = try Model(recipe, tensors: tensors, file: "weights") }
      #expect(text.contains("weights: ") && text.contains(wanted), "\(text)")
    }
    var reordered = SafeTensors(metadata: whole.metadata)
    for name in whole.names.reversed() { reordered[name] = whole[name] }
    try reordered.write(to: path)
    #expect(try bits(Model(contentsOf: path)) == bits(model))
    var plain = whole
    plain.metadata = [:]
    try plain.write(to: path)
    #expect(message { _ = try Model(contentsOf: path) }.contains("its metadata name no format"))
  }

  @Test("vectors have no mirror image")
  func vectorMirror() throws {
    let model = try Trainer(planeRecipe(steps: 1), on: clouds()).train()
    #expect(
      message { _ = try model.embeddings(of: clouds(), withMirror: true) }.contains("have no mirror image")
    )
    #expect(message { _ = try model.embeddings(of: bars()) }.contains("samples are [12, 10, 3]"))
  }
}

/// A set whose eighth sample cannot be read.
private struct Unreadable: TrainingSet {
  struct Missing: Error, CustomStringConvertible { var description: String { "no such file" } }
  let count = 20
  let classCount = 1
  let sampleShape = [2]
  let digest = Digest(of: "unreadable")

  func label(of index: Int) -> Int { 0 }
  func fill(_ index: Int, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    if index == 7 { throw Missing() }
    buffer.update(repeating: 0)
  }
}

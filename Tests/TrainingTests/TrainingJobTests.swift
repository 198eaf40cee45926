internal import Digests
internal import Faces
internal import Foundation
internal import Losses
internal import Networks
internal import Tensors
internal import TestSupport
internal import Testing
internal import Training

@Suite("Training jobs")
struct TrainingJobTests {
  static let faces = FaceGenerator(seed: 8).trainingSet(
    .geometric(classCount: 4, largest: 5, smallest: 2),
    size: 16,
    variation: .portrait,
    firstPicture: 3
  )
  /// A recipe that starts from another one.
  static let recipe = imageRecipe(
    "further",
    steps: 5,
    start: .model(of: imageRecipe("first", steps: 6)),
    seed: 4
  )

  /// Asks a store with a plan for models in another process, which ends there; returns the job file.
  private func plan(in folder: TemporaryFolder, _ body: @escaping @Sendable (ModelStore) throws -> Void)
    throws -> String
  {
    let file = folder.path + "/jobs.jsonl"
    let (path, left) = (folder.path, NSCondition())
    // The plan ends the program; here it ends the thread.
    let plan = TrainingPlan(file: file) {
      left.withLock { left.signal() }
      Thread.exit()
      fatalError("the thread goes on")
    }
    left.lock()
    let thread = Thread {
      do { try body(ModelStore(folder: path, build: "a build", plan: plan)) } catch {
        Issue.record(error)
      }
      Issue.record("the plan did not end the program")
      left.withLock { left.signal() }
    }
    thread.stackSize = 8 << 20
    thread.start()
    left.wait()
    left.unlock()
    return file
  }

  @Test(
    "give the bits of the model that the cell trains itself, and the cell then trains nothing",
    arguments: [1, 3],
    [1, 2]
  )
  func sameBits(threads: Int, ranks: Int) throws {
    let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
    let cell = ModelStore(folder: one.path, build: "a build")
    let wanted = try bits(cell.model(of: Self.recipe, on: Self.faces))
    let file = try plan(in: other) { _ = try $0.model(of: Self.recipe, on: Self.faces) }
    let jobs = try TrainingJob.read(file)
    #expect(jobs.map(\.title) == ["first, seed 3", "further, seed 4"])
    #expect(jobs[0].needs.isEmpty && jobs[1].needs == [jobs[0].key])
    for job in jobs where ranks == 1 { _ = try Parallel.withThreads(threads) { try job.run(in: other.path) } }
    for job in jobs where ranks > 1 {
      let folder = other.path
      let results = ThreadRanks.run(ranks) { rank in
        try Parallel.withThreads(threads) {
          try bits(#require(try job.run(in: folder, by: rank, program: "a build")))
        }
      }
      #expect(try results[0].get() == results[1].get())
    }
    let store = ModelStore(
      folder: other.path,
      build: "a build",
      plan: TrainingPlan(file: file) { fatalError() }
    )
    try store.prepare([Self.recipe], on: Self.faces) { _ in throw Stop() }
    let found = try store.model(of: Self.recipe, on: Self.faces) { _ in throw Stop() }
    #expect(try bits(found) == wanted)
    for recipe in [Self.recipe, imageRecipe("first", steps: 6)] {
      let files = [one, other].map {
        URL(fileURLWithPath: $0.path + "/\(cell.key(of: recipe, on: Self.faces)).safetensors")
      }
      #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
    }
  }

  @Test("of several calls of prepare are one file, each model once; a job alone trains what it starts from")
  func onePlan() throws {
    let folder = try TemporaryFolder()
    let wanted = (1...5).map { imageRecipe("seeds", steps: 2, seed: $0) }
    let file = try plan(in: folder) { store in
      try store.prepare(Array(wanted[..<3]), on: Self.faces)
      try store.prepare(Array(wanted[2...]) + [Self.recipe], on: Self.faces.subset([0, 1, 2, 3, 6, 9]))
      // What needs no model goes on, what needs one ends the program.
      try store.prepare([wanted[0]], on: Self.faces, embedding: [Self.faces])
      _ = try store.embeddings(of: Self.faces, by: wanted[0], trainedOn: Self.faces)
    }
    let jobs = try TrainingJob.read(file)
    #expect(
      jobs.map(\.title) == [1, 2, 3, 3, 4, 5].map { "seeds, seed \($0)" } + [
        "first, seed 3", "further, seed 4", "seeds, seed 1, embedding 14 samples",
      ]
    )
    #expect(jobs[8].needs == [jobs[0].key])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/sets").count == 2)
    let last = try TrainingJob.read(file, element: 7)
    #expect(last.map(\.title) == ["further, seed 4"])
    _ = try last[0].run(in: folder.path)
    let store = ModelStore(folder: folder.path, build: "a build")
    #expect(store.contains(Self.recipe, on: Self.faces.subset([0, 1, 2, 3, 6, 9])))
  }

  @Test("are not made of sets and losses that only this process has")
  func ownSet() throws {
    struct Own: Loss {
      static let key = "own"
      var name: String { "own" }
      var needs: [LossNeed] { [] }
      func add<Element>(
        to sum: inout ObjectiveValue<Element>,
        times weight: Double,
        of input: LossInput<Element>
      ) -> Double { 0 }
    }
    let folder = try TemporaryFolder()
    let store = ModelStore(
      folder: folder.path,
      plan: TrainingPlan(file: folder.path + "/jobs") { fatalError() }
    )
    let own = imageRecipe(steps: 1, objective: Objective([.init(Own()), .softmax]))
    try store.prepare([own], on: Self.faces)
    _ = try store.model(of: own, on: Self.faces)
    _ = try store.model(of: imageRecipe(steps: 1), on: bars())
    #expect(store.contains(own, on: Self.faces) && store.contains(imageRecipe(steps: 1), on: bars()))
  }

  @Test("are refused where they are damaged, belong to another kernel, or their set is another")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let file = try plan(in: folder) { _ = try $0.model(of: imageRecipe(steps: 1), on: Self.faces) }
    let text = try String(contentsOfFile: file, encoding: .utf8)
    func refusal(_ wrong: String) throws -> String {
      try wrong.write(toFile: file, atomically: true, encoding: .utf8)
      do {
        for job in try TrainingJob.read(file) { _ = try job.run(in: folder.path) }
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      try refusal(text.replacing("\"\(openBLASKernel)\"", with: "\"Z80\"")).contains(
        "needs the OpenBLAS kernel Z80"
      )
    )
    #expect(try refusal(text + "{}\n").contains("jobs.jsonl:2'"))
    #expect(
      try refusal(text.replacing("\"steps\":1", with: "\"steps\":2")).contains(
        "its key is not that of its recipe"
      )
    )
    let error = #expect(throws: TrainingError.self) { try TrainingJob.read(file, element: 1) }
    #expect("\(try #require(error))".contains("the file has the jobs 0 to 0"))
    let sets = folder.path + "/sets/\(Self.faces.digest).json"
    let set = try String(contentsOfFile: sets, encoding: .utf8)
    try set.replacing("\"seed\":8", with: "\"seed\":9").write(toFile: sets, atomically: true, encoding: .utf8)
    #expect(try refusal(text).contains("expected the set \(Self.faces.digest.short)"))
    try "{}".write(toFile: sets, atomically: true, encoding: .utf8)
    #expect(try refusal(text).contains("does not describe its set"))
  }

  @Test("of ten thousand recipes are planned in linear time")
  func large() throws {
    let folder = try TemporaryFolder()
    let recipes = (0..<10_000).map { imageRecipe("recipe \($0)", seed: UInt64($0)) }
    let file = folder.path + "/jobs.jsonl"
    nonisolated(unsafe) var seconds = 0.0
    _ = try plan(in: folder) { store in
      let began = processorSeconds()
      try store.prepare(recipes, on: Self.faces)
      seconds = processorSeconds() - began
      _ = try store.model(of: recipes[0], on: Self.faces)
    }
    #expect(try TrainingJob.read(file).count == 10_000)
    #expect(seconds < planningLimit, "\(seconds) s")
  }
}

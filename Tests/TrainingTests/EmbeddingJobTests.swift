internal import Digests
internal import Faces
internal import Foundation
internal import Losses
internal import Networks
internal import Tensors
internal import TestSupport
internal import Testing
internal import Training

@Suite("Jobs that embed samples")
struct EmbeddingJobTests {
  private static let faces = TrainingJobTests.faces
  private static let recipe = imageRecipe("first", steps: 2)

  /// Whole batches and a short one: 64, 64 and 22 samples.
  private static func samples(_ count: Int = 150) -> FaceSet {
    FaceGenerator(seed: 9).trainingSet(.even(classCount: 1, count: count), size: 16)
  }

  /// The jobs that a store lacks, after its folder has the descriptions of the sets.
  private func jobs(_ samples: FaceSet, in folder: TemporaryFolder) throws -> [TrainingJob] {
    let file = folder.path + "/jobs.jsonl"
    let (path, left) = (folder.path, NSCondition())
    let plan = TrainingPlan(file: file) {
      left.withLock { left.signal() }
      Thread.exit()
      fatalError("the thread goes on")
    }
    left.lock()
    Thread.detachNewThread {
      do {
        _ = try ModelStore(folder: path, build: "a build", plan: plan)
          .embeddings(of: samples, by: Self.recipe, trainedOn: Self.faces, withMirror: true)
      } catch { Issue.record(error) }
      Issue.record("the plan did not end the program")
      left.withLock { left.signal() }
    }
    left.wait()
    left.unlock()
    return try TrainingJob.read(file)
  }

  @Test("give the bytes of one process on ranks, also in uneven shares", arguments: [1, 2, 3, 5], [64, 150])
  func sameBytes(ranks: Int, count: Int) throws {
    let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
    let samples = Self.samples(count)
    let cell = ModelStore(folder: one.path, build: "a build")
    let wanted = try cell.embeddings(of: samples, by: Self.recipe, trainedOn: Self.faces, withMirror: true)
    let jobs = try jobs(samples, in: other)
    #expect(jobs.map(\.title) == ["first, seed 3", "first, seed 3, embedding \(count) samples"])
    #expect(jobs[1].needs == [jobs[0].key])
    // The second job alone: it trains its model first.
    let folder = other.path
    for result in ThreadRanks.run(ranks, { try jobs[1].run(in: folder, by: $0, program: "p") == nil }) {
      #expect(try result.get())
    }
    for file in jobs.map(\.file) {
      let files = [one, other].map { URL(fileURLWithPath: "\($0.path)/\(file)") }
      #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
    }
    // The cell reads it, and a job finds it.
    let store = ModelStore(folder: folder, build: "a build", plan: TrainingPlan(file: "") { fatalError() })
    try store.prepare([Self.recipe], on: Self.faces, embedding: [samples], withMirror: true) { _ in
      throw Stop()
    }
    let found = try store.embeddings(of: samples, by: Self.recipe, trainedOn: Self.faces, withMirror: true)
    #expect(found.elements == wanted.elements)
    try jobs[1].run(in: folder) { _ in
      throw Stop()
    } embedding: { _, _ in
      throw Stop()
    }
  }

  @Test(
    "end on all ranks where one is gone, and leave no file; another number of ranks makes it",
    arguments: [0, 1, 2]
  )
  func lostRank(lost: Int) throws {
    let folder = try TemporaryFolder()
    let samples = Self.samples(400)
    let jobs = try jobs(samples, in: folder)
    try jobs[0].run(in: folder.path)
    let path = folder.path
    let results = ThreadRanks.run(3) { rank in
      try jobs[1].run(in: path, by: rank, program: "p") { _ in
      } embedding: { batches, _ in
        if rank.rank == lost, batches == 3 { throw Stop() }
      } == nil
    }
    for result in results {
      let error = #expect(throws: (any Error).self) { try result.get() }
      let text = "\(try #require(error))"
      #expect(error is Stop || text.hasPrefix("rank \(lost) on thread-\(lost) ended"), "\(text)")
    }
    let file = "\(path)/\(jobs[1].file)"
    #expect(!FileManager.default.fileExists(atPath: file))
    for result in ThreadRanks.run(2, { try jobs[1].run(in: path, by: $0, program: "p") == nil }) {
      #expect(try result.get())
    }
    #expect(FileManager.default.fileExists(atPath: file))
  }

  @Test("are refused where their samples, or the program on a rank, are others")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let samples = Self.samples(64)
    let jobs = try jobs(samples, in: folder)
    try jobs[0].run(in: folder.path)
    let path = folder.path
    let results = ThreadRanks.run(2) { rank in
      try jobs[1].run(in: path, by: rank, program: rank.rank == 0 ? "p" : "q") == nil
    }
    for result in results {
      let error = #expect(throws: TrainingError.self) { try result.get() }
      #expect(
        "\(try #require(error))".contains("rank 1 on thread-1 has the program q, rank 0 on thread-0 has p")
      )
    }
    let sets = path + "/sets/\(samples.digest).json"
    let set = try String(contentsOfFile: sets, encoding: .utf8)
    try set.replacing("\"seed\":9", with: "\"seed\":8").write(toFile: sets, atomically: true, encoding: .utf8)
    let error = #expect(throws: DataError.self) { try jobs[1].run(in: path) }
    #expect("\(try #require(error))".contains("expected the set \(samples.digest.short)"))
  }

  @Test("are not made of samples that only this process has; these are embedded here")
  func ownSamples() throws {
    let folder = try TemporaryFolder()
    let store = ModelStore(folder: folder.path)
    let set = bars()
    let recipe = imageRecipe(steps: 1)
    let wanted = try store.embeddings(of: set, by: recipe, trainedOn: Self.faces).elements
    for path in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where path.hasSuffix("embeddings") {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(path)")
    }
    let planning = ModelStore(
      folder: folder.path,
      plan: TrainingPlan(file: folder.path + "/jobs") { fatalError() }
    )
    try planning.planEmbeddings(of: set, by: [recipe], trainedOn: Self.faces)
    #expect(try planning.embeddings(of: set, by: recipe, trainedOn: Self.faces).elements == wanted)
  }
}

internal import Benchmarks
internal import Digests
internal import Evaluation
internal import Faces
internal import Foundation
internal import Losses
internal import Networks
internal import Tensors
internal import Testing
internal import Training

@Suite("Searches that are jobs, and that ranks share")
struct SharedSearchTests {
  private let files: Files
  private var store: ModelStore { ModelStore(folder: files.folder) }
  private static let identities = (0..<60).map { $0 / 5 }
  private static let sizes = [1, 10, 1000, 5000, 20_003]

  init() throws { files = try Files() }

  private func rows(_ count: Int, seed: UInt64) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in (0..<16).map { _ in Float(random.normal()) } }
  }

  private func tensor(_ rows: [[Float]]) -> Tensor<Float> {
    Tensor(rows.flatMap(\.self), shape: [rows.count, 16])
  }

  /// Twelve persons near their own directions, and strangers, some of which equal a probe.
  private func features() -> (probes: Tensor<Float>, distractors: Tensor<Float>) {
    let (persons, noise) = (rows(12, seed: 1), rows(60, seed: 2))
    let probes = noise.enumerated().map { place, noise in zip(persons[place / 5], noise).map { $0 + 0.9 * $1 }
    }
    var strangers = rows(20_003, seed: 3)
    for (number, place) in stride(from: 0, to: strangers.count, by: 1000).enumerated() {
      strangers[place] = probes[number]
    }
    return (tensor(probes), tensor(strangers))
  }

  private func search(_ name: String = "", sizes: [Int] = sizes) -> GallerySearch {
    GallerySearch(
      probes: Digest(of: "probes"),
      identities: Self.identities,
      distractors: Digest(of: "distractors" + name),
      sizes: sizes,
      laboratory: "code"
    )
  }

  private func make(_ search: GallerySearch, by count: Int) -> [Result<Bool, any Error>] {
    let store = store
    return ThreadGalleryRanks.run(count) { try StoredSearch.make(search, in: store, by: $0, program: "test") }
  }

  private func data(_ search: GallerySearch) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(files.folder)/\(search.key).counts"))
  }

  @Test("give the counts of one process to the last one, on any number of ranks")
  func counts() throws {
    let (probes, distractors) = features()
    try store.keep(probes, Digest(of: "probes"))
    try store.keep(distractors, Digest(of: "distractors"))
    let search = search()
    #expect(try StoredSearch.make(search, in: store))
    #expect(try !StoredSearch.make(search, in: store), "it was there")
    let wanted = try data(search)
    for count in [2, 3, 7, 20] {
      try FileManager.default.removeItem(atPath: "\(files.folder)/\(search.key).counts")
      #expect(
        try make(search, by: count).map { try $0.get() } == [true] + Array(repeating: false, count: count - 1)
      )
      #expect(try data(search) == wanted)
      #expect(try make(search, by: count).allSatisfy { try !$0.get() })
    }
    let unit = probes.normalisedRows()
    let trials = try IdentificationTrials(probes: unit, identities: Self.identities)
    var sum = trials.empty
    let results = try #require(store.keptCounts(of: search)).map { numbers in
      let isAdded = sum.add(numbers: numbers)
      #expect(isAdded)
      return Identification(sum, of: trials)
    }
    let direct = try Identification.evaluate(
      probes: unit,
      identities: Self.identities,
      distractors: distractors.normalisedRows(),
      sizes: Self.sizes
    )
    #expect(results == direct)
    #expect(
      direct[4].rate(atRank: 1) < direct[0].rate(atRank: 1),
      "distractors that are never closer show nothing"
    )
  }

  @Test("each group of distractors is counted by one rank")
  func shares() throws {
    let (probes, distractors) = features()
    try store.keep(probes, Digest(of: "probes"))
    try store.keep(distractors, Digest(of: "distractors"))
    let stored = try StoredSearch(search(), in: store, checked: true)
    let counted = try (0..<3).map { rank in
      try stored.count(rank: rank, of: 3).reduce(0) { $0 + $1.distractorCount }
    }
    #expect(counted.reduce(0, +) == 20_003 && counted.allSatisfy { $0 > 4000 }, "\(counted)")
  }

  private static func text(_ result: Result<Bool, any Error>) -> String {
    switch result {
    case .success: "no error"
    case .failure(let ended as RanksEnded): ended.error.map { "ended: \($0)" } ?? "ended"
    case .failure(let error): "\(error)"
    }
  }

  @Test(
    "end where embeddings are missing, damaged, not finite or fewer, or a rank is gone, and leave no counts"
  )
  func failures() throws {
    var (probes, distractors) = features()
    try store.keep(probes, Digest(of: "probes"))
    let missing = make(search(), by: 2).map(Self.text)
    let file = "\(files.folder)/\(Digest(of: "distractors")).embeddings"
    #expect(missing[0].contains("\(file): cannot be read") && missing[1] == "ended", "\(missing)")
    try store.keep(distractors, Digest(of: "distractors"))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: file))
    let damaged = make(search(), by: 2).map(Self.text)
    #expect(damaged[0].contains("\(file): is damaged") && damaged[1] == "ended", "\(damaged)")
    distractors.withUnsafeMutablePointer { $0[20_002 * 16] = .nan }
    try store.keep(distractors, Digest(of: "distractors"))
    let notFinite = make(search(), by: 2).map(Self.text)
    #expect(notFinite.contains { $0.contains("rank 1 on thread-1: ") || $0.contains("rank 0 on thread-0: ") })
    #expect(notFinite.contains { $0.contains("distractor") && $0.contains("20002") }, "\(notFinite)")
    let larger = make(search(sizes: [20_004]), by: 2).map(Self.text)
    #expect(larger[0].contains("20004") || larger[0].contains("20,004"), "\(larger)")
    // A rank that ends before it has counted.
    let (store, search) = (store, search(sizes: [1000]))
    let gone = ThreadGalleryRanks.run(3) { ranks in
      if ranks.rank == 2 { return false }
      return try StoredSearch.make(search, in: store, by: ranks, program: "test")
    }
    #expect(gone[0].isFailure && gone[1].isFailure)
    for name in try FileManager.default.contentsOfDirectory(atPath: files.folder) {
      #expect(!name.hasSuffix(".counts"))
    }
  }

  @Test("of a model are planned with its embeddings, and give the cell what it computes itself")
  func model() throws {
    let benchmark = FaceGenerator(seed: 2).megaFaceStyle(
      size: 16,
      personCount: 4,
      imagesPerPerson: 3...4,
      distractorCount: 90
    )
    let set = FaceGenerator(seed: 3).trainingSet(.even(classCount: 3, count: 4), size: 16)
    let recipes = (1...2).map { seed in
      Recipe(
        "small",
        network: [.convolution(4, kernel: 5, stride: 4), .relu, .globalAveragePool, .dense(6)],
        input: [16, 16, 3],
        objective: Objective(.softmax),
        schedule: .constant(0.05),
        steps: 3,
        sampling: .shuffled(batch: 6),
        seed: UInt64(seed)
      )
    }
    @Sendable func results(_ store: ModelStore) throws -> [[Identification]] {
      try store.planIdentification(
        of: benchmark.probes,
        among: benchmark.distractors,
        sizes: [10, 90],
        by: recipes,
        trainedOn: set
      )
      return try recipes.map {
        try store.identification(
          of: benchmark.probes,
          among: benchmark.distractors,
          sizes: [10, 90],
          by: $0,
          trainedOn: set
        )
      }
    }
    let alone = try Files()
    let wanted = try results(ModelStore(folder: alone.folder, laboratory: "code"))
    let features = try ModelStore(folder: alone.folder).embeddings(
      of: benchmark.probes,
      by: recipes[0],
      trainedOn: set
    )
    let strangers = try ModelStore(folder: alone.folder)
      .embeddings(of: benchmark.distractors, by: recipes[0], trainedOn: set)
    let direct = try Identification.evaluate(
      probes: features.normalisedRows(),
      identities: benchmark.probes.labels,
      distractors: strangers.normalisedRows(),
      sizes: [10, 90]
    )
    #expect(wanted[0] == direct)

    let file = files.folder + "/jobs.jsonl"
    let (folder, left) = (files.folder, NSCondition())
    let plan = TrainingPlan(file: file) {
      left.withLock { left.signal() }
      Thread.exit()
      fatalError("the thread goes on")
    }
    left.lock()
    Thread.detachNewThread {
      do { _ = try results(ModelStore(folder: folder, laboratory: "code", plan: plan)) } catch {
        Issue.record(error)
      }
      Issue.record("the plan did not end the program")
      left.withLock { left.signal() }
    }
    left.wait()
    left.unlock()
    let jobs = try TrainingJob.read(file)
    #expect(
      jobs.count == 8
        && jobs.last?.title == "small, seed 2, \(benchmark.probes.count) probes among 90 distractors"
    )
    for job in jobs {
      guard case .identification(let search) = job.work else {
        try job.run(in: folder)
        continue
      }
      #expect(job.key == search.key && job.file == "\(search.key).counts")
      #expect(throws: TrainingError.self) { try job.run(in: folder) }
      #expect(try StoredSearch.make(search, in: ModelStore(folder: folder)))
    }
    // Nothing is left to plan; without the distractors' embeddings the counts are what is found.
    for job in jobs where job.title.hasSuffix("embedding 90 samples") {
      try FileManager.default.removeItem(atPath: "\(folder)/\(job.file)")
    }
    let found = try results(
      ModelStore(
        folder: folder,
        laboratory: "code",
        plan: TrainingPlan(file: file) { fatalError("a job is missing") }
      )
    )
    #expect(found == wanted)
  }
}

extension Result {
  fileprivate var isFailure: Bool {
    if case .failure = self { return true }
    return false
  }
}

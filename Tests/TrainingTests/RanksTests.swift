internal import Digests
internal import Foundation
internal import Losses
internal import Networks
internal import Tensors
internal import Testing
internal import Training

@Suite("Ranks that train together")
struct RanksTests {
  @Test("give the bits of one process, for any number of ranks and threads", arguments: [1, 2, 3, 4, 7])
  func bitsOfRanks(count: Int) throws {
    let (recipe, set) = (imageRecipe(), bars())
    let wanted = try Trainer(recipe, on: set).train()
    let results = ThreadRanks.run(count) { ranks in
      try Parallel.withThreads(ranks.rank % 2 + 1) {
        let trainer = try Trainer(imageRecipe(), on: bars())
        try trainer.join(ranks, program: "test")
        return try trainer.train()
      }
    }
    for (rank, result) in results.enumerated() {
      let model = try result.get()
      #expect(try bits(model) == bits(wanted), "rank \(rank)")
      #expect(model.log == wanted.log)
    }
  }

  @Test(
    "end when one fails, with its number, machine and step; the run continues with another number of ranks"
  )
  func failure() throws {
    let (recipe, set, folder) = (imageRecipe(), bars(), try TemporaryFolder())
    let path = folder.path + "/run"
    let wanted = try bits(Trainer(recipe, on: set).train())
    let results = ThreadRanks.run(3) { ranks in
      let trainer = try Trainer(imageRecipe(), on: bars())
      try trainer.join(ranks, program: "test")
      let file = CheckpointFile(path, everySeconds: .infinity, everySteps: 2)
      return try trainer.train(keeping: file) { if ranks.rank == 1, $0.step == 7 { throw Stop() } }
    }
    #expect(throws: Stop.self) { try results[1].get() }
    for rank in [0, 2] {
      let error = #expect(throws: TrainingError.self) { try results[rank].get() }
      let text = "\(try #require(error))"
      #expect(text.contains("rank 1 on thread-1 ended at step 8"), "\(text)")
      // A rank may hear of it while it still ends the step before.
      #expect(text.contains("at step 8 of 'bars'") || text.contains("at step 7 of 'bars'"), "\(text)")
      if rank == 0 { #expect(text.contains("continue from \(path)")) }
    }
    for count in [1, 2, 5] {
      let continued = ThreadRanks.run(count) { ranks in
        let trainer = try Trainer(imageRecipe(), on: bars())
        try trainer.resume(from: CheckpointFile(path))
        guard trainer.step == 6 else { throw Stop() }
        try trainer.join(ranks, program: "test")
        return try trainer.train()
      }
      for result in continued { #expect(try bits(result.get()) == wanted, "\(count) ranks") }
    }
  }

  @Test("are refused by name where they differ", arguments: ["program", "recipe", "training set", "step"])
  func differences(field: String) throws {
    let results = ThreadRanks.run(3) { ranks -> Int in
      let differs = ranks.rank == 2
      let recipe = imageRecipe(seed: differs && field == "recipe" ? 4 : 3)
      let trainer = try Trainer(recipe, on: bars(differs && field == "training set" ? 44 : 40))
      if differs, field == "step" {
        #expect(throws: Stop.self) { try trainer.train { _ in throw Stop() } }
      }
      try trainer.join(ranks, program: differs && field == "program" ? "another" : "test")
      return trainer.step
    }
    for result in results {
      let error = #expect(throws: TrainingError.self) { try result.get() }
      let text = "\(try #require(error))"
      #expect(text.hasPrefix("rank 2 on thread-2 has the \(field) "), "\(text)")
      #expect(text.contains(", rank 0 on thread-0 has "), "\(text)")
    }
  }

  @Test("are refused where a batch has fewer samples")
  func tooMany() throws {
    let results = ThreadRanks.run(8) { ranks in
      try Trainer(imageRecipe(), on: bars()).join(ranks, program: "test")
    }
    for result in results {
      let error = #expect(throws: TrainingError.self) { try result.get() }
      #expect("\(try #require(error))".hasPrefix("batches of 7 samples"))
    }
  }

  @Test("all see a loss that is not finite")
  func notFinite() throws {
    let results = ThreadRanks.run(2) { ranks in
      let trainer = try Trainer(imageRecipe(rate: 1e30), on: bars())
      try trainer.join(ranks, program: "test")
      return try trainer.train()
    }
    let errors = results.map { result in
      #expect(throws: TrainingError.self) { try result.get() }.map { "\($0)" } ?? ""
    }
    // Either finds it itself, or hears of it from the other.
    #expect(
      errors.allSatisfy { $0.contains("step 2: ") && $0.contains(" is not finite; no checkpoint") },
      "\(errors)"
    )
  }

  @Test("share a store: the files are those of one process, and a stored model is not trained again")
  func store() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    let first = imageRecipe("first", steps: 5)
    var recipe = imageRecipe(steps: 10)
    recipe.start = .model(of: first)
    let alone = ModelStore(folder: other.path, build: "test")
    let wanted = try bits(alone.model(of: recipe, on: bars()))
    let path = folder.path
    for isFirstTime in [true, false] {
      let results = ThreadRanks.run(3) { [recipe] ranks in
        let store = ModelStore(folder: path, build: "test")
        var steps = 0
        let model = try store.model(of: recipe, on: bars(), by: ranks, program: "test") { _ in steps += 1 }
        return (try bits(model), steps)
      }
      for result in results {
        let (found, steps) = try result.get()
        #expect(found == wanted && steps == (isFirstTime ? 15 : 0))
      }
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(try files == FileManager.default.contentsOfDirectory(atPath: other.path).sorted())
    for file in files {
      let found = try Data(contentsOf: URL(fileURLWithPath: path + "/" + file))
      #expect(try found == Data(contentsOf: URL(fileURLWithPath: other.path + "/" + file)), "\(file)")
    }
  }

  @Test("over MPI need its library, and say how it is compiled")
  func missingLibrary() throws {
    let error = #expect(throws: TrainingError.self) {
      try MPICommunicator(library: "/nowhere/libmarginalia-mpi.so")
    }
    let text = "\(try #require(error))"
    #expect(text.contains("'/nowhere/libmarginalia-mpi.so' cannot be loaded"))
    #expect(text.contains("mpicc -O2 -shared -fPIC Sources/MPITransport/transport.c"))
  }
}

internal import Digests
internal import Foundation
internal import Tensors

extension ModelStore {
  /// Where the state at the end of a run is kept, from which a run for more steps can go on.
  func finishedRun(of recipe: Recipe, on set: some TrainingSet) -> String {
    runPath(of: recipe, set.digest, steps: recipe.steps)
  }

  /// Where the end of a run of the recipe's first steps would be; the name tells their rates apart, too.
  private func runPath(of recipe: Recipe, _ set: Digest, steps: Int) -> String {
    "\(folder)/\(family(of: recipe, set))-\(steps)-\(recipe.beginning(steps).digest.short).run"
  }

  /// Names all runs of recipes that differ in steps and schedule alone.
  private func family(of recipe: Recipe, _ set: Digest) -> Digest {
    var hasher = Hasher256()
    for field in ["run 1", recipe.beginning(0).digest.hex, set.hex, openBLASKernel, build] {
      hasher.field(field)
    }
    return hasher.finish()
  }

  /// Sets a run to the furthest state in the store from which it can go on; without one it stays at its first step.
  ///
  /// A file that is damaged is removed, so that it never takes the place of a good one, and `noted` is told.
  func resume(_ trainer: Trainer) {
    let (recipe, set) = (trainer.recipe, trainer.set)
    let checkpoint = checkpoint(of: recipe, on: set)
    for path in [checkpoint.path, checkpoint.previousPath] + shorterRuns(of: recipe, set.digest) {
      guard access(path, F_OK) == 0 else { continue }
      do { return try trainer.resume(from: CheckpointFile(path)) } catch {
        noted("\(error); recipe \(recipe.title) goes on from an older state, or from the start")
        unlink(path)
      }
    }
  }

  /// The states at the end of runs that take the same steps as the recipe as far as they go, the longest first.
  private func shorterRuns(of recipe: Recipe, _ set: Digest) -> [String] {
    let prefix = "\(family(of: recipe, set))-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let steps = names.compactMap { name -> Int? in
      guard name.hasPrefix(prefix), name.hasSuffix(".run") else { return nil }
      return Int(name.dropFirst(prefix.count).prefix { $0 != "-" })
    }
    // A run of as many steps under other rates has another path, where nothing may be.
    return Set(steps).filter { $0 <= recipe.steps }.sorted(by: >).map { runPath(of: recipe, set, steps: $0) }
  }
}

internal import Digests
internal import Foundation
internal import Tensors

extension ModelStore {
  /// Returns the path of the state at the end of a run, from which a run with more steps can continue.
  func finishedRun(of recipe: Recipe, on set: some TrainingSet) -> String {
    runPath(of: recipe, set.digest, steps: recipe.steps)
  }

  /// Returns the path of the state after the recipe's first `steps` steps; the name also depends on their rates.
  private func runPath(of recipe: Recipe, _ set: Digest, steps: Int) -> String {
    "\(folder)/\(family(of: recipe, set))-\(steps)-\(recipe.beginning(steps).digest.short).run"
  }

  /// Returns the digest that all recipes share which differ only in steps and schedule.
  private func family(of recipe: Recipe, _ set: Digest) -> Digest {
    var hasher = Hasher256()
    for field in ["run 1", recipe.beginning(0).digest.hex, set.hex, openBLASKernel, build] {
      hasher.field(field)
    }
    return hasher.finish()
  }

  /// Sets a run to the latest state in the store from which it can continue; without one it stays at its first step.
  ///
  /// A damaged file is reported by `noted` and removed, so that it never replaces a valid one as the previous checkpoint.
  func resume(_ trainer: Trainer) {
    let (recipe, set) = (trainer.recipe, trainer.set)
    let checkpoint = checkpoint(of: recipe, on: set)
    for path in [checkpoint.path, checkpoint.previousPath] + shorterRuns(of: recipe, set.digest) {
      guard access(path, F_OK) == 0 else { continue }
      do { return try trainer.resume(from: CheckpointFile(path)) } catch {
        noted("\(error); recipe \(recipe.title) continues from an older state, or from the start")
        unlink(path)
      }
    }
  }

  /// Returns the paths of the states at the end of runs that are beginnings of the recipe's run, the longest first.
  private func shorterRuns(of recipe: Recipe, _ set: Digest) -> [String] {
    let prefix = "\(family(of: recipe, set))-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let steps = names.compactMap { name -> Int? in
      guard name.hasPrefix(prefix), name.hasSuffix(".run") else { return nil }
      return Int(name.dropFirst(prefix.count).prefix { $0 != "-" })
    }
    // A run of as many steps under other rates has another path: the file of this path may not exist.
    return Set(steps).filter { $0 <= recipe.steps }.sorted(by: >).map { runPath(of: recipe, set, steps: $0) }
  }
}

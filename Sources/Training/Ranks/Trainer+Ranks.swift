internal import Digests
internal import Foundation
package import Networks
internal import Tensors

extension Trainer {
  /// Trains together with other ranks from now on, each computing its share of every batch; the bits are those of one process.
  ///
  /// All ranks call it at the same step, and then `train`. Rank 0 alone writes checkpoints, which a run on any number of ranks
  /// can continue. A rank that fails ends the run of all, and leaves the last checkpoint valid.
  ///
  /// - Parameter program: the build of the program, which must be the same on all ranks.
  /// - Throws: `TrainingError.ranks` where a rank differs in program, OpenBLAS kernel, recipe, set, step or parameters, or where the
  ///   batch has fewer samples than there are ranks.
  package func join(_ ranks: any Communicator, program: String) throws {
    guard ranks.rankCount > 1 else { return }
    typealias Field = RankAgreement.Field
    try RankAgreement.check(
      [
        Field(name: "program", value: program), Field(name: "OpenBLAS kernel", value: openBLASKernel),
        Field(name: "recipe", value: recipe.digest.hex), Field(name: "training set", value: set.digest.hex),
        Field(name: "step", value: String(step)), Field(name: "parameters", value: stateDigest.hex),
      ],
      by: ranks
    )
    guard recipe.sampling.batchSize >= ranks.rankCount else {
      throw TrainingError.ranks(
        "batches of \(recipe.sampling.batchSize) samples have no share for each of \(ranks.rankCount) ranks"
      )
    }
    network.ranks = ranks
  }

  private var stateDigest: Digest {
    var hasher = Hasher256()
    for tensor in [network.parameters.values, network.statistics.values] {
      tensor.withUnsafePointer {
        hasher.update(UnsafeRawBufferPointer(start: $0, count: tensor.count * MemoryLayout<Float>.stride))
      }
    }
    return hasher.finish()
  }

  /// The samples of a batch that this rank loads.
  var ownPlaces: Range<Int> { network.ownImages(ofBatch: recipe.sampling.batchSize) }

  /// Whether this process writes files.
  var isFirstRank: Bool { network.ranks.map { $0.rank == 0 } ?? true }

  /// Calls a step; an error of this rank ends the other ranks, and a failure of another rank is an error here.
  func withRanks<Result>(_ body: () throws -> Result) throws -> Result {
    guard let ranks = network.ranks else { return try body() }
    do { return try body() } catch {
      ranks.fail("rank \(ranks.rank) on \(ranks.host) ended at step \(step + 1): \(error)")
      throw error
    }
  }

  /// - Throws: `TrainingError.ranks` where the ranks cannot go on; results of the step are undefined then.
  func checkRanks() throws {
    guard let failure = network.ranks?.failure else { return }
    let kept = lastGood.map { "; the run can continue from \($0), on any number of ranks" } ?? ""
    throw TrainingError.ranks("\(failure), at step \(step + 1) of \(recipe.title)\(kept)")
  }
}

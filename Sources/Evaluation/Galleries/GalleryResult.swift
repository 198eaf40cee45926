package import Benchmarks
package import Foundation

/// Closed-set identification and verification among the distractors of one gallery, from counts that may be sums over ranks.
///
/// The figures are those of ``Identification``, which says how they are counted.
package struct GalleryResult: Hashable, Sendable {
  /// The number of distractors in the gallery.
  package let distractorCount: Int
  /// The number of distractors closer than the mate, for each trial: by probe, then gallery image.
  package let closerCounts: [Int]
  /// The identity of each trial.
  package let identities: [Int]
  /// Scores are negated squared distances.
  package let verification: ROC

  init(_ counts: GalleryCounts, of trials: GalleryTrials) {
    distractorCount = counts.distractorCount
    closerCounts = counts.closer
    identities = trials.identities
    verification = counts.curve(mates: trials.mates)
  }

  /// The number of trials, Σ M(M − 1) over identities of M probes.
  package var trialCount: Int { closerCounts.count }

  /// Returns the part of the trials whose rank is at most this, in `0...1`.
  package func rate(atRank rank: Int) -> Double {
    Double(closerCounts.count { $0 < rank }) / Double(trialCount)
  }

  /// Returns the cumulative match characteristic: the rates at ranks `1...count`.
  package func cumulativeMatch(upToRank count: Int) -> [Double] {
    var counts = Array(repeating: 0, count: count + 1)
    for closer in closerCounts { counts[min(closer, count)] += 1 }
    var sum = 0
    return counts.dropLast().map {
      sum += $0
      return Double(sum) / Double(trialCount)
    }
  }

  /// Returns a 95 % interval of the rate at a rank, over the probes' identities.
  package func interval(atRank rank: Int) -> BootstrapInterval {
    BootstrapInterval(hits: closerCounts.map { $0 < rank }, identities: identities.map { ($0, $0) })
  }

  /// The result in the form of the MegaFace development kit, `cmc_facescrub_megaface_NAME_SIZE_SET.json`: the lists of ranks
  /// (from 0) and rates, and of false and true accept rates.
  ///
  /// Ranks beyond 1,000 are written where the rate changes.
  package var developmentKitFile: Data {
    get throws {
      let rates = cumulativeMatch(upToRank: distractorCount + 1)
      let ranks = rates.indices.filter { $0 < 1000 || rates[$0] != rates[$0 - 1] || $0 == rates.count - 1 }
      var curve: [ROC.Point] = []
      for point in verification.points {
        if curve.last?.falseAcceptRate == point.falseAcceptRate { curve.removeLast() }
        curve.append(point)
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return try encoder.encode([
        "cmc": [ranks.map(Double.init), ranks.map { rates[$0] }],
        "roc": [curve.map(\.falseAcceptRate), curve.map(\.trueAcceptRate)],
      ])
    }
  }
}

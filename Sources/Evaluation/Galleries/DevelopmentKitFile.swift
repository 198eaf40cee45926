package import Benchmarks
package import Foundation

extension Identification {
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

/// The curve of scored pairs that count several times each: what a round of a bootstrap draws.
///
/// The pairs are sorted once; each round is one pass.
package struct WeightedCurve {
  /// Pairs by score, highest first.
  private let order: [Int]
  private let endOfTie: [Bool]
  private let isSame: [Bool]

  /// - Parameter scores: similarities.
  package init(scores: [Double], isSame: [Bool]) {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    self.order = order
    endOfTie = order.indices.map { $0 + 1 == order.count || scores[order[$0]] != scores[order[$0 + 1]] }
    self.isSame = isSame
  }

  /// The figures of one round; `nil` where a kind of pair was not drawn.
  package struct Figures {
    package var areaUnderCurve: Double
    package var equalErrorRate: Double
    /// At each limit, the largest true accept rate with a false accept rate of at most it.
    package var trueAcceptRates: [Double]
  }

  /// Returns the figures.
  ///
  /// - Parameters:
  ///   - weights: how often each pair counts.
  ///   - limits: false accept rates.
  package func figures(weights: [Int], falseAcceptRates limits: [Double]) -> Figures? {
    var (genuine, impostors) = (0, 0)
    for pair in isSame.indices {
      if isSame[pair] { genuine += weights[pair] } else { impostors += weights[pair] }
    }
    guard genuine > 0, impostors > 0 else { return nil }
    var figures = Figures(
      areaUnderCurve: 0,
      equalErrorRate: -1,
      trueAcceptRates: Array(repeating: 0, count: limits.count)
    )
    var (accepted, falsely, tieGenuine, tieImpostors) = (0, 0, 0, 0)
    var last = (accept: 0.0, reject: 1.0)
    for (place, pair) in order.enumerated() {
      if isSame[pair] { tieGenuine += weights[pair] } else { tieImpostors += weights[pair] }
      guard endOfTie[place] else { continue }
      // Genuine pairs of this score are above all impostors that follow, and equal to those of the tie.
      figures.areaUnderCurve +=
        Double(tieGenuine) * (Double(impostors - falsely - tieImpostors) + Double(tieImpostors) / 2)
      accepted += tieGenuine
      falsely += tieImpostors
      (tieGenuine, tieImpostors) = (0, 0)
      let now = (
        accept: Double(falsely) / Double(impostors), reject: 1 - Double(accepted) / Double(genuine)
      )
      for (index, limit) in limits.enumerated() where now.accept <= limit {
        figures.trueAcceptRates[index] = 1 - now.reject
      }
      if figures.equalErrorRate < 0, now.accept >= now.reject {
        let (before, after) = (last.reject - last.accept, now.accept - now.reject)
        let part = before + after > 0 ? before / (before + after) : 0
        figures.equalErrorRate = last.accept + part * (now.accept - last.accept)
      }
      last = now
    }
    figures.areaUnderCurve /= Double(genuine) * Double(impostors)
    return figures
  }
}

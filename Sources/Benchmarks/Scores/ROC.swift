package import Tensors

/// The receiver operating characteristic (ROC) of verification: the true accept rate by the false accept rate.
///
/// Scores are similarities: a pair is accepted if its score is at or above the threshold. Rates are in
/// `0...1`. Equal scores are accepted together; no order among them is assumed.
public struct ROC: Hashable, Sendable {
  /// The operating points whose threshold is a genuine score, strictest first.
  ///
  /// Between two of them only the false accept rate grows, so no other threshold has a higher true accept rate at the same
  /// false accept rate.
  public let points: [Point]
  /// The number of pairs of one person.
  public let genuineCount: Int
  /// The number of pairs of two persons.
  public let impostorCount: Int
  /// The area under the curve (AUC) by the trapezium rule, in `0...1`.
  ///
  /// It is the probability that a genuine pair scores above an impostor pair, with ties counted half.
  public let areaUnderCurve: Double

  /// The rates of one threshold.
  public struct Point: Hashable, Sendable {
    /// Pairs with a score at or above this are accepted.
    public var threshold: Double
    /// The part of the impostor pairs that is accepted.
    public var falseAcceptRate: Double
    /// The part of the genuine pairs that is accepted.
    public var trueAcceptRate: Double
    /// The false accept rate just above the threshold.
    package var falseAcceptRateAbove: Double
  }

  /// Computes the curve of scored pairs.
  ///
  /// - Precondition: neither list is empty and no score is NaN.
  /// - Complexity: O(g log g + i) for g genuine and i impostor scores.
  public init(genuine: [Float], impostor: [Float]) {
    self.init(counting: impostor, between: ScoreCounter(genuine: genuine))
  }

  /// Computes the curve of scored pairs in double precision.
  public init(genuine: [Double], impostor: [Double]) {
    self.init(counting: impostor, between: ScoreCounter(genuine: genuine))
  }

  private init<Score: Scalar>(counting impostors: [Score], between counter: ScoreCounter<Score>) {
    self.init(impostors.withUnsafeBufferPointer { counter.counting($0) })
  }

  /// Computes the curve from counts.
  ///
  /// - Precondition: at least one impostor was counted.
  package init<Score: Scalar>(_ counter: ScoreCounter<Score>) {
    let impostorCount = counter.counts.reduce(0, +)
    let genuineCount = counter.multiplicities.reduce(0, +)
    require(impostorCount > 0, "a ROC curve needs at least one impostor score")
    var points: [Point] = []
    points.reserveCapacity(counter.scores.count)
    var falseAccepts = counter.counts[2 * counter.scores.count]
    var trueAccepts = 0
    var doubledArea = 0.0
    for index in counter.scores.indices.reversed() {
      let above = falseAccepts
      falseAccepts += counter.counts[2 * index + 1]
      trueAccepts += counter.multiplicities[index]
      let below = Double(2 * impostorCount - above - falseAccepts)
      doubledArea += Double(counter.multiplicities[index]) * below
      points.append(
        Point(
          threshold: Double(counter.scores[index]),
          falseAcceptRate: Double(falseAccepts) / Double(impostorCount),
          trueAcceptRate: Double(trueAccepts) / Double(genuineCount),
          falseAcceptRateAbove: Double(above) / Double(impostorCount)
        )
      )
      falseAccepts += counter.counts[2 * index]
    }
    self.points = points
    self.genuineCount = genuineCount
    self.impostorCount = impostorCount
    areaUnderCurve = doubledArea / 2 / Double(genuineCount) / Double(impostorCount)
  }

  /// Returns the operating point of the loosest threshold whose false accept rate is at most a limit; `nil`
  /// where even the strictest accepts more.
  ///
  /// - Complexity: O(log n).
  public func point(atFalseAcceptRate limit: Double) -> Point? {
    var lower = 0
    var upper = points.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if points[middle].falseAcceptRate <= limit { lower = middle + 1 } else { upper = middle }
    }
    return lower > 0 ? points[lower - 1] : nil
  }

  /// Returns the true accept rate of the loosest threshold whose false accept rate is at most a limit; 0
  /// where even the strictest accepts more.
  public func trueAcceptRate(atFalseAcceptRate limit: Double) -> Double {
    point(atFalseAcceptRate: limit)?.trueAcceptRate ?? 0
  }

  /// The rate at which false accepts and false rejects are equal, on the curve's straight lines.
  public var equalErrorRate: Double {
    var last = (accept: 0.0, reject: 1.0)
    for point in points {
      if point.falseAcceptRateAbove >= last.reject { return last.reject }
      last.accept = point.falseAcceptRateAbove
      let reject = 1 - point.trueAcceptRate
      if point.falseAcceptRate >= reject {
        let gapBefore = last.reject - last.accept
        let gapAfter = point.falseAcceptRate - reject
        let part = gapBefore / (gapBefore + gapAfter)
        return last.accept + part * (point.falseAcceptRate - last.accept)
      }
      last = (point.falseAcceptRate, reject)
    }
    return last.reject
  }
}

extension ScoreCounter {
  /// Returns the counter with impostor scores counted, in chunks on all threads.
  package func counting(_ impostors: UnsafeBufferPointer<Score>) -> ScoreCounter {
    let chunkLength = 1 << 20
    guard impostors.count > chunkLength else {
      var counter = self
      counter.count(impostors)
      return counter
    }
    let sum = CounterSum(self)
    let source = SharedScores(impostors)
    Parallel.forEach((impostors.count + chunkLength - 1) / chunkLength) { chunk in
      let start = chunk * chunkLength
      var counter = self
      counter.count(source.scores(start..<min(start + chunkLength, source.count)))
      sum.add(counter)
    }
    return sum.value
  }
}

package import Benchmarks
package import Foundation
internal import Tensors

/// The comparison of two embedders on the same genuine trials (mated searches, or pairs of templates of one person):
/// differences of their rates with 95 % intervals.
///
/// The same draw serves both embedders in each round of a bootstrap: as many identities as there are, with replacement, an
/// identity's trials counting as often as it was drawn; or as many trials as there are. Thresholds and galleries stay those
/// of all data. One embedder is better where no interval contains 0.
///
/// Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, percentile method.
package struct TrialComparison: Codable, Sendable {
  package let benchmark: String
  /// The files of the two embedders.
  package let first: String
  package let second: String
  package let rounds: Int
  package private(set) var differences: [Difference] = []
  /// The figures of each embedder.
  package let sheets: [ScoreSheet]

  /// One rate of both embedders.
  package struct Difference: Codable, Sendable {
    package var name: String
    package var first: Double
    package var second: Double
    /// `second − first`.
    package var difference: Double
    package var overIdentities: [Double]
    package var overTrials: [Double]
    package var trials: Int
    /// The numbers of trials that only one of the two accepts or finds.
    package var onlyFirst: Int
    package var onlySecond: Int
    package var better: PairedComparison.Verdict
  }

  package init(benchmark: String, first: String, second: String, sheets: [ScoreSheet], rounds: Int) {
    self.benchmark = benchmark
    self.first = first
    self.second = second
    self.sheets = sheets
    self.rounds = rounds
  }

  /// Adds a rate.
  ///
  /// - Parameters:
  ///   - first: whether each trial is accepted or found by the first embedder.
  ///   - second: the same trials by the second.
  ///   - identities: of each trial.
  package mutating func add(
    _ name: String,
    _ first: [Bool],
    _ second: [Bool],
    identities: [Int],
    seed: UInt64
  ) {
    let count = identities.count
    require(
      first.count == count && second.count == count && count > 0,
      "\(first.count), \(second.count) and \(count) trials are compared: give the same trials to both, at least one"
    )
    let onlyFirst = zip(first, second).count { $0 && !$1 }
    let onlySecond = zip(first, second).count { !$0 && $1 }
    let overIdentities = Self.interval(first, second, identities, rounds: rounds, seed: seed)
    let overTrials = Self.interval(onlyFirst, onlySecond, of: count, rounds: rounds, seed: seed)
    let lower = min(overIdentities.lowerBound, overTrials.lowerBound)
    let upper = max(overIdentities.upperBound, overTrials.upperBound)
    differences.append(
      Difference(
        name: name,
        first: Double(first.count { $0 }) / Double(count),
        second: Double(second.count { $0 }) / Double(count),
        difference: Double(onlySecond - onlyFirst) / Double(count),
        overIdentities: [overIdentities.lowerBound, overIdentities.upperBound],
        overTrials: [overTrials.lowerBound, overTrials.upperBound],
        trials: count,
        onlyFirst: onlyFirst,
        onlySecond: onlySecond,
        better: lower > 0 ? .second : upper < 0 ? .first : .undecided
      )
    )
  }

  private static func interval(
    _ first: [Bool],
    _ second: [Bool],
    _ identities: [Int],
    rounds: Int,
    seed: UInt64
  ) -> ClosedRange<Double> {
    var places: [Int: Int] = [:]
    var groups: [(gain: Int, count: Int)] = []
    for (trial, identity) in identities.enumerated() {
      let place = places[identity] ?? groups.count
      if place == groups.count {
        places[identity] = place
        groups.append((0, 0))
      }
      groups[place].gain += (second[trial] ? 1 : 0) - (first[trial] ? 1 : 0)
      groups[place].count += 1
    }
    var chance = SeededGenerator(seed: seed, stream: 1)
    let numbers = (0..<rounds).map { _ in
      var (gain, count) = (0, 0)
      for _ in groups {
        let group = groups[chance.index(below: groups.count)]
        gain += group.gain
        count += group.count
      }
      return Double(gain) / Double(count)
    }
    return percentileInterval(of: numbers, level: 0.95)
  }

  private static func interval(
    _ onlyFirst: Int,
    _ onlySecond: Int,
    of count: Int,
    rounds: Int,
    seed: UInt64
  ) -> ClosedRange<Double> {
    var chance = SeededGenerator(seed: seed, stream: 2)
    let numbers = (0..<rounds).map { _ in
      var gain = 0
      for _ in 0..<count {
        let trial = chance.index(below: count)
        if trial < onlySecond { gain += 1 } else if trial < onlySecond + onlyFirst { gain -= 1 }
      }
      return Double(gain) / Double(count)
    }
    return percentileInterval(of: numbers, level: 0.95)
  }

  /// A table for the terminal.
  package var text: String {
    let rows = differences.map { difference in
      DifferenceTable.Row(
        name: difference.name,
        first: difference.first,
        second: difference.second,
        difference: difference.difference,
        intervals: [difference.overIdentities, difference.overTrials],
        better: difference.better
      )
    }
    let table = DifferenceTable(
      benchmark: benchmark,
      first: first,
      second: second,
      drawn: "trials",
      rows: rows
    )
    return (table.lines + sheets.flatMap(\.notices).uniqued.map { "note: \($0)" }).joined(separator: "\n")
  }

  /// JSON: the differences, and the sheet of each embedder.
  package var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      return try encoder.encode(self)
    }
  }
}

extension TemplateEvaluation {
  /// Compares the embedders of two files of features on the pairs of the list.
  ///
  /// - Throws: a ``DataError`` or an ``EvaluationError``; every image needs a feature in both files.
  package func comparison(_ first: String, _ second: String, rounds: Int, seed: UInt64) throws
    -> TrialComparison
  {
    var evaluation = self
    evaluation.rules.canLeaveOut = false
    var (hits, sheets): ([[[Bool]]], [ScoreSheet]) = ([], [])
    var subjects: [Int] = []
    for path in [first, second] {
      let (result, sheet) = try evaluation.evaluate(features: path)
      hits.append(
        falseAcceptRates.map { limit in
          let threshold = result.roc.point(atFalseAcceptRate: limit).map { Float($0.threshold) } ?? .infinity
          return result.genuine.map { $0 >= threshold }
        }
      )
      subjects = result.subjects
      sheets.append(sheet)
    }
    var comparison = TrialComparison(
      benchmark: "IJB 1:1",
      first: first,
      second: second,
      sheets: sheets,
      rounds: rounds
    )
    for (index, limit) in falseAcceptRates.enumerated() {
      comparison.add(
        "true accept rate at false accept rate \(short(limit))",
        hits[0][index],
        hits[1][index],
        identities: subjects,
        seed: seed
      )
    }
    return comparison
  }
}

extension MegaFaceEvaluation {
  /// The same evaluation; its errors do not advise to leave images out.
  private var withoutLeavingOut: MegaFaceEvaluation {
    var evaluation = self
    evaluation.canLeaveOut = false
    return evaluation
  }

  /// Compares the embedder of this evaluation with that of another one of the same lists.
  ///
  /// - Throws: a ``DataError`` or an ``EvaluationError``; every image needs a feature of both.
  package func comparison(_ other: MegaFaceEvaluation, rounds: Int, seed: UInt64) throws -> TrialComparison {
    let (first, second) = (try withoutLeavingOut.evaluate(), try other.withoutLeavingOut.evaluate())
    var comparison = TrialComparison(
      benchmark: "MegaFace",
      first: distractors,
      second: other.distractors,
      sheets: [first.sheet, second.sheet],
      rounds: rounds
    )
    for (a, b) in zip(first.results, second.results) {
      guard a.identities == b.identities, a.distractorCount == b.distractorCount else {
        throw EvaluationError.counts(what: "trials", found: b.trialCount, expected: a.trialCount)
      }
      for rank in ranks {
        comparison.add(
          "rank-\(rank) rate among \(a.distractorCount)",
          a.closerCounts.map { $0 < rank },
          b.closerCounts.map { $0 < rank },
          identities: a.identities,
          seed: seed
        )
      }
    }
    return comparison
  }
}

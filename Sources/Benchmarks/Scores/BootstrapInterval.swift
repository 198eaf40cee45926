internal import Faces
internal import Tensors

/// A bootstrap interval of a rate, over identities.
///
/// Pairs of one person depend on each other, so persons are resampled and not pairs: in each round as many identities as
/// there are, with replacement. A trial counts as often as the product of how often its identities were drawn; the rate
/// of the round is the weighted share of hits. The interval holds the middle part of the rounds. Thresholds stay as they
/// were chosen on all data.
///
/// Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, percentile method.
public struct BootstrapInterval: Hashable, Sendable {
  public let lower: Double
  public let upper: Double
  /// The share of the rounds within, for example 0.95.
  public let level: Double

  /// Computes the interval of a rate.
  ///
  /// - Parameters:
  ///   - hits: whether each trial is a hit.
  ///   - identities: the one identity of each trial, or its two.
  ///   - level: within `0..<1`.
  ///   - rounds: at least 2; 1,000 fix the second decimal of a percentage.
  ///   - seed: of the draws.
  /// - Precondition: as many hits as identities, at least one.
  public init(
    hits: [Bool],
    identities: [(first: Int, second: Int)],
    level: Double = 0.95,
    rounds: Int = 1000,
    seed: UInt64 = 1
  ) {
    require(
      hits.count == identities.count && !hits.isEmpty,
      "\(hits.count) hits and \(identities.count) identities: give one of each for every trial, and at least one trial"
    )
    require(level > 0 && level < 1, "the level \(level) of an interval is not between 0 and 1")
    require(rounds >= 2, "a bootstrap needs at least 2 rounds, not \(rounds)")
    let trials = Trials(hits: hits, identities: identities)
    var chance = SeededGenerator(path: seed, 17)
    let interval = percentileInterval(of: (0..<rounds).map { _ in trials.rate(using: &chance) }, level: level)
    lower = interval.lowerBound
    upper = interval.upperBound
    self.level = level
  }

  /// Trials grouped by their identities.
  private struct Trials {
    var groups: [(first: Int32, second: Int32, hits: Int32, count: Int32)] = []
    var identityCount = 0

    init(hits: [Bool], identities: [(first: Int, second: Int)]) {
      var numbers: [Int: Int32] = [:]
      func number(_ identity: Int) -> Int32 {
        let next = Int32(numbers.count)
        return numbers[identity]
          ?? {
            numbers[identity] = next; return next
          }()
      }
      var places: [UInt64: Int] = [:]
      for (hit, pair) in zip(hits, identities) {
        let (first, second) = (number(pair.first), number(pair.second))
        let key = UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
        let place = places[key] ?? groups.count
        if place == groups.count {
          places[key] = place
          groups.append((first, second, 0, 0))
        }
        groups[place].hits += hit ? 1 : 0
        groups[place].count += 1
      }
      identityCount = numbers.count
    }

    func rate(using chance: inout SeededGenerator) -> Double {
      var weights = [Int](repeating: 0, count: identityCount)
      for _ in 0..<identityCount { weights[Int(chance.next() % UInt64(identityCount))] += 1 }
      var hits = 0
      var count = 0
      for group in groups {
        let first = weights[Int(group.first)]
        let weight = group.first == group.second ? first : first * weights[Int(group.second)]
        hits += weight * Int(group.hits)
        count += weight * Int(group.count)
      }
      // A round that drew none of the trials' identities has no rate: it counts as the rate of all.
      guard count > 0 else {
        let all = groups.reduce(into: (0, 0)) {
          $0.0 += Int($1.hits); $0.1 += Int($1.count)
        }
        return Double(all.0) / Double(all.1)
      }
      return Double(hits) / Double(count)
    }
  }
}

internal import Findings
internal import Foundation
internal import Statistics
internal import TestSupport
internal import Testing

/// Values of SciPy and statsmodels, by `Tests/References/statistics.py`.
private struct Reference: Decodable {
  struct Sample: Decodable {
    var values, interval95, interval90: [Double]
    var mean, deviation, p, pAgainstOne, pAboveOne, equivalenceWithinTwo: Double
  }
  struct Holm: Decodable { var p, adjusted: [Double] }
  struct Power: Decodable {
    var count: Int
    var deviation, difference, power, detectable: Double
  }
  struct Quantile: Decodable { var df, p, t, cdf, tail: Double }
  var cases: [Sample]
  var holm: [Holm]
  var power: [Power]
  var quantiles: [Quantile]

  static func read() throws -> Reference {
    let data = try Data(contentsOf: References.folder.appendingPathComponent("statistics.json"))
    return try JSONDecoder().decode(Reference.self, from: data)
  }
}

@Suite("Statistics agree with SciPy and statsmodels")
struct StatisticsReferenceTests {
  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-10) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  @Test("Student's t: quantiles, cumulative probabilities and small tails")
  func student() throws {
    for row in try Reference.read().quantiles {
      let student = StudentT(degreesOfFreedom: row.df)
      #expect(isClose(student.quantile(row.p), row.t, 1e-8), "\(row)")
      #expect(isClose(student.cumulative(1.5), row.cdf), "\(row)")
      #expect(abs(student.upperTail(9) / row.tail - 1) < 1e-8, "\(row)")
    }
  }

  @Test("paired differences: mean, spread, intervals, p-values and equivalence")
  func paired() throws {
    for row in try Reference.read().cases {
      let difference = PairedDifference(row.values)
      #expect(isClose(difference.mean, row.mean) && isClose(difference.standardDeviation, row.deviation))
      let (wide, narrow) = (difference.interval(), difference.interval(level: 0.9))
      #expect(isClose(wide.lower, row.interval95[0]) && isClose(wide.upper, row.interval95[1]))
      #expect(isClose(narrow.lower, row.interval90[0]) && isClose(narrow.upper, row.interval90[1]))
      #expect(isClose(difference.pValue(), row.p) && isClose(difference.pValue(against: 1), row.pAgainstOne))
      #expect(isClose(difference.pValue(above: 1), row.pAboveOne))
      #expect(isClose(difference.equivalencePValue(within: -2...2), row.equivalenceWithinTwo))
    }
  }

  @Test("Holm's adjusted p-values")
  func holm() throws {
    for row in try Reference.read().holm {
      #expect(zip(holmAdjusted(row.p), row.adjusted).allSatisfy { isClose($0, $1) }, "\(row)")
    }
  }

  @Test("power and the detectable difference of a paired t test")
  func power() throws {
    for row in try Reference.read().power {
      let power = PairedPower(count: row.count, standardDeviation: row.deviation)
      #expect(isClose(power.power(forDifference: row.difference), row.power, 1e-6), "\(row)")
      #expect(isClose(power.detectableDifference(), row.detectable, 1e-5), "\(row)")
    }
  }
}

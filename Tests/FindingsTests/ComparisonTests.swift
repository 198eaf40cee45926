internal import Findings
internal import Testing

@Suite("Two reports compared number by number")
struct ComparisonTests {
  private func compare(_ before: Finding.Content, _ after: Finding.Content, _ tolerance: Tolerance = .init())
    throws
    -> Comparison.Difference?
  {
    let comparison = try Comparison(
      before: ["a": [.init(name: "x", content: before, tolerance: tolerance)]],
      after: ["a": [.init(name: "x", content: after, tolerance: tolerance)]]
    )
    #expect(comparison.identical + comparison.differences.count == 1)
    return comparison.differences.first
  }

  private func mean(_ value: Double, spread: Double?, count: Int = 4) -> Finding.Content {
    let interval = spread.map { Interval(value - $0, value + $0) }
    return .measurement(.init(value, spread: spread, sampleCount: count, interval: interval))
  }

  @Test("is the same only to the last bit, and NaN is NaN")
  func identical() throws {
    #expect(try compare(.measurement(.init(.nan)), .measurement(.init(.nan))) == nil)
    #expect(try compare(.measurement(.init(0.1)), .measurement(.init(0.1))) == nil)
    #expect(try compare(.measurement(.init(0.1)), .measurement(.init(0.1.nextUp)))?.verdict == .within)
    #expect(try compare(.measurement(.init(0.1)), .measurement(.init(.nan)))?.verdict == .beyond)
    #expect(try compare(.measurement(.init(1)), .measurement(.init(1.01)))?.verdict == .beyond)
  }

  @Test(
    "and what rests on training agrees within the standard errors of both means: here six times 0.05 √2, or 0.42"
  )
  func means() throws {
    let before = mean(1, spread: 0.1)
    #expect(try compare(before, mean(1.4, spread: 0.1), .trained)?.verdict == .within)
    #expect(try compare(before, mean(1.4, spread: 0.1))?.verdict == .beyond)
    let far = try #require(try compare(before, mean(1.45, spread: 0.1), .trained))
    #expect(far.verdict == .beyond)
    guard case .numbers(let count, let pair) = far.kind else {
      Issue.record("\(far)")
      return
    }
    // The value and both ends of its interval differ; the value is what counts.
    #expect(count == 3 && pair.place == "measurement.value")
  }

  @Test(
    "while a number from training without a spread and a verdict on trained models are listed and not judged"
  )
  func unjudged() throws {
    #expect(try compare(mean(1, spread: nil), mean(2, spread: nil), .trained)?.verdict == .unjudged)
    #expect(try compare(mean(1, spread: nil), mean(1.0001, spread: nil), .trained)?.verdict == .within)
    #expect(try compare(mean(1, spread: 0.1), mean(1, spread: 0.1, count: 5), .trained)?.verdict == .unjudged)
    // A spread on one side alone is none to judge by.
    #expect(try compare(mean(1, spread: 0.1), mean(2, spread: nil), .trained)?.verdict == .unjudged)
    func claim(_ verdict: Claim.Verdict, _ value: Double) -> Finding.Content {
      .claim(
        .init(
          statement: "s",
          place: "p",
          reproduced: .init(value, spread: 0.1, sampleCount: 4),
          rule: "r",
          verdict: verdict
        )
      )
    }
    #expect(try compare(claim(.reproduced, 1), claim(.reproduced, 1.1), .trained)?.verdict == .within)
    #expect(try compare(claim(.reproduced, 1), claim(.reproduced, 9), .trained)?.verdict == .beyond)
    let changed = try #require(try compare(claim(.reproduced, 1), claim(.inconclusive, 1), .trained))
    #expect(changed.verdict == .unjudged)
    #expect(changed.kind == .text(place: "claim.verdict", before: "'reproduced'", after: "'inconclusive'"))
    #expect(try compare(claim(.reproduced, 1), claim(.inconclusive, 9), .trained)?.verdict == .beyond)
    #expect(try compare(claim(.reproduced, 1), claim(.inconclusive, 1))?.verdict == .beyond)
  }

  @Test("and in a table each mean has its own spread")
  func table() throws {
    func table(_ first: Double, _ second: Double, _ text: String = "a") -> Finding.Content {
      var table = Table(columns: [.init("name"), .init("one"), .init("two")])
      table.append([
        .text(text), .measurement(.init(first, spread: 0.1, sampleCount: 4)),
        .measurement(.init(second, spread: 10, sampleCount: 4)),
      ])
      return .table(table)
    }
    #expect(try compare(table(1, 1), table(1.1, 9), .trained)?.verdict == .within)
    #expect(try compare(table(1, 1), table(9, 1), .trained)?.verdict == .beyond)
    #expect(try compare(table(1, 1), table(1, 1, "b"), .trained)?.verdict == .unjudged)
    #expect(try compare(table(1, 1), table(9, 1, "b"), .trained)?.verdict == .beyond)
    #expect(try compare(table(1, 1), table(1, 1, "b"))?.verdict == .beyond)
  }
}

internal import Foundation

/// The differences between two sets of findings, number by number.
///
/// Every finding is taken apart into its numbers and its texts, whatever its kind; so the points of a chart
/// count as much as a single measurement.
package struct Comparison: Hashable, Sendable {
  /// Findings that are the same to the last bit.
  package private(set) var identical = 0
  /// Findings that differ, in the order of their names.
  package private(set) var differences: [Difference] = []

  /// A finding that is not the same on both sides.
  package struct Difference: Hashable, Sendable {
    /// `cell.name`.
    package var name: String
    package var kind: Kind
    package var verdict: Verdict
  }

  /// How a finding differs.
  package enum Kind: Hashable, Sendable {
    case onlyBefore, onlyAfter
    /// A text or the shape differs: the first place, and what stands there.
    case text(place: String, before: String, after: String)
    /// Numbers differ: how many, and the one that is furthest beyond its tolerance.
    case numbers(count: Int, furthest: Pair)
  }

  /// Whether a difference is within the finding's tolerance.
  package enum Verdict: Int, Hashable, Sendable {
    case within
    /// It rests on a trained model, and is a text such as a verdict, or a number without a spread to judge it by.
    case unjudged
    case beyond
  }

  /// The two values of one number.
  package struct Pair: Hashable, Sendable {
    package var place: String
    package var before: Double
    package var after: Double
    /// The standard deviation of a measurement, where it states one.
    package var spread: Double?
  }

  /// Compares findings by cell.
  package init(before: [String: [Finding]], after: [String: [Finding]]) throws {
    let old = Self.named(before)
    let new = Self.named(after)
    for name in Set(old.keys).union(new.keys).sorted() {
      guard let first = old[name] else {
        differences.append(.init(name: name, kind: .onlyAfter, verdict: .beyond))
        continue
      }
      guard let second = new[name] else {
        differences.append(.init(name: name, kind: .onlyBefore, verdict: .beyond))
        continue
      }
      if let (kind, verdict) = try Self.compare(first, second) {
        differences.append(.init(name: name, kind: kind, verdict: verdict))
      } else {
        identical += 1
      }
    }
  }

  /// The number of differences with a verdict.
  package func count(_ verdict: Verdict) -> Int { differences.count { $0.verdict == verdict } }

  private static func named(_ cells: [String: [Finding]]) -> [String: Finding] {
    var found: [String: Finding] = [:]
    for (cell, findings) in cells {
      for finding in findings { found["\(cell).\(finding.name)"] = finding }
    }
    return found
  }

  /// Compares number by number; the largest difference is reported for the finding.
  private static func compare(_ first: Finding, _ second: Finding) throws -> (Kind, Verdict)? {
    let before = try Leaves(first)
    let after = try Leaves(second)
    let tolerance = first.tolerance
    var text: (kind: Kind, verdict: Verdict)?
    var numbers: [(pair: Pair, verdict: Verdict, excess: Double)] = []
    for place in Set(before.values.keys).union(after.values.keys).sorted() {
      switch (before.values[place], after.values[place]) {
      case (.number(let a), .number(let b)):
        if a.bitPattern == b.bitPattern || (a == 0 && b == 0) || (a.isNaN && b.isNaN) { continue }
        let (verdict, excess) = tolerance.judge(a, b, before.part(at: place), after.part(at: place))
        numbers.append((.init(place: place, before: a, after: b, spread: first.spread), verdict, excess))
      case (let a, let b) where a != b:
        // A verdict on trained models may change where their means agree within their errors: it is listed, not judged.
        let isJudged = tolerance.standardErrors == nil
        if let text, !isJudged || text.verdict == .beyond { continue }
        text = (
          .text(place: place, before: a?.text ?? "nothing", after: b?.text ?? "nothing"),
          isJudged ? .beyond : .unjudged
        )
      default: break
      }
    }
    let furthest = numbers.max { ($0.verdict.rawValue, $0.excess) < ($1.verdict.rawValue, $1.excess) }
    guard let furthest, text.map({ $0.verdict.rawValue < furthest.verdict.rawValue }) ?? true else {
      return text
    }
    return (.numbers(count: numbers.count, furthest: furthest.pair), furthest.verdict)
  }
}

/// The numbers and texts of a finding, by their path in its JSON.
private struct Leaves {
  enum Value: Hashable {
    case number(Double)
    case text(String)

    var text: String {
      switch self {
      case .number(let number): "\(number)"
      case .text(let text): "'\(text)'"
      }
    }
  }

  var values: [String: Value] = [:]
  /// The standard errors of the means over repeats, by the place of the measurement.
  private var standardErrors: [String: Double] = [:]

  /// The role of a number in a mean over repeats.
  enum Part {
    case value(standardError: Double)
    /// Its spread or its interval, which is judged with the mean itself.
    case remainder
  }

  /// Returns the role of the number at a path; `nil` where it belongs to no mean.
  func part(at place: String) -> Part? {
    var parent = place
    while let end = parent.lastIndex(of: ".") {
      parent = String(parent[..<end])
      guard let error = standardErrors[parent] else { continue }
      let rest = place.dropFirst(parent.count)
      if rest == ".value" { return .value(standardError: error) }
      let isOfTheMean = rest == ".spread" || rest.hasPrefix(".interval.") || rest.hasPrefix(".values[")
      return isOfTheMean ? .remainder : nil
    }
    return nil
  }

  init(_ finding: Finding) throws {
    let data = try FindingsCoding.encode(finding.content)
    add(try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed), at: "")
    values["caption"] = .text(finding.caption)
  }

  private mutating func add(_ object: Any, at place: String) {
    switch object {
    case let list as [Any]:
      for (index, item) in list.enumerated() { add(item, at: "\(place)[\(index)]") }
    case let fields as [String: Any]:
      if let spread = (fields["spread"] as? NSNumber)?.doubleValue,
        let count = (fields["sampleCount"] as? NSNumber)?.doubleValue, count > 0
      {
        standardErrors[place] = spread / count.squareRoot()
      }
      for (name, item) in fields { add(item, at: place.isEmpty ? name : "\(place).\(name)") }
    case let text as String:
      switch text {
      case "NaN": values[place] = .number(.nan)
      case "Infinity": values[place] = .number(.infinity)
      case "-Infinity": values[place] = .number(-.infinity)
      default: values[place] = .text(text)
      }
    case let number as NSNumber: values[place] = .number(number.doubleValue)
    default: values[place] = .text("null")
    }
  }
}

extension Finding {
  fileprivate var spread: Double? {
    if case .measurement(let measurement) = content { measurement.spread } else { nil }
  }
}

extension Tolerance {
  /// Judges two values of a number, and returns by how much they exceed the tolerance: infinity where one is NaN.
  fileprivate func judge(_ a: Double, _ b: Double, _ first: Leaves.Part?, _ second: Leaves.Part?)
    -> (Comparison.Verdict, excess: Double)
  {
    let distance = abs(a - b) - absolute - relative * max(abs(a), abs(b))
    let excess = distance.isNaN ? .infinity : distance
    if accepts(a, b) { return (.within, excess) }
    guard let standardErrors else { return (.beyond, excess) }
    switch (first, second) {
    case (.value(let one), .value(let other)):
      let rest = excess - standardErrors * (one * one + other * other).squareRoot()
      return (rest <= 0 ? .within : .beyond, rest)
    case (.remainder, .remainder): return (.within, -.infinity)
    case (.value, .remainder), (.remainder, .value), (nil, _), (_, nil): return (.unjudged, excess)
    }
  }
}

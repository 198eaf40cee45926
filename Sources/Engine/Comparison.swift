package import Findings
internal import Foundation

/// Two sets of findings set side by side, number by number.
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
  }

  /// How a finding differs.
  package enum Kind: Hashable, Sendable {
    case onlyBefore, onlyAfter
    /// A text or the shape differs: the first place, and what stands there.
    case text(place: String, before: String, after: String)
    /// Numbers differ: how many, and the one that is furthest beyond its tolerance.
    case numbers(count: Int, furthest: Pair, isWithinTolerance: Bool)
  }

  /// Two numbers in the same place.
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
        differences.append(.init(name: name, kind: .onlyAfter))
        continue
      }
      guard let second = new[name] else {
        differences.append(.init(name: name, kind: .onlyBefore))
        continue
      }
      if let kind = try Self.compare(first, second) {
        differences.append(.init(name: name, kind: kind))
      } else {
        identical += 1
      }
    }
  }

  /// The differences that no tolerance covers.
  package var beyondTolerance: [Difference] {
    differences.filter { if case .numbers(_, _, true) = $0.kind { false } else { true } }
  }

  private static func named(_ cells: [String: [Finding]]) -> [String: Finding] {
    var found: [String: Finding] = [:]
    for (cell, findings) in cells {
      for finding in findings { found["\(cell).\(finding.name)"] = finding }
    }
    return found
  }

  private static func compare(_ first: Finding, _ second: Finding) throws -> Kind? {
    let before = try Leaves(first)
    let after = try Leaves(second)
    var pairs: [Pair] = []
    for place in Set(before.values.keys).union(after.values.keys).sorted() {
      switch (before.values[place], after.values[place]) {
      case (.number(let a), .number(let b)):
        if a.bitPattern != b.bitPattern && !(a == 0 && b == 0) && !(a.isNaN && b.isNaN) {
          pairs.append(.init(place: place, before: a, after: b, spread: first.spread))
        }
      case (let a, let b) where a != b:
        return .text(place: place, before: a?.text ?? "nothing", after: b?.text ?? "nothing")
      default: break
      }
    }
    let tolerance = first.tolerance
    let furthest = pairs.max { tolerance.excess($0.before, $0.after) < tolerance.excess($1.before, $1.after) }
    guard let furthest else { return nil }
    return .numbers(
      count: pairs.count,
      furthest: furthest,
      isWithinTolerance: tolerance.accepts(furthest.before, furthest.after)
    )
  }
}

/// The numbers and texts of a finding by their place.
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
      // Swift's coding names the only value of a case `_0`, which says nothing.
      for (name, item) in fields {
        add(item, at: name == "_0" ? place : place.isEmpty ? name : "\(place).\(name)")
      }
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
  /// How far two numbers lie beyond what is accepted; infinite where one is no number.
  fileprivate func excess(_ a: Double, _ b: Double) -> Double {
    let distance = abs(a - b) - absolute - relative * max(abs(a), abs(b))
    return distance.isNaN ? .infinity : distance
  }
}

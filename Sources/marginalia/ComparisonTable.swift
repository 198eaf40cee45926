internal import Engine
internal import Findings
internal import Foundation
internal import Reports

/// A comparison as lines of text.
struct ComparisonTable {
  let comparison: Comparison

  var lines: [String] {
    comparison.differences.map { difference in
      switch difference.kind {
      case .onlyBefore: "\(difference.name): no longer there"
      case .onlyAfter: "\(difference.name): new"
      case .text(let place, let before, let after): "\(difference.name): \(place) was \(before), is \(after)"
      case .numbers(let count, let pair, let isWithin): Self.line(difference.name, count, pair, isWithin)
      }
    }
  }

  private static func line(_ name: String, _ count: Int, _ pair: Comparison.Pair, _ isWithin: Bool) -> String
  {
    let distance = pair.after - pair.before
    var text = "\(name): \(pair.before) -> \(pair.after), difference \(String(format: "%+.3g", distance))"
    if let spread = pair.spread, spread > 0 {
      text += String(format: ", %.2g standard deviations", abs(distance) / spread)
    }
    if count > 1 { text += "; \(count) numbers differ, this one most (\(pair.place))" }
    return text + (isWithin ? ", within its tolerance" : "")
  }

  /// Reads the findings of a report: its folder, or the file itself.
  static func read(_ path: String) throws -> FindingsFile {
    var path = BookOptions.absolute(path)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      path += "/findings.json"
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw BookProblems(problems: ["'\(path)' cannot be read: render the book first, or name another report"]
      )
    }
    do { return try FindingsCoding.decode(FindingsFile.self, from: data) } catch {
      throw BookProblems(problems: ["'\(path)' is no findings.json of a report: \(error)"])
    }
  }
}

extension FindingsFile {
  var findings: [String: [Finding]] { cells.mapValues(\.findings) }
}

internal import Engine
internal import Reports

/// A change of the laboratory that changed no finding of a report: the same cells ran before and after, with the same results.
struct UnchangedLaboratory {
  private let earlier: ComparedReport
  /// The first digits of the digest of the laboratory that made the earlier report.
  private let was: String
  private let now: KeptRecord.Laboratory

  /// Compares two reports of a book.
  ///
  /// - Parameters:
  ///   - earlier: the path of a report that the earlier laboratory made.
  ///   - later: the path of a report that today's laboratory made.
  ///   - now: the digest of today's laboratory.
  /// - Throws: `BookProblems` where a finding differs, where several laboratories or another one made a report, or where no
  ///   finding was made by both.
  init(earlier: String, later: String, now: String) throws {
    let comparison = try RunComparison(reports: [earlier, later])
    guard !comparison.hasDifferences else {
      throw BookProblems(problems: [
        "the laboratory changed findings: \(comparison.summary). 'marginalia diff \(earlier) \(later)' shows them; run the "
          + "cells of the records again"
      ])
    }
    self.earlier = comparison.reports[0]
    let report = comparison.reports[1]
    was = try Self.onlyOne(self.earlier.laboratories, "laboratory", self.earlier.path)
    let made = try Self.onlyOne(report.laboratories, "laboratory", later)
    guard now.hasPrefix(made) else {
      throw BookProblems(problems: [
        "the report '\(later)' was made by the laboratory \(made), and today's is \(now.prefix(made.count)): render the book "
          + "first"
      ])
    }
    let profile = try Self.onlyOne(report.profiles, "profile", later)
    // A cell that ran in one of them only shows its record in the other, which says nothing of the laboratory.
    let both = self.earlier.ran.intersection(report.ran)
    let count = both.reduce(0) { $0 + (report.findings.cells[$1]?.findings.count ?? 0) }
    guard count > 0 else {
      throw BookProblems(problems: ["no cell with a finding ran in both reports, '\(earlier)' and '\(later)'"]
      )
    }
    self.now = KeptRecord.Laboratory(digest: now, profile: profile, findings: count)
  }

  private static func onlyOne(_ found: Set<String>, _ name: String, _ path: String) throws -> String {
    if found.count == 1, let one = found.first { return one }
    let list = found.isEmpty ? "no \(name)" : "several: " + found.sorted().joined(separator: ", ")
    throw BookProblems(problems: [
      "the report '\(path)' must name one \(name) for all cells that ran, but it names \(list); render the book with "
        + "'--force', or name another report"
    ])
  }

  /// Returns a record that says of today's laboratory what was found.
  ///
  /// - Throws: `BookProblems` where the record is not of the laboratory of the earlier report.
  func noted(in record: KeptRecord) throws -> KeptRecord {
    if record.laboratory == now.digest { return record }
    let known = [record.laboratory] + (record.alsoOf ?? []).map(\.digest)
    guard known.contains(where: { $0.hasPrefix(was) }) else {
      throw BookProblems(problems: [
        "the record of '\(record.cell)' is of the laboratory \(record.laboratory.prefix(was.count)), and the report "
          + "'\(earlier.path)' of \(was): name a report that the record's laboratory made"
      ])
    }
    var record = record
    record.alsoOf = (record.alsoOf ?? []).filter { $0.digest != now.digest } + [now]
    return record
  }
}

internal import ArgumentParser
internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Planning

/// Runs again what a book keeps as records, where the data are given, and compares.
struct RecordedVerification {
  let options: BookOptions
  let console: Console
  let jobs: Int

  /// Records that one run makes: of the same profile, seed and data roots.
  private struct Conditions: Hashable {
    var profile: String
    var seed: UInt64
    var roots: [String]
  }

  /// - Parameter cells: the cells to verify; empty for all with a record.
  func run(_ cells: [String]) throws {
    let session = try Session(options, purpose: .inspect)
    let records = session.ledger.keptRecords
    for problem in session.manuscript.problems { console.report(problem) }
    let wanted = cells.isEmpty ? records.keys.sorted() : cells
    guard !wanted.isEmpty else {
      throw BookProblems(problems: ["the book keeps no records: write one with 'marginalia keep CELL'"])
    }
    if let unknown = wanted.first(where: { records[$0] == nil }) {
      let known = records.keys.sorted().joined(separator: ", ")
      throw BookProblems(problems: [
        "there is no record of '\(unknown)' that can be used: the book has \(known.isEmpty ? "none" : known)"
      ])
    }
    let runs = wanted.compactMap(session.ledger.recordedRun)
    var wrongCount = session.manuscript.errors.count
    var groups: [Conditions: [RecordedRun]] = [:]
    for run in runs {
      if !run.matches { console.say("\(run.cell): \(run.matchSentence)") }
      if let obstacle = Self.obstacle(run) {
        console.say("\(run.cell): not run again: \(obstacle)")
        continue
      }
      let conditions = Conditions(
        profile: run.provenance.profile,
        seed: run.provenance.seed,
        roots: run.data.map(\.name)
      )
      groups[conditions, default: []].append(run)
    }
    for (conditions, runs) in groups.sorted(by: { $0.value[0].cell < $1.value[0].cell }) {
      wrongCount += try verify(runs, records, conditions)
    }
    let count = groups.values.reduce(0) { $0 + $1.count }
    let verdict =
      wrongCount > 0
      ? "\(wrongCount) differences or errors are beyond what is accepted"
      : count == 0 ? "so that nothing was compared: the lines above say why" : "and every one agrees"
    console.say("\(count) of \(wanted.count) recorded runs were run again, \(verdict)")
    if wrongCount > 0 || count == 0 { throw ExitCode(ExitStatus.book) }
  }

  /// Why a recorded run cannot be repeated here.
  private static func obstacle(_ run: RecordedRun) -> String? {
    for root in run.data {
      switch root.state {
      case .same: continue
      case .notGiven: return "its data are not given: add --data \(root.name)=DIR"
      case .other(let digest):
        return
          "the data \(root.name) have the digest \(digest.prefix(12)), not \(root.digest.prefix(12)) as in the record"
      }
    }
    return nil
  }

  /// Runs cells from nothing in a store of their own.
  ///
  /// - Returns: how many findings differ by more than is accepted, and cells that have no result.
  private func verify(_ runs: [RecordedRun], _ records: [String: KeptRecord], _ conditions: Conditions) throws
    -> Int
  {
    let folder = try TemporaryFolders.makeRemovedAtSignals()
    defer { TemporaryFolders.remove(folder) }
    var options = options
    options.store = folder
    (options.profile, options.seed) = (conditions.profile, conditions.seed)
    options.data = options.data.filter { entry in conditions.roots.contains { entry.hasPrefix($0 + "=") } }
    let session = try Session(options, purpose: .run)
    guard let runner = session.runner(jobs: jobs) else { return 0 }
    try runner.run(selection: try session.indices(of: runs.map(\.cell))) { console.take($0) }
    return try runs.reduce(0) { sum, run in
      guard let kept = records[run.cell], let record = session.ledger.record(ofCell: run.cell),
        record.outcome == .succeeded
      else {
        let outcome = session.ledger.record(ofCell: run.cell)?.outcome.text ?? "not run"
        console.complain("the cell '\(run.cell)' has no result here: \(outcome)")
        return sum + 1
      }
      let comparison = try kept.comparison(with: record)
      let table = ComparisonTable(comparison: comparison)
      for line in table.lines { print(line) }
      let isSameMachine = Machine.areSameKind(kept.provenance.machine, record.provenance.machine)
      console.say(
        "\(run.cell): \(table.summary)"
          + (isSameMachine ? "" : " (the record was made on another kind of processor)")
      )
      return sum + (isSameMachine ? comparison.differences.count : comparison.count(.beyond))
    }
  }
}

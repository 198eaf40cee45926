package import Findings

// All sentences about the outcome of a cell, for the console, the pages and the subcommands.

extension Outcome {
  /// For example `succeeded`, `failed: index out of range` or `not run: no faces here`.
  package var text: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed(let failure): "failed: \(failure.message)"
    case .notRun(let reason): "not run: \(reason.clause)"
    }
  }

  /// Why the cell has no result; `nil` where it succeeded.
  package var reason: String? {
    switch self {
    case .succeeded: nil
    case .failed(let failure): failure.message
    case .notRun(let reason): reason.clause
    }
  }
}

extension NotRunReason {
  /// The reason as a clause, without `not run`.
  package var clause: String {
    switch self {
    case .skipped(let reason): reason
    case .afterSkipped(let cell): "an earlier cell of this chapter, '\(cell)', was not run"
    case .afterFailed(let cell): "an earlier cell of this chapter, '\(cell)', failed"
    case .missingNeed(let cell): "it needs '\(cell)', which has no findings"
    case .stale(let reasons): reasons.map(\.clause).joined(separator: "; ")
    case .blocked(let blockage): blockage.clause
    case .noRecord: "this report was made without running the cell"
    }
  }
}

extension Blockage {
  /// The blockage as a clause about the cell that cannot run.
  package var clause: String {
    switch self {
    case .brokenText: "the text of its chapter has errors"
    case .cycle(let cells): Self.cycle(cells)
    case .blockedNeed(let name): "it needs '\(name)', which cannot run"
    case .unknownNeed(let name): "it needs '\(name)', which is neither a cell nor a chapter"
    case .needNotAbove(let name): "it needs '\(name)', which does not stand above it in the chapter"
    case .otherCell(let cell, let blockage):
      "the cell '\(cell)' of this chapter cannot run: " + blockage.clause
    }
  }

  /// The blockage as a sentence that names the cell, for the list of a book's errors.
  package func sentence(cell: String) -> String {
    if case .cycle(let cells) = self { return Self.cycle(cells) }
    return "the cell '\(cell)' cannot run: \(clause)"
  }

  private static func cycle(_ cells: [String]) -> String {
    "these cells need each other in a cycle: " + (cells + cells.prefix(1)).joined(separator: " > ")
  }
}

extension StaleReason {
  /// The reason as a clause, for example `the seed changed from 1 to 2`.
  package var clause: String {
    switch self {
    case .neverRun: "it has never run"
    case .forced: "it was asked to run again"
    case .failedLastTime(let failure): "it failed last time: \(failure.message)"
    case .changed(let part, let was, let now): part.clause(was: was, now: now)
    case .needChanged(let name): "what it needs changed: \(name)"
    case .needAdded(let name): "it now needs \(name)"
    case .needRemoved(let name): "it no longer needs \(name)"
    case .inputChanged(let input): input.changeClause
    case .needRuns(let name): "what it needs runs again: \(name)"
    }
  }
}

extension KeyPart {
  fileprivate func clause(was: String, now: String) -> String {
    switch self {
    case .schema: "an older version of the engine recorded it"
    case .cell: "it was recorded under another id"
    case .code: "its code changed"
    case .above: "code above it in the chapter changed"
    case .below: "a declaration below it in the chapter changed"
    case .place: "its place in the chapter changed, and its code depends on it"
    case .reads: "the paths that its chapter may read changed"
    case .sources: "the book's Swift sources changed"
    case .environment: "the declared environment variables changed"
    case .laboratory: "the laboratory changed"
    case .compiler: "the compiler changed"
    case .kernel: "the OpenBLAS kernel changed from \(was) to \(now)"
    case .profile: "the profile changed from \(was) to \(now)"
    case .seed: "the seed changed from \(was) to \(now)"
    }
  }
}

extension CellRecord.Input {
  fileprivate var changeClause: String {
    switch kind {
    case .file: "the file \(name) changed"
    case .variable: "the environment variable \(name) changed"
    case .parameter: "the parameter \(name) changed"
    case .finding: "the findings of \(name) changed"
    case .recipe, .data: "\(name) changed"
    }
  }
}

extension Failure.Kind {
  /// The kind of failure as a short sentence, as the page shows it before the message.
  package var sentence: String {
    switch self {
    case .compilation: "Did not compile."
    case .trap: "Stopped by an error."
    case .thrown: "Threw an error."
    case .timeout: "Took too long."
    case .exit: "Exited early."
    case .killed: "Was killed."
    case .output: "Printed too much."
    case .memory: "Used too much memory."
    case .engine: "Could not be run."
    }
  }
}

extension PlannedCell {
  /// The state as a clause, for `list`, `explain` and `render --dry-run`.
  package var clause: String {
    switch state {
    case .fresh(let record):
      switch record.outcome {
      case .notRun(let reason): "up to date: \(reason.clause)"
      case .succeeded, .failed: "fresh, recorded \(record.provenance.date)"
      }
    case .rerunWithChapter(_, let other): "fresh, but runs because '\(other)' of its chapter is stale"
    case .stale(let reasons): "stale: " + reasons.map(\.clause).joined(separator: "; ")
    case .blocked(let blockage): "cannot run: " + blockage.clause
    }
  }

  /// The outcome of a cell that has no record.
  package var outcomeWithoutRecord: Outcome {
    switch state {
    case .fresh, .rerunWithChapter: .notRun(.noRecord)
    case .stale(let reasons): .notRun(.stale(reasons))
    case .blocked(let blockage): .notRun(.blocked(blockage))
    }
  }
}

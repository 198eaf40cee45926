/// The outcome of a cell. The sentences about it are in `Planning/OutcomeText.swift`.
package enum Outcome: Codable, Hashable, Sendable {
  case succeeded
  case failed(Failure)
  case notRun(NotRunReason)

  /// The outcome without its reason, as `findings.json` has it.
  package enum Kind: String, Codable, Hashable, Sendable { case succeeded, failed, notRun }

  package var kind: Kind {
    switch self {
    case .succeeded: .succeeded
    case .failed: .failed
    case .notRun: .notRun
    }
  }

  /// Whether the cell was skipped on purpose, by its own call of `notRun` or that of a cell above it. Such an outcome is
  /// kept in the store like findings, and stays good until an input changes.
  package var isSkip: Bool {
    switch self {
    case .notRun(.skipped), .notRun(.afterSkipped): true
    case .notRun(.afterFailed), .notRun(.missingNeed), .notRun(.stale), .notRun(.blocked), .notRun(.noRecord):
      false
    case .succeeded, .failed: false
    }
  }
}

/// Why a cell was not run.
package enum NotRunReason: Codable, Hashable, Sendable {
  /// The cell called `notRun` or `markNotRun`, with this reason.
  case skipped(String)
  /// This cell of the chapter called `notRun` before, which ends the chapter.
  case afterSkipped(cell: String)
  /// This cell of the chapter failed before.
  case afterFailed(cell: String)
  /// A needed cell has no findings.
  case missingNeed(cell: String)
  /// Its record is stale, and it was not run again.
  case stale([StaleReason])
  case blocked(Blockage)
  /// The report was made without a record of the cell.
  case noRecord
}

/// Why a cell cannot run at all: its `needs` cannot be met, or its chapter cannot be read.
package enum Blockage: Codable, Hashable, Sendable {
  /// The text of the chapter has errors.
  case brokenText
  /// The cells whose needs form a cycle.
  case cycle([String])
  /// A needed cell or chapter cannot run itself.
  case blockedNeed(String)
  /// No cell or chapter has this name.
  case unknownNeed(String)
  /// The needed cell is the cell itself or one below it.
  case needNotAbove(String)
  /// Another cell of the chapter cannot run, and a chapter runs as a whole.
  indirect case otherCell(String, Blockage)
}

/// One reason why the record of a cell is stale.
package enum StaleReason: Codable, Hashable, Sendable {
  case neverRun
  case forced
  case failedLastTime(Failure)
  /// A part of the key differs from the nearest record's.
  case changed(KeyPart, was: String, now: String)
  /// The code of a needed cell changed, or the code above it.
  case needChanged(String)
  case needAdded(String)
  case needRemoved(String)
  /// Something that the cell or one above it read has another digest now.
  case inputChanged(CellRecord.Input)
  /// A needed cell runs first; if its findings stay the same, the next plan finds this cell fresh.
  case needRuns(String)
}

/// The parts that the cache key of every cell has.
package enum KeyPart: String, CaseIterable, Codable, Hashable, Sendable {
  /// The form of keys themselves; raised when their meaning changes.
  case schema
  case cell, code, above, below, place, reads, sources, environment
  case laboratory, compiler, kernel, profile, seed
}

/// Why a cell failed and where.
package struct Failure: Codable, Hashable, Sendable {
  package var kind: Kind
  /// What happened: a sentence without the place.
  package var message: String
  /// The line of the cell's code, counted from 1; `nil` where it is not known.
  package var lineInCell: Int?
  /// The text of the compiler or the backtrace.
  package var details: String

  /// Creates a failure.
  package init(kind: Kind, message: String, lineInCell: Int? = nil, details: String = "") {
    self.kind = kind
    self.message = message
    self.lineInCell = lineInCell
    self.details = details
  }

  package enum Kind: String, Codable, Hashable, Sendable {
    /// `killed` means by a signal from outside; `exit` by the cell's own call of `exit`.
    case compilation, trap, thrown, timeout, exit, killed, output, memory, engine
  }
}

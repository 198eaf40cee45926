package import Findings

/// One reason why a cell must run.
package enum StaleReason: Hashable, Sendable {
  case neverRun
  case forced
  case failedLastTime(String)
  /// A part of the key differs from the nearest record's.
  case changed(CellKey.Part, was: String, now: String)
  /// The code of what is needed changed, or the code above it.
  case needChanged(String)
  /// The needs themselves are others.
  case needAdded(String)
  case needRemoved(String)
  /// Something that the cell or one above it read has another digest now.
  case inputChanged(CellRecord.Input)
  /// What is needed runs first; if its findings stay the same, the next plan finds this cell fresh.
  case needRuns(String)

  /// The reason as a clause for people, for example `the seed changed from 1 to 2`.
  package var clause: String {
    switch self {
    case .neverRun: "it has never run"
    case .forced: "it was asked to run again"
    case .failedLastTime(let message): "it failed last time: \(message)"
    case .changed(let part, let was, let now): clause(of: part, was: was, now: now)
    case .needChanged(let name): "what it needs changed: \(name)"
    case .needAdded(let name): "it now needs \(name)"
    case .needRemoved(let name): "it no longer needs \(name)"
    case .inputChanged(let input): clause(of: input)
    case .needRuns(let name): "what it needs runs again: \(name)"
    }
  }

  private func clause(of part: CellKey.Part, was: String, now: String) -> String {
    switch part {
    case .schema: "an older version of the engine recorded it"
    case .cell: "it was recorded under another id"
    case .code: "its code changed"
    case .above: "code above it in the chapter changed"
    case .below: "a declaration below it in the chapter changed"
    case .place: "its place in the chapter changed, and its code asks for it"
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

  private func clause(of input: CellRecord.Input) -> String {
    switch input.kind {
    case .file: "the file \(input.name) changed"
    case .variable: "the environment variable \(input.name) changed"
    case .finding: "the findings of \(input.name) changed"
    case .recipe, .data: "\(input.name) changed"
    }
  }
}

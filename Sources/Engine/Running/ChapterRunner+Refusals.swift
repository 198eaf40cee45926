internal import Chapters
internal import Findings
internal import Foundation

/// Hints about files that the sandbox refused a cell.
extension ChapterRunner {
  /// Adds to a failure the file of the book that the cell was refused, and how to allow it.
  func addingHint(to failure: Failure, output: String, _ job: Job) -> Failure {
    if failure.kind == .engine { return failure }
    let text = failure.message + "\n" + output
    let isRefusal = ["Permission denied", "permission", "Code=257", "Code=513", "EACCES", "Code=13"]
      .contains { text.contains($0) }
    guard isRefusal, let path = refusedPath(in: text) else { return failure }
    guard !path.isEmpty, !job.cells.flatMap(\.reads).contains(path) else { return failure }
    var failure = failure
    let exists = access(bookFolder + "/" + path, F_OK) == 0
    failure.message += "; " + advice(path, isWrite: !exists)
    return failure
  }

  /// How to give a cell access to a file.
  private func advice(_ path: String, isWrite: Bool) -> String {
    if isWrite { return "a cell may write only to its temporary folder and the store, not to '\(path)'" }
    return path.hasPrefix("/")
      ? "'\(path)' is not in the book: copy it there, or give its folder as a data root"
      : "the book does not declare '\(path)': add reads=\(path) to the cell"
  }

  /// Returns the failure of a cell that was refused a file and continued: its findings may depend on that file.
  func refusalFailure(_ refusals: [ChapterState.Refusal]) -> Failure? {
    guard let refusal = refusals.first else { return nil }
    let isInBook = refusal.path.hasPrefix(bookFolder + "/")
    let path = isInBook ? String(refusal.path.dropFirst(bookFolder.count + 1)) : refusal.path
    return Failure(
      kind: .engine,
      message: "the cell was refused '\(path)' and went on without it: "
        + advice(path, isWrite: refusal.isWrite)
    )
  }

  /// The path, relative to the book, in the message of an error: as Foundation writes it, or a whole path.
  private func refusedPath(in text: String) -> String? {
    for start in ["NSFilePath=", bookFolder + "/"] {
      guard let range = text.range(of: start) else { continue }
      let path = String(text[range.upperBound...].prefix { !"\"'”’,;)}\n ".contains($0) })
      return path.hasPrefix(bookFolder + "/") ? String(path.dropFirst(bookFolder.count + 1)) : path
    }
    return nil
  }
}

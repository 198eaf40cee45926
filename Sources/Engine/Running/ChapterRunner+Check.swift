package import Chapters
internal import Findings
internal import Foundation
internal import Planning

/// What the compiler says about cells and sources, and what it said before.
///
/// Warnings are kept under the tokens of the code, each with its token, so that an edit of comments or of prose
/// neither loses them nor moves them to another line.
extension ChapterRunner {
  /// A warning that is kept: which cell or source it is about, and the token there.
  private struct KeptWarning: Codable {
    var index: Int
    var place: TokenPlaces.Place
    var text: String
  }

  // MARK: - Cells

  /// Type-checks every cell of a chapter without running any.
  ///
  /// - Parameter parsesOnly: whether no more than the syntax is checked, since the sources do not compile.
  /// - Returns: the errors and the compiler's warnings. A result without errors is cached, since a type check starts
  ///   the compiler.
  package func check(_ job: Job, parsesOnly: Bool = false) throws(EngineError) -> [Problem] {
    var errors: [Problem] = []
    let chapter = job.chapter
    let kept = try store.memo.recall(checkKey(chapter)) { () throws(EngineError) in
      let found: (errors: [Compiler.CellMessage], warnings: [Compiler.CellMessage]) = try typeCheck(
        job,
        parsesOnly: parsesOnly
      )
      errors = found.errors.map { problem(.error, $0, in: chapter) }
      return errors.isEmpty && !parsesOnly ? encoded(found.warnings, of: chapter) : nil
    }
    return errors + (kept.map { warnings($0, of: chapter) } ?? [])
  }

  private func typeCheck(
    _ job: Job,
    parsesOnly: Bool
  ) throws(EngineError) -> (errors: [Compiler.CellMessage], warnings: [Compiler.CellMessage]) {
    let scratch = try store.makeScratch("check-" + job.file.replacing("/", with: "-"))
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let errors = try compiler.syntaxErrors(job.cells, file: job.file, scratch: scratch)
    if parsesOnly || !errors.isEmpty { return (errors, []) }
    return try compiler.typeCheck(job.cells, file: job.file, scratch: scratch)
  }

  /// Returns the compiler's warnings about the cells of a chapter that was compiled or checked before.
  package func knownWarnings(of chapter: Chapter) -> [Problem] {
    store.memo.recall(checkKey(chapter)) { nil }.map { warnings($0, of: chapter) } ?? []
  }

  /// Keeps the warnings about the cells of a chapter.
  func keep(_ warnings: [Compiler.CellMessage], of chapter: Chapter) {
    _ = store.memo.recall(checkKey(chapter)) { encoded(warnings, of: chapter) }
  }

  /// Everything that a type check of a chapter depends on.
  private func checkKey(_ chapter: Chapter) -> [String] {
    let cells = chapter.cells.flatMap { [$0.id, CodeTokens($0.code).text] }
    return ["checked", toolchain.version, laboratory.digest, "\(chapter.cells.count)"] + cells + sourceTokens
  }

  private func encoded(_ warnings: [Compiler.CellMessage], of chapter: Chapter) -> Data? {
    let kept = warnings.compactMap { warning in
      warning.cell.map { index in
        let places = TokenPlaces(chapter.cells[index].code)
        let place = places.place(line: warning.lineInCell ?? 1, column: warning.column)
        return KeptWarning(index: index, place: place, text: warning.text)
      }
    }
    return try? FindingsCoding.encode(kept)
  }

  private func warnings(_ data: Data, of chapter: Chapter) -> [Problem] {
    let kept = (try? FindingsCoding.decode([KeptWarning].self, from: data)) ?? []
    return kept.filter { chapter.cells.indices.contains($0.index) }.map { warning in
      let position = TokenPlaces(chapter.cells[warning.index].code).position(of: warning.place)
      let message = Compiler.CellMessage(
        cell: warning.index,
        lineInCell: position.line,
        message: warning.text,
        details: ""
      )
      return problem(.warning, message, in: chapter)
    }
  }

  private func problem(
    _ severity: Problem.Severity,
    _ message: Compiler.CellMessage,
    in chapter: Chapter
  ) -> Problem {
    let cell = message.cell.map { chapter.cells[$0] }
    let line = max(1, (cell?.location.line ?? 0) + (message.lineInCell ?? 0))
    let name = cell.map { "the cell '\($0.id)': " } ?? ""
    return Problem(severity, at: SourceLocation(file: chapter.file, line: line), name + message.text)
  }

  // MARK: - Sources

  /// Compiles the sources that chapters share, unless they are known to compile; returns errors and warnings.
  package func checkSources() throws(EngineError) -> [Problem] {
    var errors: [Problem] = []
    let kept = try store.memo.recall(sourcesKey) { () throws(EngineError) in
      let scratch = try store.makeScratch("check-sources")
      defer { try? FileManager.default.removeItem(atPath: scratch) }
      switch try compiler.shared(scratch: scratch) {
      case .errors(let found):
        errors = found.map { problem(.error, $0) }
        return nil
      case .module(let module):
        return encoded(sourceWarnings: module.map { compiler.messages("warning", in: $0.output) } ?? [])
      }
    }
    return errors + (kept.map(sourceWarnings) ?? [])
  }

  /// The compiler's warnings about the sources, if they were compiled before.
  package var knownSourceWarnings: [Problem] {
    store.memo.recall(sourcesKey) { nil }.map(sourceWarnings) ?? []
  }

  /// Keeps the warnings about the sources.
  func keep(sourceWarnings: [Compiler.CellMessage]) {
    if sources.isEmpty { return }
    _ = store.memo.recall(sourcesKey) { encoded(sourceWarnings: sourceWarnings) }
  }

  /// A message about a source, at its own place.
  func problem(_ severity: Problem.Severity, _ message: Compiler.CellMessage) -> Problem {
    let place = message.place ?? SourceLocation(file: sourceNames.first ?? "", line: 1)
    return Problem(severity, at: place, message.message)
  }

  private var sourcesKey: [String] {
    ["checked sources", toolchain.version, laboratory.digest] + sourceTokens
  }

  /// The sources by their paths in the book.
  private var sourceNames: [String] {
    sources.map { $0.hasPrefix(bookFolder + "/") ? String($0.dropFirst(bookFolder.count + 1)) : $0 }
  }

  private static func text(_ source: String) -> String {
    String(decoding: FileManager.default.contents(atPath: source) ?? Data(), as: UTF8.self)
  }

  private var sourceTokens: [String] {
    zip(sourceNames, sources).flatMap { [$0, CodeTokens(Self.text($1)).text] }
  }

  private func encoded(sourceWarnings: [Compiler.CellMessage]) -> Data? {
    let kept = sourceWarnings.compactMap { warning in
      warning.place.flatMap { place in
        sourceNames.firstIndex(of: place.file).map { index in
          let places = TokenPlaces(Self.text(sources[index]))
          let place = places.place(line: place.line, column: place.column)
          return KeptWarning(index: index, place: place, text: warning.message)
        }
      }
    }
    return try? FindingsCoding.encode(kept)
  }

  private func sourceWarnings(_ data: Data) -> [Problem] {
    let kept = (try? FindingsCoding.decode([KeptWarning].self, from: data)) ?? []
    return kept.filter { sources.indices.contains($0.index) }.map { warning in
      let position = TokenPlaces(Self.text(sources[warning.index])).position(of: warning.place)
      let place = SourceLocation(
        file: sourceNames[warning.index],
        line: position.line,
        column: position.column
      )
      return Problem(.warning, at: place, warning.text)
    }
  }
}

internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Planning
internal import Reports

/// What a report needs besides chapters and records: typeset formulas and citations, and files of the book. Everything
/// that a page will not show as its author wrote it is a problem; `check` and `render` give the same ones.
struct BookMaterial {
  let typesetter: Typesetter
  /// The content of each picture and linked file, by its path in the book.
  let files: [String: [UInt8]]
  /// Errors and warnings, in the order of the text.
  let problems: [Problem]

  /// - Parameter records: the current records; outlines of findings are enough.
  init(session: Session, records: [String: CellRecord]) throws {
    let chapters = session.chapters
    var problems: [Problem] = []
    let pictures = BookPictures(folder: session.book.folder, chapters: chapters)
    files = pictures.read { problems.append($0) }
    problems += LinkCheck(chapters: chapters, records: records, exists: pictures.exists).problems(
      of: chapters
    )
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let captions = Caption.all(in: chapters, records: records, hasDollarMath: session.book.hasDollarMath)
    typesetter = Typesetter(session.manuscript, captions: captions, store: session.store, path: path)
    problems += typesetter.problems + session.manuscript.problems(of: captions)
    problems += FindingReferences(records: records).problems(
      of: [],
      firstPage: captions.flatMap(\.references)
    )
    self.problems = problems.sorted { $0.location < $1.location }
  }
}

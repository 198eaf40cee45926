internal import Archives
internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Planning
internal import Reports

/// The files of a book's archive, made from the book and its records alone. The folder of the written report is not read,
/// so files that were added to it or deleted from it make no difference.
struct ArchiveContents {
  let files: [ArchivedFile]
  let description: ArchiveDescription

  /// Gathers the files of the book and draws its report.
  ///
  /// - Throws: `BookProblems` where the book has errors, where a cell has failed or has no current record, and where a file
  ///   cannot be read.
  init(session: Session) throws {
    var problems = session.manuscript.errors.map { "\($0.location): \($0.sentence)" }
    for (planned, outcome) in zip(session.ledger.plan().cells, session.ledger.outcomes)
    where outcome != .succeeded && !outcome.isSkip && session.ledger.recorded[planned.cell.id] == nil {
      problems.append(
        "\(planned.cell.location): the cell '\(planned.cell.id)' has no current result (\(planned.clause)): run "
          + "'marginalia render' first"
      )
    }
    guard problems.isEmpty else { throw BookProblems(problems: problems) }
    let records = session.ledger.records()
    let (report, faults) = try ReportWriter(session: session, output: nil).report(records: records)
    problems = faults.filter { $0.severity == .error }.map { "\($0.location): \($0.sentence)" }
    guard problems.isEmpty else { throw BookProblems(problems: problems) }
    var files = try [ResearchCrate.readMe(for: session.book)] + Self.bookFiles(session)
    files += try report.pages().map {
      ArchivedFile(path: "\(ResearchCrate.folders.report)/\($0.path)", bytes: $0.bytes)
    }
    description = ArchiveDescription(
      book: session.book.title,
      profile: session.conditions.profile,
      seed: session.conditions.seed,
      program: "Marginalia \(Version.current)"
    )
    let crate = ResearchCrate(
      book: session.book,
      chapters: session.chapters,
      records: records,
      files: files,
      description: description
    )
    self.files = files + [ArchivedFile(path: ResearchCrate.path, bytes: try crate.bytes)]
  }

  /// Every file of the book that its settings, chapters and cells name, and the records that it keeps.
  private static func bookFiles(_ session: Session) throws -> [ArchivedFile] {
    let book = session.book
    let folder = URL(fileURLWithPath: book.folder).resolvingSymlinksInPath().path
    var paths = Set([Book.file] + book.chapterFiles + book.bibliographies + book.sources)
    if let style = book.citationStyle, style.hasSuffix(".csl") { paths.insert(style) }
    paths.formUnion(session.ledger.keptRecords.keys.map(KeptRecord.path(ofCell:)))
    paths.formUnion(BookPictures(folder: book.folder, chapters: session.chapters).paths)
    for path in Set(session.chapters.flatMap(\.cells).flatMap(\.reads)) {
      if let contents = FolderContents(of: "\(folder)/\(path)") {
        paths.formUnion(contents.files.map { "\(path)/\($0)" })
      } else if access("\(folder)/\(path)", F_OK) == 0 {
        paths.insert(path)
      }
    }
    return try paths.sorted().map { path in
      let real = URL(fileURLWithPath: "\(folder)/\(path)").resolvingSymlinksInPath().path
      guard real.hasPrefix(folder + "/") else {
        throw BookProblems(problems: ["'\(path)' is a link that leads out of the book, and is not archived"])
      }
      var status = stat()
      guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        let data = FileManager.default.contents(atPath: real)
      else {
        throw BookProblems(problems: ["'\(path)' cannot be read"])
      }
      return ArchivedFile(path: "\(ResearchCrate.folders.book)/\(path)", bytes: Array(data))
    }
  }
}

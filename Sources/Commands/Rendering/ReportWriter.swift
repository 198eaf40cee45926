internal import Chapters
internal import Digests
internal import Engine
internal import Findings
internal import Foundation
internal import Planning
internal import Reports

/// Draws the pages of a book from its records and writes them into their folder.
struct ReportWriter {
  let session: Session
  let output: String
  /// Whether the whole report goes into one file.
  let isSingleFile: Bool

  /// The result of a render.
  struct Outcome {
    /// `nil` where the pages were up to date.
    var fileCount: Int?
    /// The problems of the pages, whether they were written now or before.
    var problems: [Problem]
  }

  init(session: Session, output: String?, isSingleFile: Bool = false) {
    self.isSingleFile = isSingleFile
    self.session = session
    self.output = BookOptions.outputFolder(output, for: session.book.folder)
  }

  private var publication: Publication {
    Publication(folder: output, book: session.book.folder, store: session.store)
  }

  /// Refuses the folder, before anything runs, if pages would replace files there that no report of this book wrote.
  func refuseForeignFiles() throws {
    try publication.refuseForeignFiles {
      let (pages, mark, _) = try pages()
      return (pages, mark)
    }
  }

  /// Writes the report if anything that it is made of has changed.
  func write() throws -> Outcome {
    let publication = publication
    let stamp = try stamp
    if publication.isCurrent(stamp: stamp), let problems = knownProblems(stamp: stamp) {
      return Outcome(fileCount: nil, problems: problems)
    }
    let (pages, mark, problems) = try pages()
    let count = try publication.publish(pages, stamp: stamp, mark: mark)
    if session.laboratory != nil, !isSingleFile {
      try session.store.remember(
        findings: "\(output)/\(FindingsFile.path)",
        provenance: "\(output)/\(ProvenanceFile.path)"
      )
    }
    try session.store.setNote(problemsNote, [stamp] + problems.map(Self.line))
    return Outcome(fileCount: count, problems: problems)
  }

  /// The report's files, still to be drawn, what marks them as this book's, and what their pages will not show.
  private func pages() throws -> ([Publication.Page], mark: String, [Problem]) {
    // The single file is a transform of whole trees, which the cache does not hold.
    var records = isSingleFile ? session.ledger.records() : session.ledger.outlines()
    // The first page draws its findings itself, so it needs them with all their points.
    for cell in Set(session.book.firstPage.map { $0.target.prefix { $0 != "." } }) {
      records[String(cell)] = session.ledger.record(ofCell: String(cell))
    }
    let (undrawn, problems) = try report(records: records)
    var report = undrawn
    if !isSingleFile { report.drawn = try drawn(report) }
    let drafts = isSingleFile ? [report.singleDraft] : report.drafts()
    // The pages that gather the whole book come last and take longest, so they are begun first.
    return (drafts.reversed().map { ($0.path, $0.draw) }, report.mark, problems)
  }

  /// The report of the book, and everything that its pages will not show as the author wrote it.
  ///
  /// - Parameter records: by cell; outlines of findings are enough where the drawn cells are given to the report.
  func report(records: [String: CellRecord]) throws -> (Report, [Problem]) {
    let material = try BookMaterial(session: session, records: records)
    let problems =
      FindingReferences(records: records).problems(of: session.chapters, firstPage: session.book.firstPage)
      + material.problems
    let errors = session.manuscript.errors + problems.filter { $0.severity == .error }
    var report = Report(
      book: session.book,
      chapters: session.chapters,
      records: records,
      mathematics: material.typesetter.mathematics,
      citations: .init(labels: material.typesetter.labels, entries: material.typesetter.references),
      recorded: session.ledger.recorded,
      comparisons: try comparisons(),
      computed: session.ledger.computed,
      errors: Dictionary(grouping: errors) { $0.location.file }.mapValues { errors in
        errors.map { "\($0.location): \($0.sentence)" }
      },
      pictures: material.files
    )
    report.changedParameters = session.changedParameters
    report.sources = session.manuscript.sources
    return (report, problems)
  }

  /// How the cells that ran here compare with the records that the book keeps.
  private func comparisons() throws -> [String: RecordComparison] {
    var found: [String: RecordComparison] = [:]
    for (cell, kept) in session.ledger.keptRecords {
      guard let run = session.ledger.recordedRun(ofCell: cell),
        let record = session.ledger.record(ofCell: cell), record.outcome == .succeeded
      else { continue }
      let comparison = try kept.comparison(with: record)
      found[cell] = RecordComparison(
        run: run,
        differences: run.differences(from: record),
        identicalCount: comparison.identical,
        rows: ComparisonTable(comparison: comparison).rows
      )
    }
    return found
  }

  /// The problems of the pages that were written with a stamp; `nil` where they are not known.
  private func knownProblems(stamp: String) -> [Problem]? {
    guard let lines = session.store.note(problemsNote), lines.first == stamp else { return nil }
    let problems = lines.dropFirst().map(Self.problem)
    return problems.contains { $0 == nil } ? nil : problems.compactMap { $0 }
  }

  private var problemsNote: String { "problems-" + Digest(of: output).short }

  private static func line(_ problem: Problem) -> String {
    let place = problem.location
    return [problem.severity.rawValue, "\(place.line)", "\(place.column)", place.file, problem.sentence]
      .joined(separator: "\t")
  }

  private static func problem(_ line: String) -> Problem? {
    let parts = line.split(separator: "\t", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, let severity = Problem.Severity(rawValue: parts[0]), let line = Int(parts[1]),
      let column = Int(parts[2])
    else { return nil }
    return Problem(severity, at: SourceLocation(file: parts[3], line: line, column: column), parts[4])
  }

  /// A digest of everything that the pages and their problems depend on.
  private var stamp: String {
    get throws {
      var hasher = Hasher256()
      hasher.field(Self.programIdentity)
      hasher.field(isSingleFile ? "one file" : "pages")
      for text in session.texts { hasher.field(text) }
      for (name, value) in session.changedParameters.sorted(by: { $0.key < $1.key }) {
        hasher.field("\(name)=\(value.text)")
      }
      let pictures = BookPictures(folder: session.book.folder, chapters: session.chapters)
      for path in pictures.files { hasher.field(path + " " + (try Digest(ofFileAt: path).hex)) }
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      hasher.field(Typesetter.identity(of: session.book, path: path))
      for text in session.ledger.recordDigests { hasher.field(text) }
      return hasher.finish().hex
    }
  }

  /// Every cell with a record, drawn now or taken from the cache: see `Memo` for the gain.
  private func drawn(_ report: Report) throws -> [String: Report.DrawnCell] {
    let (ledger, memo, program) = (session.ledger, session.store.memo, Self.programIdentity)
    let digests = ledger.findingsDigests
    let drawings = report.cellDrawings
    let drawn = drawings.concurrentMap { drawing in
      Result<Report.DrawnCell?, any Error> {
        guard let digest = digests[drawing.id] else { return nil }
        let made = try memo.recall([program, "cell", digest] + drawing.key) {
          guard let record = ledger.record(ofCell: drawing.id) else { return nil }
          return Self.encoded(try drawing.draw(record))
        }
        return made.flatMap(Self.decoded)
      }
    }
    var found: [String: Report.DrawnCell] = [:]
    for (drawing, cell) in zip(drawings, drawn) { found[drawing.id] = try cell.get() }
    return found
  }

  /// The parts one after the other, behind a line with their lengths: section, findings, resources, then path and bytes
  /// of each file.
  private static func encoded(_ cell: Report.DrawnCell) -> Data {
    let parts =
      [cell.section, cell.findings, cell.resources]
      + cell.files.flatMap { [Array($0.path.utf8), $0.bytes] }
    return Data((parts.map { "\($0.count)" }.joined(separator: " ") + "\n").utf8) + Data(parts.joined())
  }

  private static func decoded(_ data: Data) -> Report.DrawnCell? {
    guard let end = data.firstIndex(of: 10) else { return nil }
    let counts = data[..<end].split(separator: 32).map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 }
    guard counts.count >= 3, counts.count % 2 == 1, counts.allSatisfy({ $0 >= 0 }) else { return nil }
    var rest = data[(end + 1)...]
    var parts: [[UInt8]] = []
    for count in counts {
      guard count <= rest.count else { return nil }
      parts.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    let files = stride(from: 3, to: parts.count, by: 2).map { index in
      Page(path: String(decoding: parts[index], as: UTF8.self), bytes: parts[index + 1])
    }
    return .init(section: parts[0], findings: parts[1], files: files, resources: parts[2])
  }

  /// Another build of this program may draw other pages.
  private static let programIdentity = FileIdentity(of: "/proc/self/exe")?.description ?? ""
}

internal import ArgumentParser
internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Planning
internal import Reports

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the book in another format, from its records; run no cell.",
    discussion: """
      pdf: tagged, with outline, contents and page numbers, by Chromium. docx, epub, ipynb: one file, by pandoc. latex, \
      jats, markdown: a folder with the pictures, by pandoc; markdown has a file for each page and llms.txt. png: every \
      figure as PNG and SVG. All hold the measured numbers, tables, figures, formulas and citations of the report. docx, \
      ipynb, latex and png need rsvg-convert for the figures. Compile LaTeX with lualatex.

      cff: CITATION.cff, which code hosts show as "Cite this repository"; zenodo: .zenodo.json, which Zenodo reads from a \
      repository that it archives. Both hold what book.yml says of authors, abstract, date, licence, DOI, keywords and \
      funding.

      The same records give the same bytes. The date in a file is SOURCE_DATE_EPOCH, or the date of book.yml, or that of \
      the newest record.
      """
  )

  @Option(name: .long, help: "The format.")
  var to: Format

  @Option(
    name: .long,
    help:
      "The file or folder to write; default: one named for the book or the format, in 'editions' beside the report."
  )
  var output: String?

  @OptionGroup var options: BookOptions

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case pdf, docx, latex, jats, epub, ipynb, markdown, png, cff, zenodo

    var isFile: Bool { ![.latex, .jats, .markdown, .png].contains(self) }
  }

  func run() throws {
    let session = try Session(options, purpose: .show)
    let console = Console(quiet: false, json: false)
    for problem in session.manuscript.problems { console.report(problem) }
    let name = Report(book: session.book, chapters: [], records: [:]).slug
    let path = path(session, name)
    if to.isFile { try OutputFile.check([path]) }
    switch try edition(session, name, console) {
    case .file(let bytes):
      try AtomicFile.makeFolder(PathText.folder(of: BookOptions.absolute(path)))
      try OutputFile.write(bytes, to: path)
      print("\(path): \((bytes.count + 1023) >> 10) KiB")
    case .folder(let files):
      let folder = output.map(BookOptions.absolute) ?? editions(session) + "/" + to.rawValue
      try OutputFile.check(files.keys.map { folder + "/" + $0 })
      for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
        let path = folder + "/" + name
        try AtomicFile.makeFolder(PathText.folder(of: path))
        try AtomicFile.write(bytes, to: path)
      }
      print("\(folder): \(counted(files.count, "file"))")
    }
  }

  private func edition(_ session: Session, _ name: String, _ console: Console) throws -> EditionWriter.Edition
  {
    if to == .cff || to == .zenodo { return .file(try deposit(session.book)) }
    let records = session.ledger.records()
    let (report, problems) = try ReportWriter(session: session, output: nil).report(records: records)
    for problem in problems { console.report(problem) }
    let missing = session.ledger.outcomes.count { $0 != .succeeded }
    if missing > 0 {
      console.warn("\(counted(missing, "cell")) without findings here; 'marginalia render' runs what can run")
    }
    let writer = EditionWriter(
      report: report,
      path: ProcessInfo.processInfo.environment["PATH"] ?? "",
      date: try date(session.book, records),
      warn: console.warn
    )
    switch to {
    case .pdf: return try writer.pdf()
    case .png: return try writer.figures()
    case .docx: return try writer.edition(.docx, name: name)
    case .latex: return try writer.edition(.latex, name: name)
    case .jats: return try writer.edition(.jats, name: name)
    case .epub: return try writer.edition(.epub, name: name)
    case .ipynb: return try writer.edition(.ipynb, name: name)
    case .markdown: return try writer.edition(.markdown, name: name)
    case .cff, .zenodo: return .folder([:])
    }
  }

  private func deposit(_ book: Book) throws -> Data {
    let report = Report(book: book, chapters: [], records: [:])
    let bytes = to == .cff ? report.citationFile.map { Array($0.utf8) } : try report.zenodoFile()
    guard let bytes else {
      throw BookProblems(problems: ["\(Book.file) names no 'authors', and --to \(to.rawValue) needs them"])
    }
    return Data(bytes)
  }

  private func editions(_ session: Session) -> String { BookOptions.editionsFolder(for: session.book.folder) }

  /// The path of an edition of one file.
  private func path(_ session: Session, _ name: String) -> String {
    if let output { return output }
    return switch to {
    case .cff: editions(session) + "/CITATION.cff"
    case .zenodo: editions(session) + "/.zenodo.json"
    default: editions(session) + "/\(name).\(to.rawValue)"
    }
  }

  /// The date in files that hold one, in seconds since 1970.
  private func date(_ book: Book, _ records: [String: CellRecord]) throws -> Int {
    if let text = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"], !text.isEmpty {
      guard let date = Int(text), (0...253_402_300_799).contains(date) else {
        throw ValidationError("SOURCE_DATE_EPOCH is '\(text)': a number of seconds since 1970 is expected")
      }
      return date
    }
    let newest = records.values.map(\.provenance.date).filter { !$0.isEmpty }.max() ?? "1980-01-01T00:00:00Z"
    let parts = book.metadata.date.split(separator: "-").map(String.init) + ["01", "01"]
    let text = book.metadata.date.isEmpty ? newest : parts.prefix(3).joined(separator: "-") + "T00:00:00Z"
    return max(0, (try? Date(text, strategy: .iso8601)).map { Int($0.timeIntervalSince1970) } ?? 0)
  }
}

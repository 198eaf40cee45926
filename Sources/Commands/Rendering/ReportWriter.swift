internal import Chapters
internal import Digests
internal import Engine
internal import Foundation
internal import Reports

/// Makes the pages of a book from what is recorded and puts them into their folder.
struct ReportWriter {
  let session: Session
  let output: String
  /// Whether the whole report goes into one file.
  let isSingleFile: Bool

  /// What came of it.
  enum Result {
    /// The pages there are already those that would be written.
    case unchanged
    case written(files: Int)
  }

  init(session: Session, output: String?, isSingleFile: Bool = false) {
    self.isSingleFile = isSingleFile
    self.session = session
    let beside = (session.book.folder as NSString).deletingLastPathComponent + "/output"
    self.output = output.map(BookOptions.absolute) ?? beside
  }

  /// Writes the report if anything that it is made of has changed.
  func write(console: Console) throws -> Result {
    let publication = Publication(folder: output, store: session.store)
    let stamp = try stamp
    if publication.isCurrent(stamp: stamp) { return .unchanged }
    let report = Report(
      book: session.book,
      chapters: session.chapters,
      records: session.ledger.outlines(),
      mathematics: mathematics(console: console),
      citations: citations,
      computed: session.ledger.computed,
      errors: Dictionary(grouping: session.manuscript.errors) { $0.location.file }.mapValues { errors in
        errors.map { "\($0.location): \($0.sentence)" }
      },
      memo: try memo,
      pictures: pictures.read { console.warn($0) }
    )
    let drafts = isSingleFile ? [report.singleDraft] : report.drafts()
    // What gathers the whole book comes last in it and takes longest: it is begun first.
    let count = try publication.publish(drafts.reversed().map { ($0.path, $0.draw) }, stamp: stamp)
    if session.laboratory != nil, !isSingleFile {
      try session.store.remember(findingsAt: output + "/findings.json")
    }
    return .written(files: count)
  }

  /// A digest of everything that decides the pages.
  private var stamp: String {
    get throws {
      var hasher = Hasher256()
      hasher.field(try Self.programIdentity())
      hasher.field(isSingleFile ? "one file" : "pages")
      for text in session.texts { hasher.field(text) }
      for path in pictures.files { hasher.field(path + " " + (try Digest(ofFileAt: path).hex)) }
      for text in session.ledger.recordDigests { hasher.field(text) }
      return hasher.finish().hex
    }
  }

  /// What was drawn before, by this very program.
  private var memo: Report.Memo {
    get throws {
      let (ledger, memo, program) = (session.ledger, session.store.memo, try Self.programIdentity())
      return .init(
        digests: ledger.findingsDigests,
        whole: { ledger.record(ofCell: $0) },
        recall: { key, make in
          try Array(memo.recall([program] + key) { Data(try make()) } ?? Data())
        }
      )
    }
  }

  /// Another build of this program may draw other pages.
  private static func programIdentity() throws -> String {
    FileIdentity(of: "/proc/self/exe")?.description ?? ""
  }

  private var pictures: BookPictures { BookPictures(folder: session.book.folder, chapters: session.chapters) }

  private var citations: [String: Report.Citation] {
    let bibliography = session.manuscript.bibliography
    // Only what is cited: an entry that no page shows must not give another one a letter behind its year.
    let cited = Set(session.chapters.flatMap(\.mentions.references).filter { $0.kind == .cite }.map(\.target))
    let labels = bibliography.labels(citing: cited.sorted())
    var citations: [String: Report.Citation] = [:]
    for (key, entry) in bibliography.entries {
      citations[key] = .init(label: labels[key] ?? key, entry: entry.text, address: entry.address)
    }
    return citations
  }

  private func mathematics(console: Console) -> [Report.Formula: String] {
    let formulas = session.chapters.concurrentMap { chapter in
      Set(chapter.mentions.formulas.map { Report.Formula(tex: $0.tex, isDisplay: $0.isDisplay) })
    }.reduce(into: Set()) { $0.formUnion($1) }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let made = Formulas(formulas.map(Self.typeset), store: session.store, path: path)
    if made.programIsMissing {
      console.warn(
        "formulas are shown as TeX, since there is no 'blahtexml' on the path: apt-get install blahtexml"
      )
    }
    for (tex, message) in made.errors {
      let plain = tex.hasPrefix(Self.displayed) ? tex.dropFirst(Self.displayed.count) : tex[...]
      console.warn("the formula '\(plain)' is shown as TeX: \(message)")
    }
    var mathematics: [Report.Formula: String] = [:]
    for formula in formulas {
      guard let markup = made.rendered[Self.typeset(formula)] else { continue }
      mathematics[formula] = (formula.isDisplay ? "<math display=\"block\">" : "<math>") + markup + "</math>"
    }
    return mathematics
  }

  /// Limits of sums stand above and beneath them, and fractions are spaced in full, only where TeX is told so.
  private static let displayed = "\\displaystyle "

  private static func typeset(_ formula: Report.Formula) -> String {
    (formula.isDisplay ? displayed : "") + formula.tex
  }
}

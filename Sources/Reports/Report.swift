package import Chapters
package import Findings
internal import Foundation
internal import Markup
package import Planning
package import Typesetting

/// The report of a book: its chapters and the records of its cells, drawn as pages.
///
/// A pure function of its values: the same input gives the same bytes. Times and machines appear on
/// `provenance.html` and in `provenance.json` alone; everything else is the same for two runs that found the same.
package struct Report: Sendable {
  package var book: Book
  /// In reading order.
  package var chapters: [Chapter]
  /// The record of each cell by its id; a cell without one is shown as not run.
  package var records: [String: CellRecord]
  /// MathML of each formula as markup; one that is missing is shown as TeX.
  package var mathematics: [TeXFormula: String]
  /// The citations and references, as the citation style sets them.
  package var citations: Citations
  /// Recorded runs of cells that were not run here, by cell; their `records` hold what the run found.
  package var recorded: [String: RecordedRun]
  /// How cells that ran here compare with their recorded runs, by cell.
  package var comparisons: [String: RecordComparison]
  /// The cells that ran in the render that makes this report; all others are shown from their records.
  package var computed: Set<String>
  /// The errors in the text of each file of the book, one line each with file and line.
  package var errors: [String: [String]]
  /// Cells that are drawn already, by id; of these, `records` may have outlines of findings only.
  package var drawn: [String: DrawnCell]
  /// The content of each picture that chapters show, by its path in the book's folder.
  package var pictures: [String: [UInt8]]
  /// The values of the book's parameters by name, where they are not the defaults.
  package var changedParameters: [String: ParameterValue] = [:]
  /// The text of each Swift file that is compiled into every chapter, by its name.
  package var sources: [String: String] = [:]

  package init(
    book: Book,
    chapters: [Chapter],
    records: [String: CellRecord],
    mathematics: [TeXFormula: String] = [:],
    citations: Citations = Citations(),
    recorded: [String: RecordedRun] = [:],
    comparisons: [String: RecordComparison] = [:],
    computed: Set<String> = [],
    errors: [String: [String]] = [:],
    drawn: [String: DrawnCell] = [:],
    pictures: [String: [UInt8]] = [:]
  ) {
    self.book = book
    self.chapters = chapters
    self.records = records
    self.mathematics = mathematics
    self.citations = citations
    self.recorded = recorded
    self.comparisons = comparisons
    self.computed = computed
    self.errors = errors
    self.drawn = drawn
    self.pictures = pictures
  }

  /// Citations and references, as the citation style sets them.
  package struct Citations: Sendable {
    /// The text of each group of citations; a group that is missing is shown by its keys.
    package var labels: [CitationGroup: [CitedText]]
    /// The list of references in the order of the style.
    package let entries: [Typesetting.Citations.Entry]

    /// The plain text of each entry by its key, shown while the pointer rests on a citation.
    let summaries: [String: String]

    package init(labels: [CitationGroup: [CitedText]] = [:], entries: [Typesetting.Citations.Entry] = []) {
      self.labels = labels
      self.entries = entries
      summaries = Dictionary(
        entries.map { ($0.key, $0.text.map(\.plainText).joined()) },
        uniquingKeysWith: { first, _ in first }
      )
    }
  }

  /// The report's files, still to be drawn, in any order and on any thread: `index.html`, one page a chapter,
  /// `contents.html`, `provenance.html`, `provenance.json`, `findings.json`, `claims.json`, `style.css`, and the pictures of the
  /// book.
  package func drafts() -> [Draft] {
    let catalogue = Catalogue(self)
    var drafts = shells(catalogue).map { shell in Draft(path: shell.path) { shell.draw().node.document } }
    drafts += [
      Draft(path: FindingsFile.path) { try findingsFile.encoded(list: findingsList) },
      Draft(path: ProvenanceFile.path) {
        Array(try FindingsCoding.encode(provenanceFile, pretty: true)) + [10]
      },
      Draft(path: StyleSheet.path) { Array(StyleSheet.css.utf8) },
      Draft(path: FindingsFile.schemaPath) { PackageResources.findings_schema_json },
    ]
    drafts += downloads(catalogue)
    if let claims = claimsFile(catalogue) {
      drafts += [
        Draft(path: ClaimsFile.path) { Array(try FindingsCoding.encode(claims, pretty: true)) + [10] },
        Draft(path: ClaimsFile.schemaPath) { PackageResources.claims_schema_json },
      ]
    }
    let citing = Citing(book: book)
    if citing.isPossible {
      drafts += [
        Draft(path: Citing.paths.bibTeX) { Array(citing.bibTeX.utf8) },
        Draft(path: Citing.paths.ris) { Array(citing.ris.utf8) },
        Draft(path: Citing.paths.csl) { try citing.csl() },
      ]
    }
    return drafts + pictures.sorted { $0.key < $1.key }.map { path, bytes in Draft(path: path) { bytes } }
  }

  /// The report's files, drawn on all cores.
  package func pages() throws -> [Page] {
    try drafts().concurrentMap { draft in Result { Page(path: draft.path, bytes: try draft.draw()) } }
      .map { try $0.get() }
  }

  /// The title of the first page, as HTML: a page that holds it is the first one of a report of this book.
  package var mark: String { PageShell.title(book.title).html }

  /// The whole report as one file, still to be drawn.
  package var singleDraft: Draft { Draft(path: IndexPage.path) { singlePage().bytes } }

  /// Every page of HTML, still to be drawn: the title page first, then the chapters in reading order.
  func shells(_ catalogue: Catalogue) -> [(path: String, draw: @Sendable () -> PageShell)] {
    var shells: [(path: String, draw: @Sendable () -> PageShell)] = [
      (IndexPage.path, { IndexPage(report: self, catalogue: catalogue).shell })
    ]
    for (position, entry) in catalogue.entries.enumerated() {
      shells.append(
        (entry.path, { ChapterPage(report: self, catalogue: catalogue, position: position).shell })
      )
    }
    shells.append((ContentsPage.path, { ContentsPage(report: self, catalogue: catalogue).shell }))
    shells.append((ProvenancePage.path, { ProvenancePage(report: self, catalogue: catalogue).shell }))
    return shells
  }

  /// The whole report as one file that needs no other.
  ///
  /// - Precondition: `records` are whole: text that is drawn already cannot be transformed, and is not used.
  package func singlePage() -> Page {
    var report = self
    report.drawn = [:]
    let catalogue = Catalogue(report)
    let pages = report.shells(catalogue).concurrentMap { $0.draw() }
    let single = SinglePage(pages, pictures: report.inlinedPictures(catalogue))
    return Page(path: IndexPage.path, bytes: single.node.document)
  }

  /// The `data:` address of each picture of the book and of its findings, by its address in a page.
  func inlinedPictures(_ catalogue: Catalogue) -> [String: String] {
    var inlined: [String: String] = [:]
    for (path, bytes) in pictures { inlined[Picture.address(of: path)] = Picture.inlined(path, bytes) }
    for (chapter, cell) in cells {
      let phrases = book.phrases(of: chapter.file)
      for finding in records[cell.id]?.findings ?? [] {
        for file in catalogue.markup(of: finding, cell: cell.id, phrases: phrases).downloads
        where file.isShown {
          inlined[file.path] = Picture.inlined(file.path, file.draw())
        }
      }
    }
    return inlined
  }

  /// The name of a chapter's page.
  package static func path(of chapter: Chapter) -> String { ChapterFile.page(of: chapter.file) }
}

/// A file of the report.
package struct Page: Hashable, Sendable {
  /// Relative to the output folder.
  package var path: String
  package var bytes: [UInt8]

  package init(path: String, bytes: some Sequence<UInt8>) {
    self.path = path
    self.bytes = Array(bytes)
  }
}

/// A file of the report that is still to be drawn.
package struct Draft: Sendable {
  /// Relative to the output folder.
  package let path: String
  package let draw: @Sendable () throws -> [UInt8]

  package init(path: String, draw: @escaping @Sendable () throws -> [UInt8]) {
    self.path = path
    self.draw = draw
  }
}

extension Node {
  /// The bytes of the file that the element `html` is.
  var document: [UInt8] {
    var bytes: [UInt8] = []
    // About the size of a page of prose, to avoid reallocations.
    bytes.reserveCapacity(32 << 10)
    bytes.append(contentsOf: "<!DOCTYPE html>\n".utf8)
    write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}

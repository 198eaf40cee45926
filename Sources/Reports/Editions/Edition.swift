internal import Chapters
internal import Findings
package import Foundation
internal import Markup
package import Typesetting

/// A book as documents for pandoc: the first page's findings and claims, the chapters, and the references.
///
/// A function of the report alone: the same report gives the same bytes.
package struct Edition: Sendable {
  package let form: EditionForm
  private let report: Report
  private let runDate: String

  /// - Parameters:
  ///   - report: with whole records.
  ///   - runDate: of the last run, as `YEAR-MONTH-DAY`: the date of publication where a format needs one and the book has none.
  package init(_ report: Report, form: EditionForm, runDate: String = "") {
    var report = report
    // Without MathML the nodes hold the formulas' TeX.
    report.mathematics = [:]
    report.drawn = [:]
    if form == .ipynb {
      for index in report.chapters.indices {
        for cell in report.chapters[index].cells.indices {
          report.chapters[index].cells[cell].echo = .show
        }
      }
    }
    self.report = report
    self.form = form
    self.runDate = runDate
  }

  /// One document: the whole book, or in Markdown one page.
  package struct Document {
    /// The file's name without its ending; that of a page, or empty for the whole book.
    package let name: String
    /// The title in plain characters.
    package let title: String
    /// Standard input for pandoc.
    package let input: Data
  }

  /// The documents and the pictures that they show, which are SVG where the format's own are drawn from it.
  package func documents(version: PandocVersion = .debian12) -> (
    documents: [Document], pictures: [String: [UInt8]]
  ) {
    let catalogue = Catalogue(report)
    let pictures = EditionPictures(report, catalogue, form: form)
    let shells = report.shells(catalogue).filter {
      ![ContentsPage.path, ProvenancePage.path].contains($0.path)
    }
    let places = catalogue.findings.mapValues(\.address)
    let pages = Set(shells.map(\.path))
    let parts = shells.concurrentMap { path, draw -> Part in
      let shell = draw()
      let tree = PandocTree(
        form: form,
        version: version,
        pictures: pictures,
        page: path,
        pages: pages,
        findings: places,
        phrases: phrases(of: shell),
        notes: PandocTree.notes(in: shell.content)
      )
      return Part(path: path, title: shell.title, blocks: blocks(shell, tree, catalogue))
    }
    let metadata = EditionMetadata(book: report.book, form: form, runDate: runDate).fields
    let documents: [Document]
    if form == .markdown {
      documents = parts.map { part in
        Document(
          name: PandocTree.stem(part.path),
          title: part.title,
          input: PandocJSON.document(PandocNotes.resolved(part.blocks, form), version: version)
        )
      }
    } else {
      let whole = parts.flatMap(\.blocks) + references(catalogue, pictures, version)
      let linked = PandocNotes.resolved(PandocLinks(whole).checked, form)
      documents = [
        Document(
          name: "",
          title: report.book.title,
          input: PandocJSON.document(linked, metadata: metadata, version: version)
        )
      ]
    }
    return (documents, pictures.files)
  }

  /// `llms.txt`: what the Markdown files of the book are, for programs that read text.
  package func guide() -> String {
    let catalogue = Catalogue(report)
    let book = report.book
    let link = { (name: String, path: String, note: String) in
      "- [\(name)](\(path))" + (note.isEmpty ? "" : ": \(note)")
    }
    let summary = [book.subtitle, book.metadata.abstract].filter { !$0.isEmpty }.joined(
      separator: ". "
    )
    var lines = ["# \(book.title)", ""]
    if !summary.isEmpty {
      lines += ["> " + summary.split(whereSeparator: \.isNewline).joined(separator: " "), ""]
    }
    lines += [
      "## Chapters", "",
      link("Overview", PandocTree.stem(IndexPage.path) + ".md", "main findings and claims"),
    ]
    for (chapter, entry) in zip(report.chapters, catalogue.entries) {
      let outcomes = chapter.cells.map { report.outcome(of: $0).kind }
      let missing = outcomes.count { $0 != .succeeded }
      let state =
        missing == 0 ? "" : "\(missing) of \(counted(outcomes.count, "cell")) not run or failed"
      lines.append(
        link(
          (entry.number.map { "\($0). " } ?? "") + entry.title,
          PandocTree.stem(entry.path) + ".md",
          state
        )
      )
    }
    guard !book.metadata.url.isEmpty else { return lines.joined(separator: "\n") + "\n" }
    let base = book.metadata.url.hasSuffix("/") ? book.metadata.url : book.metadata.url + "/"
    lines += [
      "", "## Data", "",
      link(FindingsFile.path, base + FindingsFile.path, "every number, table and chart"),
      link(ProvenanceFile.path, base + ProvenanceFile.path, "under which conditions each cell ran"),
    ]
    if claimsFile(catalogue) != nil {
      lines.append(link(ClaimsFile.path, base + ClaimsFile.path, "every claim with its verdicts"))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func claimsFile(_ catalogue: Catalogue) -> ClaimsFile? { report.claimsFile(catalogue) }

  private func phrases(of shell: PageShell) -> Phrases {
    report.book.phrases(of: shell.position.map { report.chapters[$0].file })
  }

  /// The blocks of one page; a dictionary is not sendable, and no other thread uses these.
  private struct Part: @unchecked Sendable {
    let path: String
    let title: String
    let blocks: [PandocJSON.Element]
  }

  private func blocks(_ shell: PageShell, _ tree: PandocTree, _ catalogue: Catalogue) -> [PandocJSON
    .Element]
  {
    let nodes = PandocTree.flat(shell.content)
    let isFirst = shell.path == IndexPage.path
    let number = shell.position.flatMap { catalogue.entries[$0].number }
    var blocks: [PandocJSON.Element] = []
    var rest: [Node] = []
    for node in nodes {
      guard case .element(let element) = node else { continue }
      if element.classes.contains("title-page") {
        blocks += isFirst ? front(tree) : []
      } else if element.classes.contains("chapter-head") {
        let title = node.firstElement { $0.name == "h1" }?.children ?? []
        let words = number.map { PandocTree.words("\($0). ") } ?? []
        blocks.append(tree.heading(1, id: "", words + PandocTree.trimmed(tree.inlines(title))))
        rest += element.children.filter { child in
          if case .element(let child) = child { child.name != "h1" } else { true }
        }
      } else if element.classes.contains("citing")
        || element.attributes["aria-labelledby"] == "_chapters"
      {
        continue
      } else {
        rest.append(node)
      }
    }
    // The nodes of the prose are among the page's own.
    blocks +=
      form == .ipynb ? NotebookCells(tree: tree, report: report).blocks(rest) : tree.blocks(rest)
    if form == .markdown { blocks += isFirst ? contents(catalogue) : tree.references(nodes) }
    return blocks
  }

  /// What stands before the findings of the first page: in one document its heading, in Markdown the book's title.
  private func front(_ tree: PandocTree) -> [PandocJSON.Element] {
    let book = report.book
    let head = tree.heading(1, id: "", PandocTree.words(report.book.phrases()[.overview]))
    if form.hasAnchors { return [head] }
    let lines = [
      book.subtitle, book.authors.map(\.name).joined(separator: ", "), book.metadata.date,
      book.metadata.abstract,
    ]
    return [tree.heading(1, id: nil, PandocTree.words(book.title))]
      + lines.filter { !$0.isEmpty }.map { PandocJSON.element("Para", PandocTree.words($0)) }
      + (form == .ipynb ? [head] : [])
  }

  /// The list of chapters on the first page of Markdown.
  private func contents(_ catalogue: Catalogue) -> [PandocJSON.Element] {
    let items = catalogue.entries.map { entry -> [PandocJSON.Element] in
      let words = PandocTree.words((entry.number.map { "\($0). " } ?? "") + entry.title)
      let target = [PandocTree.stem(entry.path) + ".md", ""]
      let link = PandocJSON.element("Link", [PandocJSON.attributes(), words, target] as [Any])
      return [PandocJSON.element("Plain", [link])]
    }
    let head = PandocJSON.element(
      "Header",
      [2, PandocJSON.attributes(), PandocTree.words(report.book.phrases()[.chapters])] as [Any]
    )
    return [head, PandocJSON.element("BulletList", items)]
  }

  /// The works that the book cites, as pandoc's writers expect them.
  private func references(
    _ catalogue: Catalogue,
    _ pictures: EditionPictures,
    _ version: PandocVersion
  )
    -> [PandocJSON.Element]
  {
    let tree = PandocTree(
      form: form,
      version: version,
      pictures: pictures,
      page: "references",
      pages: [],
      findings: [:],
      phrases: report.book.phrases()
    )
    let citations = CitationMarkup(report, catalogue, tree.phrases)
    let entries = report.citations.entries.map { entry -> PandocJSON.Element in
      let words = citations.list(of: [entry.key]).map { node in
        if case .element(let item) = node {
          PandocTree.trimmed(tree.inlines(item.children))
        } else {
          []
        }
      }
      let attributes = PandocJSON.attributes(id: "ref-\(entry.key)", ["csl-entry"])
      return PandocJSON.element(
        "Div",
        [attributes, [PandocJSON.element("Para", words.flatMap { $0 })]] as [Any]
      )
    }
    if entries.isEmpty { return [] }
    let list = PandocJSON.attributes(id: "refs", ["references", "csl-bib-body"])
    let blocks = [
      tree.heading(1, id: nil, PandocTree.words(tree.phrases[.references])),
      PandocJSON.element("Div", [list, entries] as [Any]),
    ]
    guard form == .ipynb else { return blocks }
    return [NotebookCells.markdown(blocks)]
  }
}

extension Edition {
  /// Gives the cells of a notebook ids that depend on their place alone, where pandoc gives them by chance.
  package static func numbered(_ notebook: Data) -> Data? {
    guard var file = try? JSONSerialization.jsonObject(with: notebook) as? [String: Any],
      var cells = file["cells"] as? [[String: Any]]
    else { return nil }
    for index in cells.indices { cells[index]["id"] = "cell-\(index + 1)" }
    file["cells"] = cells
    let options: JSONSerialization.WritingOptions = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
    return (try? JSONSerialization.data(withJSONObject: file, options: options)).map {
      $0 + Data([10])
    }
  }
}

extension PandocTree {
  /// The notes of a page by the ids of their items.
  static func notes(in nodes: [Node]) -> [String: [Node]] {
    var notes: [String: [Node]] = [:]
    let section = Node.fragment(nodes).firstElement { $0.classes.contains("notes") }
    let list = section.map { Node.element($0).firstElement { $0.name == "ol" } } ?? nil
    for case .element(let item) in flat(list?.children ?? []) {
      if let id = item.attributes["id"] { notes[id] = item.children }
    }
    return notes
  }

  /// The works that a page cites, as a list of its own.
  func references(_ nodes: [Node]) -> [Element] {
    let section = Node.fragment(nodes).firstElement { $0.classes.contains("references") }
    guard let list = section.flatMap({ Node.element($0).firstElement { $0.name == "ul" } }) else {
      return []
    }
    let head = PandocJSON.element(
      "Header",
      [2, PandocJSON.attributes(), Self.words(phrases[.references])] as [Any]
    )
    return [head] + blocks([.element(list)])
  }
}

internal import Chapters
internal import Charts
internal import Findings
internal import Markup
internal import Planning

/// The provenance of each number: the only page with times and machines.
///
/// It also says of each cell whether this render ran it or took it from a record; on other pages that would make
/// two renders with the same findings differ.
struct ProvenancePage {
  static let path = "provenance.html"

  /// The address of what it says of a cell or a finding.
  static func address(of id: String) -> String { "\(path)#\(id)" }

  let report: Report
  let catalogue: Catalogue

  private var phrases: Phrases { report.book.phrases() }

  var shell: PageShell {
    let sections = report.chapters.filter { !$0.cells.isEmpty }.map(chapter)
    return PageShell(
      report: report,
      catalogue: catalogue,
      title: phrases[.provenance],
      path: Self.path,
      content: [
        tag("header", ["class": "chapter-head"], tag("h1", [:], .text(phrases[.provenance]))),
        tag(
          "p",
          [:],
          "Under which conditions each cell of the book ran. Dates, durations and machines stand here and in ",
          tag("a", ["href": ProvenanceFile.path], .text(ProvenanceFile.path)),
          "; the other pages are the same for two runs that found the same."
        ),
        confinement,
        ParameterMarkup(report: report).section,
        sections.isEmpty ? tag("p", [:], "The book has no cells.") : .fragment(sections),
      ]
    )
  }

  /// A notice where cells ran without confinement and could read undeclared files.
  private var confinement: Node {
    let free = report.cells.filter { report.records[$0.1.id]?.provenance.isConfined == false }
    guard !free.isEmpty else { return .empty }
    return tag(
      "p",
      ["class": "notice"],
      tag("strong", [:], "Not confined."),
      .text(
        " \(counted(free.count, "cell")) ran on a kernel without Landlock: what they read undeclared was not noticed, "
          + "and their records may be older than it."
      )
    )
  }

  private func entry(of chapter: Chapter) -> Catalogue.Entry? {
    catalogue.positions[chapter.file].map { catalogue.entries[$0] }
  }

  private func chapter(_ chapter: Chapter) -> Node {
    tag(
      "section",
      [:],
      tag(
        "h2",
        [:],
        tag("a", ["href": entry(of: chapter)?.path], entry(of: chapter)?.titleNode ?? .empty)
      ),
      .fragment(chapter.cells.map { cell($0, of: chapter) })
    )
  }

  private func cell(_ cell: Cell, of chapter: Chapter) -> Node {
    let place = "\(Report.path(of: chapter))#\(cell.id)"
    var nodes: [Node] = [
      tag("h3", [:], tag("a", ["href": .some(place)], .text(cell.id)))
    ]
    if let record = report.records[cell.id] {
      nodes.append(conditions(cell, chapter, record))
      nodes.append(inputs(cell, record))
      nodes.append(findings(cell, record))
    } else {
      nodes.append(tag("p", [:], .text("Not run; line \(cell.location.line) of \(chapter.file).")))
    }
    return tag("div", ["class": "origin-of", "id": .some(cell.id)], nodes)
  }

  private func conditions(_ cell: Cell, _ chapter: Chapter, _ record: CellRecord) -> Node {
    let provenance = record.provenance
    let rows: [(String, String)] = [
      ("Outcome", record.outcome.text),
      ("Recorded run", report.recorded[cell.id].map { "\($0.path). \($0.matchSentence)" } ?? ""),
      ("To run it", report.recorded[cell.id]?.command ?? ""),
      ("Place", "\(chapter.file), line \(cell.location.line)"),
      ("Needs", cell.needs.joined(separator: ", ")),
      ("Profile", provenance.profile),
      ("Seed", String(provenance.seed)),
      ("Ended", provenance.date.isEmpty ? "" : provenance.date + origin(cell)),
      (
        "Duration",
        NumberText.text(provenance.seconds, unit: .seconds, digits: provenance.seconds < 10 ? 2 : 0)
      ),
      ("Machine", provenance.machine),
      ("Toolchain", provenance.toolchain),
      ("Commit", provenance.commit),
      ("Key", record.key),
    ]
    return tag(
      "dl",
      ["class": "conditions"],
      rows.filter { !$0.1.isEmpty }.map { name, value in
        tag("div", [:], tag("dt", [:], .text(name)), tag("dd", [:], .text(value)))
      }
    )
  }

  private func origin(_ cell: Cell) -> String {
    if report.recorded[cell.id] != nil { return ", elsewhere: shown from the record that the book keeps" }
    return report.computed.contains(cell.id)
      ? ", in the render that wrote this page" : ", shown from its record"
  }

  private func inputs(_ cell: Cell, _ record: CellRecord) -> Node {
    guard !record.inputs.isEmpty else { return .empty }
    let isAbsentRoot = { (input: CellRecord.Input) in
      input.kind == .file && input.name.hasPrefix(CellRecord.Input.dataPrefix) && input.digest == nil
        && !input.name.contains("/")
    }
    let absentRoots = record.inputs.filter(isAbsentRoot).map(\.name)
    var rows = record.inputs.filter { !isAbsentRoot($0) }.map { input in
      tag(
        "tr",
        [:],
        tag("th", ["scope": "row"], .text(input.name)),
        tag("td", [:], .text(input.kind.rawValue)),
        tag("td", [:], input.digest.map { tag("code", [:], .text($0)) } ?? "did not exist")
      )
    }
    if !absentRoots.isEmpty {
      rows.append(
        tag(
          "tr",
          [:],
          tag("th", ["scope": "row"], .text(absentRoots.joined(separator: ", "))),
          tag("td", [:], .text(CellRecord.Input.Kind.file.rawValue)),
          tag("td", [:], "not given")
        )
      )
    }
    let heads = ["Read", "Kind", "SHA-256"].map { tag("th", ["scope": "col"], .text($0)) }
    return scrollFrame(
      "What cell \(cell.id) read",
      tag("table", [:], tag("thead", [:], tag("tr", [:], heads)), tag("tbody", [:], rows))
    )
  }

  private func findings(_ cell: Cell, _ record: CellRecord) -> Node {
    guard !record.findings.isEmpty else { return .empty }
    let phrases = phrases
    return tag(
      "ul",
      ["class": "found"],
      record.findings.map { finding in
        let id = "\(cell.id).\(finding.name)"
        let place = catalogue.findings[id]
        let line = cell.location.line + finding.lineInCell
        return tag(
          "li",
          ["id": .some(id)],
          tag(
            "a",
            ["href": .some(place?.address ?? "#\(id)")],
            .text(place.flatMap { $0.label.isEmpty ? nil : $0.label.text(phrases) } ?? finding.name)
          ),
          .text(" (line \(line))"),
          catalogue.markup(of: finding, cell: cell.id, phrases: phrases).summary.map { [": ", $0] } ?? .empty,
          mentions(id)
        )
      }
    )
  }

  /// The pages whose sentences refer to a finding.
  private func mentions(_ id: String) -> Node {
    guard let pages = catalogue.mentions[id] else { return .empty }
    var links: [Node] = []
    for page in pages {
      links.append(links.isEmpty ? " ← " : ", ")
      let title = catalogue.entries.first { $0.path == page }?.titleNode
      links.append(tag("a", ["href": page], title ?? .text(page)))
    }
    return .fragment(links)
  }
}

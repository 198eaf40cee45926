internal import Chapters
internal import Charts
internal import Findings
internal import Markup
internal import Planning

/// The title page: the book's title and authors, the findings that the book puts first, how much of it ran, the verdicts on
/// its claims, and its chapters.
struct IndexPage {
  static let path = "index.html"

  let report: Report
  let catalogue: Catalogue

  var shell: PageShell {
    let book = report.book
    return PageShell(
      report: report,
      catalogue: catalogue,
      title: book.title,
      path: Self.path,
      content: [
        tag(
          "header",
          ["class": "title-page"],
          tag("h1", [:], .text(book.title)),
          book.subtitle.isEmpty ? .empty : tag("p", ["class": "subtitle"], .text(book.subtitle)),
          book.authors.isEmpty
            ? .empty : tag("p", ["class": "authors"], authors),
          book.metadata.date.isEmpty ? .empty : tag("p", ["class": "authors"], .text(book.metadata.date)),
          book.metadata.abstract.isEmpty
            ? .empty : tag("p", ["class": "abstract"], .text(book.metadata.abstract))
        ),
        ErrorList(errors: errorsBeyondChapters, isTextShown: true).node, highlights, state, verdicts,
        claims, chapters,
        CitingBox(book: book).node,
      ]
    )
  }

  /// The authors, each with affiliation and ORCID where these are given.
  private var authors: Node {
    let people = report.book.authors.map { author -> Node in
      [
        .text(author.name + (author.affiliation.isEmpty ? "" : " (\(author.affiliation))")),
        author.orcid.isEmpty
          ? .empty : [" ", tag("a", ["href": "https://orcid.org/\(author.orcid)"], "ORCID")],
      ]
    }
    return .fragment(Array(people.map { [$0] }.joined(separator: [Node.text(", ")])))
  }

  /// The findings that `first-page:` in `book.yml` names, in its order, each with a link to its chapter. A finding whose
  /// cell did not run is left out.
  private var highlights: Node {
    let shown = report.book.firstPage.compactMap { reference -> Node? in
      guard let place = catalogue.findings[reference.target], let finding = place.finding else { return nil }
      let markup = catalogue.markup(of: finding, cell: place.cell, phrases: report.book.phrases())
      let page = place.address.prefix { $0 != "#" }
      let isNumber = markup is MeasurementMarkup
      let node = isNumber ? tag("dl", ["class": "measurements"], markup.node) : markup.node
      return node.mapElements { element in
        element.mapAttributes { name, value in
          name == "href" && value.hasPrefix("#") ? page + value : value
        }
      }
    }
    if shown.isEmpty { return .empty }
    return tag("section", ["class": "highlights", "aria-label": "Main findings"], shown)
  }

  /// The attributes of sentences that have no translation.
  private var english: (language: String?, direction: String?) { report.book.language.ofEnglish }

  /// One sentence on how much of the book ran, by which profile and seed.
  private var state: Node {
    let outcomes = report.cells.map { report.outcome(of: $0.1).kind }
    guard !outcomes.isEmpty else { return .empty }
    let failed = outcomes.count { $0 == .failed }
    let missing = outcomes.count { $0 == .notRun }
    var text = "\(counted(report.chapters.count, "chapter")), \(counted(outcomes.count, "cell"))"
    if failed + missing == 0 { text += ", all run" }
    if failed > 0 { text += ", \(failed) failed" }
    if missing > 0 { text += ", \(missing) not run" }
    if !report.recorded.isEmpty { text += " (\(report.recorded.count) shown from recorded runs)" }
    let here = report.cells.map(\.1.id).filter { report.recorded[$0] == nil }
    let provenances = here.compactMap { report.records[$0]?.provenance }
    let profiles = Set(provenances.map(\.profile)).sorted()
    let seeds = Set(provenances.map(\.seed)).sorted()
    if !profiles.isEmpty { text += "; profile \(profiles.joined(separator: ", "))" }
    if !seeds.isEmpty { text += ", seed \(seeds.map(String.init).joined(separator: ", "))" }
    return tag(
      "p",
      [
        "class": failed > 0 ? "state failed" : "state",
        "lang": english.language, "dir": english.direction,
      ],
      .text(text + ". "),
      tag("a", ["class": "origin", "href": ProvenancePage.path], "How each number was obtained")
    )
  }

  private var chapters: Node {
    let items = zip(report.chapters, catalogue.entries).map { chapter, entry in
      tag(
        "li",
        [:],
        tag(
          "a",
          ["href": .some(entry.path)],
          tag("span", ["class": "ordinal"], .text(entry.number.map(String.init) ?? "")),
          tag("span", [:], entry.titleNode)
        ),
        chapterState(chapter)
      )
    }
    return tag(
      "section",
      ["aria-labelledby": "_chapters"],
      tag("h2", ["id": "_chapters"], .text(report.book.phrases()[.chapters])),
      tag("ol", ["class": "chapters"], items)
    )
  }

  /// Errors of the book's other files, such as its bibliography.
  private var errorsBeyondChapters: [String] {
    let files = Set(report.errors.keys).subtracting(report.chapters.map(\.file))
    return files.sorted().flatMap { report.errors[$0] ?? [] }
  }

  private func chapterState(_ chapter: Chapter) -> Node {
    let outcomes = chapter.cells.map { report.outcome(of: $0).kind }
    if outcomes.contains(.failed) || report.errors[chapter.file] != nil {
      return tag("span", ["class": "badge failed"], "failed")
    }
    let missing = chapter.cells.filter { report.outcome(of: $0).kind == .notRun }
    if missing.contains(where: { report.recorded[$0.id] == nil }) {
      return tag("span", ["class": "badge"], "not all run")
    }
    if !missing.isEmpty { return tag("span", ["class": "badge"], "recorded runs") }
    return .empty
  }

  private var found: [(id: String, claim: Claim, remark: Node)] {
    report.cells.flatMap { _, cell in
      (report.records[cell.id]?.findings ?? []).compactMap { finding in
        guard case .claim(let claim) = finding.content else { return nil }
        let id = "\(cell.id).\(finding.name)"
        return (id, claim, catalogue.captions[id]?.plainNode ?? .text(finding.caption))
      }
    }
  }

  /// The number of claims with each verdict.
  private var verdicts: Node {
    let found = found
    guard !found.isEmpty else { return .empty }
    let subject = found.count == 1 ? "The one claim of the paper: " : "Of the paper’s \(found.count) claims: "
    let equal = found.compactMap { $0.claim.atEqualTraining?.verdict }
    let first = equal.isEmpty ? "" : "as the paper compares, "
    var text = subject + first + Self.tally(found.map(\.claim.verdict)) + "."
    if !equal.isEmpty {
      let number = equal.count == 1 ? "the one" : "the \(equal.count)"
      text += " At equal training, of \(number) that can be judged so: " + Self.tally(equal) + "."
    }
    return tag("p", ["class": "tally", "lang": english.language, "dir": english.direction], .text(text))
  }

  /// How many of each verdict there are, for example "2 reproduced, 5 inconclusive".
  private static func tally(_ verdicts: [Claim.Verdict]) -> String {
    Claim.Verdict.allCases.compactMap { verdict -> String? in
      let number = verdicts.count { $0 == verdict }
      return number == 0 ? nil : "\(number) \(verdict.text)"
    }.joined(separator: ", ")
  }

  /// Every claim of the book with its verdict.
  private var claims: Node {
    let found = found
    guard !found.isEmpty else { return .empty }
    let heads = ["Claim", "Verdict, and what came out here"].map { tag("th", ["scope": "col"], .text($0)) }
    return tag(
      "section",
      ["aria-labelledby": "_claims"],
      tag("h2", ["id": "_claims"], "Claims of the paper"),
      scrollFrame(
        "Claims of the paper",
        tag("table", [:], tag("thead", [:], tag("tr", [:], heads)), tag("tbody", [:], found.map(row)))
      ),
      tag(
        "p",
        ["class": "downloads"],
        tag(
          "a",
          ["href": .some(ClaimsFile.path), "download": "", "aria-label": "The claims as JSON"],
          "JSON"
        )
      )
    )
  }

  /// The recorded run that a finding is shown from.
  private func recorded(_ id: String) -> RecordedRun? {
    id.split(separator: ".").first.flatMap { report.recorded[String($0)] }
  }

  /// Two columns fit a phone: the paper's number is beneath the claim, ours beneath the verdict.
  private func row(_ id: String, _ claim: Claim, _ remark: Node) -> Node {
    let published = claim.published.map { NumberText.text($0.value, unit: $0.unit) }
    let paper = ([published, claim.place].compactMap { $0 }.filter { !$0.isEmpty }).joined(separator: ", ")
    return tag(
      "tr",
      [:],
      tag(
        "th",
        ["scope": "row"],
        tag("a", ["href": .some(catalogue.findings[id]?.address ?? "")], .text(claim.statement)),
        paper.isEmpty ? .empty : tag("span", ["class": "beneath"], .text("Paper: " + paper))
      ),
      tag(
        "td",
        [:],
        tag("span", ["class": "verdict \(claim.verdict.rawValue)"], .text(claim.verdict.text)),
        claim.reproduced.map { measured in
          tag(
            "a",
            ["class": "beneath number", "href": ProvenancePage.address(of: id)],
            .text(NumberText.text(measured))
          )
        } ?? .empty,
        claim.atEqualTraining.map { judged in
          [
            tag(
              "span",
              ["class": "verdict \(judged.verdict.rawValue)"],
              .text("At equal training: \(judged.verdict.text)")
            ),
            judged.reproduced.map { measured in
              tag(
                "a",
                ["class": "beneath number", "href": ProvenancePage.address(of: id)],
                .text(NumberText.text(measured))
              )
            } ?? .empty,
          ]
        } ?? .empty,
        remark == .text("") ? .empty : tag("span", ["class": "beneath"], remark),
        recorded(id).map {
          tag("span", ["class": "beneath"], .text("From a recorded run of \($0.day); not run here"))
        }
          ?? .empty
      )
    )
  }
}

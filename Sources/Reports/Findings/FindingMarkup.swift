internal import Chapters
internal import Findings
internal import Markup

/// The markup of a kind of finding on the pages.
///
/// A new kind is a file with a type that conforms, a case of `Finding.Content` and its line in `Finding.markup`.
protocol FindingMarkup {
  /// The finding at its cell, under the id that links to it use.
  var node: Node { get }

  /// The numbering that it takes part in; `nil` for a finding without a number.
  var numbering: Numbering? { get }

  /// The text of a reference to it in prose; `nil` shows its number.
  var inSentence: String? { get }

  /// Its value in a few words, for the page of provenance.
  var summary: Node? { get }

  /// Its entry in the contents; `nil` for a finding that is not listed there.
  var title: Node? { get }

  /// Whether it takes the margin beside the column of the text.
  var isWide: Bool { get }

  /// Files of its data and its picture.
  var downloads: [Download] { get }
}

/// The kinds of numbered findings.
enum Numbering {
  case figure, table

  var phrase: Phrase {
    switch self {
    case .figure: .figure
    case .table: .table
    }
  }
}

extension FindingMarkup {
  var numbering: Numbering? { nil }
  var inSentence: String? { nil }
  var title: Node? { nil }
  var isWide: Bool { false }
  var downloads: [Download] { [] }
}

extension Finding {
  /// The markup of the finding: the one list of all kinds.
  ///
  /// - Parameters:
  ///   - markup: the caption, where it has markup.
  ///   - phrases: of the page that shows it.
  func markup(
    cell: String,
    label: Catalogue.Label,
    caption markup: CaptionMarkup? = nil,
    phrases: Phrases
  ) -> any FindingMarkup {
    let place = FindingPlace(
      cell: cell,
      name: name,
      caption: markup ?? CaptionMarkup(caption),
      numbered: label,
      phrases: phrases
    )
    return switch content {
    case .measurement(let measured): MeasurementMarkup(place: place, measured: measured)
    case .claim(let claim): ClaimMarkup(place: place, claim: claim)
    case .table(let table): TableFindingMarkup(place: place, table: table)
    case .chart(let chart): ChartMarkup(place: place, chart: chart)
    case .images(let grid): ImageGridMarkup(place: place, grid: grid)
    case .note(let note): NoteMarkup(place: place, note: note)
    }
  }
}

/// The position of a finding in the report, and its label.
struct FindingPlace {
  let cell: String
  let name: String
  let caption: CaptionMarkup
  /// For example `Figure 5.2`; empty for a finding without a number.
  let label: String
  /// Those of the page.
  let phrases: Phrases
  /// What files are named after: the label in English, so that their addresses are the same in every language.
  private let stem: String

  init(cell: String, name: String, caption: CaptionMarkup, numbered label: Catalogue.Label, phrases: Phrases)
  {
    self.cell = cell
    self.name = name
    self.caption = caption
    self.label = label.text(phrases)
    self.phrases = phrases
    stem = label.isEmpty ? "" : SectionList.slug(label.text(.english)) + "-"
  }

  var id: String { "\(cell).\(name)" }

  /// The first sentence of the caption, which says what the finding is, behind its number.
  var title: Node { [.text(label + " "), caption.title] }

  /// The caption, or `nil` where it is empty.
  var summary: Node? { caption.text.isEmpty ? nil : caption.plainNode }

  /// The name of a file of the finding, for example `data/figure-5-2-lfw.curve.csv`.
  ///
  /// A long id is cut: file systems take names of 255 bytes, some of which an ending and the name of the file while it is
  /// written need. The number in the stem makes the name the finding's own.
  func file(_ ending: String) -> String {
    "\(Download.folder)/\(stem)\(id.prefix(150)).\(ending)"
  }

  /// The caption with its number, which is the permalink, the way to the provenance, and the files to download.
  func captionNode(_ downloads: [Download]) -> Node {
    tag(
      "figcaption",
      [:],
      tag("a", ["class": "label", "href": "#\(id)"], .text(label)),
      " ",
      tag("bdi", [:], caption.node),
      " ",
      tag(
        "a",
        [
          "class": "origin", "href": ProvenancePage.address(of: id),
          "aria-label": .some(phrases(.originOf, label)),
        ],
        .text(phrases[.origin])
      ),
      downloads.isEmpty
        ? .empty
        : tag(
          "span",
          ["class": "downloads"],
          downloads.map { file in
            [
              " ",
              tag(
                "a",
                [
                  "href": file.path, "download": "",
                  "aria-label": .some(phrases(.fileOf, label, file.format.name)),
                ],
                .text(file.format.name)
              ),
            ]
          }
        )
    )
  }

  /// A figure with its caption, and what stands beneath it.
  func figure(_ content: [Node], after: [Node] = [], downloads: [Download]) -> Node {
    // A caption must be the last of its figure: what follows stands outside.
    tag(
      "div",
      ["class": "finding"],
      [tag("figure", ["id": .some(id)], content + [captionNode(downloads)])] + after
    )
  }
}

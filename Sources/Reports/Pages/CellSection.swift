internal import Chapters
internal import Findings
internal import Markup
internal import Planning

/// A cell on its page: code, output, findings or the reason why there are none, and links to its place and provenance.
struct CellSection {
  let cell: Cell
  let file: String
  var record: CellRecord?
  /// What the cell's findings are called, by name.
  let labels: [String: Catalogue.Label]
  /// The captions that have markup, by the finding's name.
  let captions: [String: CaptionMarkup]
  /// Those of the chapter.
  let phrases: Phrases
  /// The run whose findings are shown, where the cell was not run here.
  var recorded: RecordedRun?
  /// How the findings compare with those of the recorded run, where the cell ran here.
  var comparison: RecordComparison?

  var node: Node {
    tag(
      "div",
      ["class": isWide ? "cell wide" : "cell", "id": .some(cell.id)],
      source,
      code,
      failure,
      output,
      recorded.map { RecordedRunMarkup(run: $0).framing(findings) } ?? .fragment(findings),
      comparison?.node ?? .empty
    )
  }

  /// The note in the margin: which cell, where it stands, and how it ran.
  private var source: Node {
    tag(
      "p",
      ["class": "source"],
      tag("a", ["href": "#\(cell.id)"], .text(cell.id)),
      tag(
        "span",
        [:],
        .text(phrases(.cellLine, "\(cell.location.line)")),
        record.map { _ in
          [" · ", tag("a", ["href": ProvenancePage.address(of: cell.id)], .text(phrases[.origin]))]
        }
          ?? .empty
      )
    )
  }

  /// Whether the listing or a table takes the margin, so that the note stands above.
  private var isWide: Bool {
    if cell.echo != .hide && ListingMarkup(info: "swift", text: cell.code, name: "").isWide { return true }
    return markups.contains(where: \.isWide)
  }

  private var markups: [any FindingMarkup] {
    (record?.findings ?? []).map(markup)
  }

  func markup(of finding: Finding) -> any FindingMarkup {
    finding.markup(
      cell: cell.id,
      label: labels[finding.name] ?? .none,
      caption: captions[finding.name],
      phrases: phrases
    )
  }

  private var code: Node {
    var markedLine: Int?
    if case .failed(let failure) = record?.outcome { markedLine = failure.lineInCell }
    // A failed cell shows its code whatever its author chose: the reader needs the line.
    let echo = markedLine == nil ? cell.echo : .show
    let listing = ListingMarkup(
      info: "swift",
      text: cell.code,
      name: phrases(.cellCode, cell.id),
      markedLine: markedLine
    ).node
    switch echo {
    case .show: return listing
    case .fold:
      let lines = cell.code.split(separator: "\n", omittingEmptySubsequences: true).count
      return tag(
        "details",
        ["class": "fold"],
        tag("summary", [:], .text(lines == 1 ? phrases[.foldedLine] : phrases(.foldedLines, "\(lines)"))),
        listing
      )
    case .hide: return .empty
    }
  }

  private var output: Node {
    guard let record, !record.output.isEmpty else { return .empty }
    return [
      tag(
        "pre",
        [
          "class": "output", "tabindex": "0", "role": "group",
          "aria-label": .some(phrases(.cellOutput, cell.id)),
        ],
        tag("samp", [:], TerminalText(record.output).node)
      ),
      record.outputWasCut
        ? tag("p", ["class": "remark"], "The output was longer; the rest is left out.") : .empty,
    ]
  }

  private var failure: Node {
    switch record?.outcome ?? .notRun(.noRecord) {
    case .succeeded: .empty
    case .notRun(let reason):
      tag("p", ["class": "notice"], tag("strong", [:], "Not run:"), " ", Self.withOptions(reason.clause))
    case .failed(let failure): self.failure(failure)
    }
  }

  /// A sentence in which command-line options are code without line breaks.
  static func withOptions(_ sentence: String) -> Node {
    let words = sentence.split(separator: " ", omittingEmptySubsequences: false).map { word -> Node in
      word.hasPrefix("--") ? tag("code", ["class": "option"], .text(String(word))) : .text(String(word))
    }
    return .fragment(Array(words.map { [$0] }.joined(separator: [Node.text(" ")])))
  }

  private func failure(_ failure: Failure) -> Node {
    let line = cell.location.line + (failure.lineInCell ?? 0)
    return tag(
      "div",
      ["class": "notice failed"],
      tag("p", [:], tag("strong", [:], .text(failure.kind.sentence)), .text(" " + failure.message)),
      tag("p", ["class": "place"], .text("\(file), line \(line)")),
      failure.details.isEmpty
        ? .empty
        : tag(
          "details",
          [:],
          tag("summary", [:], "Details"),
          tag(
            "pre",
            ["tabindex": "0", "role": "group", "aria-label": "Details of the failure of cell \(cell.id)"],
            tag("samp", [:], .text(failure.details))
          )
        )
    )
  }

  /// Lists of more measurements than this are folded where they have no captions.
  private static let listLimit = 4

  /// Numbers in one list, everything else in the order in which it was recorded.
  private var findings: [Node] {
    var nodes: [Node] = []
    var measured: [Node] = []
    var isCaptioned = true
    for markup in markups {
      if let number = markup as? MeasurementMarkup {
        measured.append(markup.node)
        isCaptioned = isCaptioned && !number.place.caption.text.isEmpty
        continue
      }
      flush()
      nodes.append(markup.node)
    }
    flush()
    return nodes

    func flush() {
      guard !measured.isEmpty else { return }
      let list = tag("dl", ["class": "measurements"], measured)
      nodes.append(
        isCaptioned || measured.count <= Self.listLimit
          ? list
          : tag(
            "details",
            ["class": "numbers"],
            tag("summary", [:], .text(phrases(.measurements, "\(measured.count)"))),
            list
          )
      )
      (measured, isCaptioned) = ([], true)
    }
  }
}

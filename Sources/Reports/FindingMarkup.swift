internal import Charts
internal import Findings
internal import Markup

/// A finding at its cell, under the id that links to it use.
struct FindingMarkup {
  let finding: Finding
  let cell: String
  /// For example `Figure 5.2`; empty for what has no number.
  let label: String

  private var id: String { "\(cell).\(finding.name)" }

  var node: Node {
    switch finding.content {
    case .measurement(let measured): measurement(measured)
    case .claim(let claim): ClaimMarkup(claim: claim, id: id, caption: finding.caption).node
    case .table(let table): self.table(table)
    case .chart(let chart): self.chart(chart)
    case .images(let images): figure([ImageGridMarkup(grid: images).node], after: [])
    case .note(let note):
      tag("p", ["class": note.kind == .remark ? "note" : "notice", "id": .some(id)], .text(note.text))
    }
  }

  private func measurement(_ measured: Measured) -> Node {
    let name = finding.caption.isEmpty ? finding.name.replacing("-", with: " ") : finding.caption
    return tag(
      "div",
      ["id": .some(id)],
      tag("dt", [:], .text(name)),
      tag(
        "dd",
        [:],
        tag("a", ["class": "number", "href": "provenance.html#\(id)"], .text(NumberText.text(measured))),
        MeasuredText.details(measured).map { tag("span", ["class": "details"], .text(" " + $0)) } ?? .empty
      )
    )
  }

  private func table(_ table: Table) -> Node {
    tag(
      "div",
      ["class": "finding"],
      tag(
        "figure",
        ["class": "table", "id": .some(id)],
        caption,
        TableMarkup(table: table, name: label).node
      )
    )
  }

  private func chart(_ chart: Chart) -> Node {
    let drawing = ChartDrawing(chart)
    let data = chart.data
    var after = drawing.remarks.map { tag("p", ["class": "remark"], .text($0)) }
    if !data.table.rows.isEmpty {
      let rest =
        data.leftOut > 0
        ? tag(
          "p",
          ["class": "remark"],
          .text(
            "The first \(NumberText.fixed(Double(data.table.rows.count), digits: 0)) values; \(NumberText.fixed(Double(data.leftOut), digits: 0)) more are in "
          ),
          tag("a", ["href": "findings.json"], "findings.json"),
          "."
        )
        : .empty
      after.append(
        tag(
          "details",
          ["class": "data"],
          tag("summary", [:], "Data"),
          TableMarkup(table: data.table, name: "Data of \(label)", isData: true).node,
          rest
        )
      )
    }
    return figure([drawing.node], after: after)
  }

  private func figure(_ content: [Node], after: [Node]) -> Node {
    // A caption must be the last of its figure: what follows stands outside.
    tag("div", ["class": "finding"], [tag("figure", ["id": .some(id)], content + [caption])] + after)
  }

  /// The caption with its number, which is the permalink and leads to the provenance.
  private var caption: Node {
    tag(
      "figcaption",
      [:],
      tag("a", ["class": "label", "href": "#\(id)"], .text(label)),
      .text(" " + finding.caption),
      " ",
      tag(
        "a",
        ["class": "origin", "href": "provenance.html#\(id)", "aria-label": "Provenance of \(label)"],
        "provenance"
      )
    )
  }
}

/// What stands behind a number: samples and interval.
enum MeasuredText {
  static func details(_ measured: Measured) -> String? {
    var parts: [String] = []
    if let interval = measured.interval {
      let scale = measured.unit == .fraction ? 100.0 : 1
      var digits = NumberText.digits(forSpread: (interval.upper - interval.lower) / 2 * scale)
      // On which side of zero an end lies must be seen.
      for end in [interval.lower, interval.upper] where end != 0 && end.isFinite {
        digits = digits.map { max($0, min($0 + 3, NumberText.digits(forSpread: abs(end) * scale) ?? $0)) }
      }
      let level = NumberText.text(interval.level, unit: .fraction, digits: 0)
      let ends = [interval.lower, interval.upper].map {
        NumberText.plain($0, unit: measured.unit, digits: digits)
      }
      parts.append("\(level) interval \(ends[0]) to \(ends[1])" + NumberText.suffix(measured.unit))
    }
    if measured.sampleCount > 1 {
      parts.append("n\u{A0}=\u{A0}" + NumberText.fixed(Double(measured.sampleCount), digits: 0))
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

internal import Chapters
internal import Findings
internal import Markup

/// The parameters of a book: the notice on every page where a value is not the default, and the table with all of them.
struct ParameterMarkup {
  let report: Report

  /// Says which values are not the defaults; nothing where all are.
  var notice: Node {
    let changed = report.book.parameters.filter { report.value(of: $0) != $0.standard }
    guard !changed.isEmpty else { return .empty }
    let values = changed.map { parameter in
      "\(parameter.name) = \(report.value(of: parameter).text) instead of \(parameter.standard.text)"
    }
    return tag(
      "p",
      ["class": "notice varied"],
      tag("strong", [:], "Other values than the book\u{2019}s."),
      .text(" This report was rendered with \(values.joined(separator: ", ")).")
    )
  }

  /// All parameters with their values; nothing where the book has none.
  var section: Node {
    guard !report.book.parameters.isEmpty else { return .empty }
    let rows = report.book.parameters.map { parameter in
      tag(
        "tr",
        [:],
        tag("th", ["scope": "row"], .text(parameter.name)),
        tag("td", [:], .text(report.value(of: parameter).text)),
        tag("td", [:], .text(parameter.standard.text)),
        tag("td", [:], .text(parameter.expectation)),
        tag("td", [:], .text(parameter.meaning))
      )
    }
    let heads = ["Parameter", "Value", "Default", "Allowed", "Meaning"].map {
      tag("th", ["scope": "col"], .text($0))
    }
    return tag(
      "section",
      [:],
      tag("h2", [:], "Parameters"),
      tag(
        "p",
        [:],
        "Values that cells read. ",
        tag("code", [:], "marginalia render --set NAME=VALUE"),
        " renders the book with another one into a folder of its own and compares both reports."
      ),
      scrollFrame(
        "Parameters of the book",
        tag("table", [:], tag("thead", [:], tag("tr", [:], heads)), tag("tbody", [:], rows))
      )
    )
  }
}

internal import Findings
internal import Markup

/// A measurement: its value with spread, its name and its details.
struct MeasurementMarkup: FindingMarkup {
  let place: FindingPlace
  let measured: Measured

  var node: Node {
    let name =
      place.caption.text.isEmpty ? Node.text(place.name.replacing("-", with: " ")) : place.caption.node
    return tag(
      "div",
      ["id": .some(place.id)],
      tag("dt", [:], name),
      tag(
        "dd",
        [:],
        tag(
          "a",
          ["class": "number", "href": ProvenancePage.address(of: place.id)],
          .text(NumberText.text(measured))
        ),
        MeasuredText.details(measured).map { tag("span", ["class": "details"], .text(" " + $0)) } ?? .empty
      )
    )
  }

  var inSentence: String? { NumberText.text(measured) }

  var summary: Node? {
    .text(
      [NumberText.text(measured), MeasuredText.details(measured).map { "(\($0))" } ?? ""]
        .filter { !$0.isEmpty }.joined(separator: " ")
    )
  }
}

/// The details of a measurement: interval and sample count.
enum MeasuredText {
  static func details(_ measured: Measured) -> String? {
    var parts: [String] = []
    if let interval = measured.interval {
      let scale = measured.unit == .fraction ? 100.0 : 1
      var digits = NumberText.digits(forSpread: (interval.upper - interval.lower) / 2 * scale)
      // The digits must show on which side of zero an end lies.
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

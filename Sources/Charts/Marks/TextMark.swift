internal import Findings
internal import Markup

/// A text at a place.
struct TextMark: ChartMark {
  let point: Chart.Point
  let text: String

  var series: String? { nil }
  var rows: [DataRow] { [DataRow(series: text, x: point.x, y: point.y)] }

  func extend(_ extents: inout Extents) { extents.add([point]) }

  /// All texts of a picture are placed together, by `TextMarks`.
  func draw(in plot: Plot) -> [Node] { [] }
}

/// The texts of a picture, drawn above all else, each where it covers no other.
struct TextMarks {
  private struct Box {
    var left: Double
    var top: Double
    var width: Double

    /// The height of a line of text, at the size that a phone gives it.
    static let height = 16.0

    /// The area shared with another box.
    func overlap(_ other: Box) -> Double {
      max(0, min(left + width, other.left + other.width) - max(left, other.left))
        * max(0, Box.height - abs(top - other.top))
    }
  }

  static let lengthLimit = 40

  /// Places a text beside its point, on the side with room, else up to four lines above or beneath: the first free place, or
  /// the one that covers least. A line connects a text that is not next to its point.
  static func nodes(_ marks: [any ChartMark], in plot: Plot) -> [Node] {
    var taken: [Box] = []
    return marks.compactMap { mark in
      guard let mark = mark as? TextMark, let place = plot.place(mark.point) else { return nil }
      let text = mark.text
      let short = shortened(text, to: lengthLimit)
      let candidates = boxes(for: short, at: Place(x: place.x, y: place.y), in: plot)
      let costs = candidates.map { box in taken.reduce(0) { $0 + $1.overlap(box) } }
      let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
      taken.append(candidates[best])
      let endsHere = candidates[best].left + candidates[best].width <= place.x
      let box = candidates[best]
      let label = tag(
        "text",
        [
          "class": "note", "x": coordinate(endsHere ? box.left + box.width : box.left),
          "y": coordinate(box.top + Box.height / 2), "dy": "0.35em", "text-anchor": endsHere ? "end" : nil,
        ],
        .text(short),
        short == text ? .empty : tag("title", [:], .text(text))
      )
      let distance = box.top + Box.height / 2 - place.y
      guard abs(distance) > Box.height * 1.5 else { return label }
      var lead = Path()
      lead.move(place.x, place.y)
      lead.line(place.x, place.y + distance - (distance < 0 ? -6 : 6))
      return [tag("path", ["class": "axis", "d": lead.data]), label]
    }
  }

  private static func boxes(for text: String, at place: Place, in plot: Plot) -> [Box] {
    let width = 7.6 * Double(text.count)
    let left = min(plot.x.start, plot.x.end)
    let right = max(plot.x.start, plot.x.end)
    let middle = place.y - Box.height / 2
    let after = Box(left: place.x + 6, top: middle, width: width)
    let before = Box(left: place.x - 6 - width, top: middle, width: width)
    let isRight = place.x > (left + right) / 2
    let centred = min(max(left, place.x - width / 2), max(left, right - width))
    let beside = (isRight ? [before, after] : [after, before]).filter {
      $0.left >= left - 2 && $0.left + width <= right + 6
    }
    return beside
      + [-1.0, 1, -2, 2, -3, 3, -4, 4].map {
        Box(left: centred, top: middle + $0 * Box.height, width: width)
      }
  }
}

import Charts
import Findings
import Markup
import Testing

@Suite("Names of categories")
struct CategoryLabelTests {
  private func html(x names: [String]) -> String {
    let points = names.indices.map { Chart.Point(Double($0), 1) }
    return ChartDrawing(
      Chart(
        x: .init("c", scale: .categorical(names)),
        y: .init("v"),
        marks: [.bars(series: "s", points: points)],
        summary: "Bars."
      )
    ).node.html
  }

  /// Where each turned label stands: x, y and the angle.
  private func places(_ html: String) -> [(x: Double, y: Double, angle: Double)] {
    html.matches(of: #/translate\(([-\d.]+) ([-\d.]+)\) rotate\(([-\d]+)\)/#).compactMap { match in
      guard let x = Double(match.1), let y = Double(match.2), let angle = Double(match.3) else { return nil }
      return (x, y, angle)
    }
  }

  @Test(
    "that are many stand upright, and some are left out, so that no line touches another",
    arguments: [12, 40, 200]
  )
  func many(count: Int) {
    let places = places(html(x: (1...count).map { "group \($0)" }))
    #expect(places.count >= min(count, 12))
    let distance = zip(places, places.dropFirst()).map { $1.x - $0.x }.min() ?? 0
    // A line of text is as high as 16 units on a phone; aslant, lines lie nearer than their beginnings.
    #expect(distance * (places[0].angle == -90 ? 1 : 0.588) >= 16, "\(distance)")
  }

  @Test("that are few and short stand level") func few() {
    #expect(places(html(x: ["a", "b", "c"])).isEmpty)
  }

  @Test(
    "begin within the picture, however long they are",
    arguments: [
      ["A very long category name", "Another quite long category", "Short", "d", "e", "f", "g", "h"],
      [String(repeating: "W", count: 60), "b", "c", "d"], ["完全に日本語の長い名前です", "b", "c", "d", "e"],
    ]
  )
  func long(names: [String]) {
    let html = html(x: names)
    for (label, place) in zip(html.matches(of: #/rotate[^>]*>([^<]*)/#), places(html))
    where place.angle == -36 {
      // In the widest of fonts a letter is as wide as it is high.
      let width = label.1.reduce(0.0) { $0 + 16 * ($1.isASCII ? ($1 == "W" ? 1 : 0.6) : 1) }
      #expect(place.x - 0.809 * width >= -8, "\(label.1)")
    }
  }

  @Test("beside bars that lie across have a line each, and room to the left")
  func rows() {
    let names = (1...30).map { "a rather long name of a row \($0)" }
    let chart = Chart(
      x: .init("v"),
      y: .init("c", scale: .categorical(names)),
      marks: [.bars(series: "s", points: names.indices.map { .init(1, Double($0)) })],
      summary: "Bars."
    )
    let html = ChartDrawing(chart).node.html
    let labels = html.matches(of: #/<text class="tick" x="([\d.]+)" y="([\d.]+)" dy="0.35em"/#)
    let heights = labels.compactMap { Double($0.2) }.sorted()
    #expect(heights.count == 30 && zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 16 })
    #expect((labels.first.flatMap { Double($0.1) } ?? 0) > 150)
  }
}

@Suite("Years and dates")
struct DateTests {
  @Test("of an axis without a unit have no comma")
  func years() {
    let chart = Chart(
      x: .init("Year"),
      y: .init("v"),
      marks: [.line(series: "s", points: [.init(1990, 1), .init(2020, 2)])],
      summary: "Years."
    )
    let html = ChartDrawing(chart).node.html
    #expect(html.contains(">1990</text>") && html.contains(">2020</text>") && !html.contains("1,990"))
  }

  @Test(
    "stand at whole years, months, days or hours",
    arguments: [
      (0.0, 1_577_836_800.0, "1990"), (1_577_836_800, 1_609_372_800, "Apr 2020"),
      (1_577_836_800, 1_578_700_800, "3 Jan 2020"), (1_577_836_800, 1_577_880_000, "1 Jan 06:00"),
    ]
  )
  func dates(from: Double, to: Double, label: String) {
    let chart = Chart(
      x: .init("Day", scale: .date),
      y: .init("v"),
      marks: [.line(series: "s", points: [.init(from, 1), .init(to, 2)])],
      summary: "Days."
    )
    let html = ChartDrawing(chart).node.html
    let ticks = html.matches(of: #/text-anchor="middle">([^<]*)</#).map { String($0.1) }
    #expect((2...8).contains(ticks.count) && ticks.contains(label), "\(ticks)")
    #expect(chart.data.table.rows.first?.values.first == .text(from == 0 ? "1970-01-01" : "2020-01-01"))
  }

  @Test(
    "of dates have room beside each other and stay within the picture, also in panels",
    arguments: [864_000, 259_200, 3_888_000, 34_560_000, 25_200, 90, 3.2e9] as [Double],
    [1, 3]
  )
  func roomOfDates(seconds: Double, panelCount: Int) throws {
    let marks = [Chart.Mark.line(series: "s", points: [.init(1.6e9, 1), .init(1.6e9 + seconds, 2)])]
    let panels = (1...panelCount).map { Chart.Panel("panel \($0)", marks: marks) }
    let chart =
      panelCount == 1
      ? Chart(x: .init("Day", scale: .date), y: .init("v"), marks: marks, summary: "Days.")
      : Chart(x: .init("Day", scale: .date), y: .init("v"), panels: panels, summary: "Days.")
    let width = panelCount == 1 ? 520.0 : 300
    let pictures = ChartDrawing(chart).node.html.split(separator: "<svg class=\"plot").dropFirst()
    #expect(pictures.count == panelCount)
    for picture in pictures {
      let labels = picture.matches(
        of: #/<text class="tick[^"]*" x="([\d.]+)" y="[\d.]+" text-anchor="middle">([^<]+)</#
      )
      .map { (place: Double($0.1) ?? 0, half: 3.3 * Double($0.2.count)) }
      #expect(labels.count >= 1)
      for (one, two) in zip(labels, labels.dropFirst()) {
        #expect(two.place - one.place >= one.half + two.half)
      }
      for label in labels { #expect(label.place - label.half >= 0 && label.place + label.half <= width) }
    }
  }

  @Test("beyond every calendar are drawn without ticks") func far() {
    let chart = Chart(
      x: .init("Day", scale: .date),
      y: .init("v"),
      marks: [.line(series: "s", points: [.init(-1e300, 1), .init(1e300, 2)])],
      summary: "Days."
    )
    #expect(ChartDrawing(chart).node.html.contains("class=\"line\""))
  }
}

internal import Findings

extension Finding {
  /// The finding without points, rows and pixels, which only its own place on a page shows. What other pages show, a
  /// value, a verdict, a caption, stays. The gain is stated at `Memo`: without outlines, all points of the book are
  /// decoded for every changed sentence.
  var outline: Finding {
    var outline = self
    switch content {
    case .measurement, .claim, .note: break
    case .table: outline.content = .table(.init(columns: []))
    case .chart(let chart): outline.content = .chart(.init(x: chart.x, y: chart.y, summary: chart.summary))
    case .images: outline.content = .images(.init(columns: 1, images: []))
    }
    return outline
  }
}

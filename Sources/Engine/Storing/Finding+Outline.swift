internal import Findings

extension Finding {
  /// The finding without what only its own place on a page shows: points, rows and pixels. What other pages say
  /// of it, a value, a verdict, a caption, stays.
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

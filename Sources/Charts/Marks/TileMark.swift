internal import Findings
internal import Markup

/// The size of a heat map's fields: the smallest distance between two of them.
struct TileSize {
  let width: Double
  let height: Double

  init(_ tiles: [Chart.Tile]) {
    width = Self.pitch(tiles.map(\.x))
    height = Self.pitch(tiles.map(\.y))
  }

  private static func pitch(_ values: [Double]) -> Double {
    let sorted = Set(values.filter(\.isFinite)).sorted()
    return zip(sorted, sorted.dropFirst()).map { $1 - $0 }.min() ?? 1
  }
}

/// A heat map; a field without a value stays empty.
struct TileMark: ChartMark {
  let tiles: [Chart.Tile]
  /// What the colour measures.
  let label: String

  var series: String? { nil }
  var rows: [DataRow] { tiles.map { DataRow(series: "", x: $0.x, y: $0.y, value: $0.value) } }

  func extend(_ extents: inout Extents) {
    extents.hasTiles = true
    let size = TileSize(tiles)
    for tile in tiles {
      extents.x.add(tile.x - size.width / 2)
      extents.x.add(tile.x + size.width / 2)
      extents.y.add(tile.y - size.height / 2)
      extents.y.add(tile.y + size.height / 2)
    }
  }

  func draw(in plot: Plot) -> [Node] {
    let size = TileSize(tiles)
    let hasText = tiles.count <= 64
    let nodes = tiles.compactMap { tile -> Node? in
      guard tile.value.isFinite, let range = plot.tileRange,
        let left = plot.x.position(tile.x - size.width / 2),
        let right = plot.x.position(tile.x + size.width / 2),
        let bottom = plot.y.position(tile.y - size.height / 2),
        let top = plot.y.position(tile.y + size.height / 2)
      else { return nil }
      let level = Self.level(tile.value, in: range)
      let value = NumberText.plain(tile.value, unit: .none)
      let rectangle = tag(
        "rect",
        [
          "class": "h\(level)", "x": coordinate(min(left, right)), "y": coordinate(min(top, bottom)),
          "width": coordinate(abs(right - left)), "height": coordinate(abs(bottom - top)),
        ],
        tag(
          "title",
          [:],
          .text(plot.value(tile.x, on: plot.x) + ", " + plot.value(tile.y, on: plot.y) + ": " + value)
        )
      )
      guard hasText else { return rectangle }
      let text = tag(
        "text",
        [
          "class": "tile t\(level)", "x": coordinate((left + right) / 2), "y": coordinate((top + bottom) / 2),
          "dy": "0.35em", "text-anchor": "middle",
        ],
        .text(value)
      )
      return [rectangle, text]
    }
    return nodes.isEmpty ? [] : [tag("g", ["class": "tiles"], nodes)]
  }

  /// The strength of a value's colour, 0 to 8.
  static func level(_ value: Double, in range: ClosedRange<Double>) -> Int {
    guard range.lowerBound < range.upperBound else { return 4 }
    let share = (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
    return Int(min(max(share, 0), 1) * 8.999)
  }
}

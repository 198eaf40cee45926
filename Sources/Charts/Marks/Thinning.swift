internal import Findings

/// A place in a picture.
struct Place: Hashable {
  var x: Double
  var y: Double
}

/// Downsampling of lines and dots: fewer places that look the same.
enum Thinning {
  /// Lines with more places than this are downsampled.
  static let lineLimit = 2_000
  /// Series with more dots than this are drawn as a density grid.
  static let dotLimit = 2_000
  /// The width of the grid's fields, in units of the picture.
  static let field = 5.0

  /// Of each run of consecutive places the first, lowest, highest and last, so that no peak is lost.
  static func line(_ places: [Place]) -> [Place] {
    guard places.count > lineLimit else { return places }
    let runCount = lineLimit / 4
    return (0..<runCount).flatMap { run in
      let range = places.count * run / runCount..<places.count * (run + 1) / runCount
      let piece = places[range]
      guard let low = piece.indices.min(by: { piece[$0].y < piece[$1].y }),
        let high = piece.indices.max(by: { piece[$0].y < piece[$1].y })
      else { return [Place]() }
      return Set([range.lowerBound, low, high, range.upperBound - 1]).sorted().map { places[$0] }
    }
  }

  /// The remark on a downsampled line; `nil` for a line that is drawn whole.
  static func remark(_ name: String, _ points: [Chart.Point]) -> String? {
    guard points.count > lineLimit else { return nil }
    let run = points.count / (lineLimit / 4)
    return
      "\(pointCount(points)) of \(quoted(name)): each run of \(run) is drawn by its first, lowest, highest and last."
  }

  /// How many places lie in each field of the grid, in order of rows.
  static func grid(_ places: [Place]) -> [(place: Place, count: Int)] {
    var counts: [GridIndex: Int] = [:]
    for place in places {
      let index = GridIndex(
        row: Int((place.y / field).rounded(.down)),
        column: Int((place.x / field).rounded(.down))
      )
      counts[index, default: 0] += 1
    }
    return counts.sorted { $0.key < $1.key }.map { index, count in
      let place = Place(x: (Double(index.column) + 0.5) * field, y: (Double(index.row) + 0.5) * field)
      return (place, count)
    }
  }

  private struct GridIndex: Hashable, Comparable {
    var row: Int
    var column: Int

    static func < (left: GridIndex, right: GridIndex) -> Bool {
      (left.row, left.column) < (right.row, right.column)
    }
  }
}

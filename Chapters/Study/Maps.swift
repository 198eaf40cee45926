import Foundation
import Laboratory

// What the map and the map on real pictures draw and say alike.

/// Draws a change against the length of training: for each series a line with a dot and an interval at each length, and rules at
/// no change and at the smallest change of interest on either side.
func mapMarks(_ series: [(name: String, changes: [(length: Double, change: Measured)])], smallest: Double)
  -> [Chart.Mark]
{
  let ends = (0.18, 4.2)
  let rules: [Chart.Mark] = [
    ("no change", 0), ("smallest change of interest", -smallest), ("smallest change of interest", smallest),
  ]
  .map { name, height in .rule(series: name, from: .init(ends.0, height), to: .init(ends.1, height)) }
  return rules
    + series.flatMap { series in
      let points = series.changes.map { Chart.Point($0.length, $0.change.value) }
      return [
        Chart.Mark.line(series: series.name, points: points), .dots(series: series.name, points: points),
        .errorBars(
          series: series.name,
          spans: series.changes.compactMap { row in
            row.change.interval.map { .init(row.length, $0.lower, $0.upper) }
          }
        ),
      ]
    }
}

/// The mean difference of two groups of settings, with its interval over worlds or seeds, in percentage points.
///
/// - Parameter change: of a setting, one number for each world or seed.
func contrast<Setting>(
  of settings: [Setting],
  _ one: (Setting) -> Bool,
  less other: (Setting) -> Bool,
  _ change: (Setting) -> [Double]
) -> Measured {
  let (first, second) = (settings.filter(one).map(change), settings.filter(other).map(change))
  let differences = (first.first ?? []).indices.map { place in
    first.map { $0[place] }.mean - second.map { $0[place] }.mean
  }
  return differences.measured(.points, .lowerIsBetter)
}

/// How far the margin moves the nearest centres in some settings, in words; nil where there are none.
///
/// - Parameter growth: of a setting, one number for each world or seed, in percent.
func moved<Setting>(_ settings: [Setting], where what: String, _ growth: (Setting) -> [Double]) -> String? {
  let growths = settings.map(growth)
  guard let first = growths.first else { return nil }
  let mean = first.indices.map { place in growths.map { $0[place] }.mean }.measured(.percent)
  return "Where it \(what) the error, it moves the nearest centres by \(mean.words)."
}

extension Measured {
  /// A sentence about a contrast, by whether its interval lies below 0, above 0 or holds it; the contrast stands behind it.
  func sentence(less: String, more: String, neither: String) -> String {
    let side = interval.map { $0.upper < 0 ? -1 : $0.lower > 0 ? 1 : 0 } ?? 0
    return (side < 0 ? less : side > 0 ? more : neither) + " (\(words))."
  }
}

internal import Findings
internal import Foundation

/// Maps values of an axis to positions in the picture, and has its ticks.
package struct PlotScale {
  struct Tick {
    var value: Double
    var position: Double
    /// Empty where there is no room for it.
    var label: String
    /// Left out where the page is narrow.
    var isMinor: Bool
    /// Where the label stands, if not at the tick: one at an end of the axis stays within the picture.
    var labelPosition: Double?
  }

  let axis: Chart.Axis
  let domain: ClosedRange<Double>
  /// Places of the domain's ends; the first may be the larger, as on a y axis.
  let start: Double
  let end: Double

  /// The share of an axis that one category takes.
  var bandwidth: Double {
    guard case .categorical(let names) = axis.scale else { return 0 }
    return abs(end - start) / Double(max(1, names.count))
  }

  var isCategorical: Bool {
    if case .categorical = axis.scale { return true }
    return false
  }

  /// The place of a value; `nil` where it has none (not finite, or not above 0 on a logarithmic axis).
  package func position(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    switch axis.scale {
    case .linear, .date, .categorical: return place(share(value, domain.lowerBound, domain.upperBound))
    case .log:
      guard value > 0 else { return nil }
      return place(share(log10(value), log10(domain.lowerBound), log10(domain.upperBound)))
    }
  }

  /// The same scale some pixels farther along.
  func moved(by distance: Double) -> PlotScale {
    PlotScale(axis: axis, domain: domain, start: start + distance, end: end + distance)
  }

  /// The position where bars and areas begin: 0, or the low end where 0 is not shown.
  var base: Double {
    if case .log = axis.scale { return start }
    return position(min(max(0, domain.lowerBound), domain.upperBound)) ?? start
  }

  private func place(_ share: Double) -> Double {
    // Places far outside are clamped: SVG renderers fail on coordinates such as 1e300.
    start + min(max(share, -10), 11) * (end - start)
  }

  private func share(_ value: Double, _ low: Double, _ high: Double) -> Double {
    // Halved to avoid overflow: the width of the widest domain would be infinite.
    let width = high / 2 - low / 2
    return width > 0 ? (value / 2 - low / 2) / width : 0.5
  }
}

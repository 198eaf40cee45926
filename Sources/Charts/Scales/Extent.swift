package import Findings
internal import Foundation

/// The values that the marks of a chart have on one axis.
package struct Extent {
  private(set) var low = Double.infinity
  private(set) var high = -Double.infinity
  /// Values without a place on the axis.
  private(set) var unusable = 0
  private(set) var includesZero = false
  private let isLog: Bool

  init(scale: Chart.Scale) {
    if case .log = scale { isLog = true } else { isLog = false }
  }

  var isEmpty: Bool { low > high }

  package mutating func add(_ value: Double) {
    guard value.isFinite, !isLog || value > 0 else { return unusable += 1 }
    low = min(low, value)
    high = max(high, value)
  }

  package mutating func addZero() { if !isLog { includesZero = true } }

  /// The range to show: what the axis asks for, or the data with a little air, ended at round values.
  func domain(for axis: Chart.Axis, isPadded: Bool) -> ClosedRange<Double> {
    if case .categorical(let names) = axis.scale { return -0.5...max(0.5, Double(names.count) - 0.5) }
    if let domain = axis.domain, isUsable(domain) { return domain }
    guard !isEmpty else { return isLog ? 1...10 : 0...1 }
    if isLog { return logDomain }
    var low = includesZero ? min(0, self.low) : self.low
    var high = includesZero ? max(0, self.high) : self.high
    if isPoint(low, high) {
      let half = max(abs(low) * 0.1, 0.5)
      return max(
        low - half,
        -Double.greatestFiniteMagnitude
      )...min(high + half, Double.greatestFiniteMagnitude)
    }
    if case .date = axis.scale {
      let air = isPadded ? (high - low) * 0.03 : 0
      return low - air...high + air
    }
    if isPadded {
      let step = roundStep(low, high, count: 8)
      low = max((low / step + 1e-9).rounded(.down) * step, -Double.greatestFiniteMagnitude)
      high = min((high / step - 1e-9).rounded(.up) * step, Double.greatestFiniteMagnitude)
    }
    return low...high
  }

  /// From the 1, 2 or 5 of a power of ten beneath the data to the one above: whole decades would leave half a plot empty.
  private var logDomain: ClosedRange<Double> {
    if isPoint(low, high) { return low / 3...min(high * 3, Double.greatestFiniteMagnitude) }
    // A range within one decade keeps its own ends, since two decades would flatten the curve.
    guard high / low >= 5 else { return low...high }
    let (bottom, top) = (power(powerOfTen(low)), power(powerOfTen(high)))
    let start = [5.0, 2].first { $0 * bottom <= low * 1.000001 } ?? 1
    let end = [1.0, 2, 5].first { $0 * top >= high * 0.999999 } ?? 10
    return start * bottom...min(end * top, Double.greatestFiniteMagnitude)
  }

  /// Whether a range is too narrow for distinguishable ticks.
  private func isPoint(_ low: Double, _ high: Double) -> Bool {
    high / 2 - low / 2 <= max(1e-290, 1e-12 * max(abs(low), abs(high)))
  }

  private func isUsable(_ domain: ClosedRange<Double>) -> Bool {
    domain.lowerBound.isFinite && domain.upperBound.isFinite && !isPoint(domain.lowerBound, domain.upperBound)
      && (!isLog || domain.lowerBound > 0)
  }
}

/// The values of all marks of a chart: one extent for each axis.
package struct Extents {
  package var x: Extent
  package var y: Extent
  /// Whether the ends of the x axis need air, because something stands on a point and not between two.
  package var isPadded = false
  /// Whether a heat map is drawn: its fields fill the plot to the edge.
  package var hasTiles = false
  /// Whether the y axis holds categories, so that bars lie across.
  package let yIsCategorical: Bool

  /// Values that no mark can draw.
  var unusable: Int { x.unusable + y.unusable }

  init(_ chart: Chart, _ marks: [any ChartMark]) {
    x = Extent(scale: chart.x.scale)
    y = Extent(scale: chart.y.scale)
    yIsCategorical = if case .categorical = chart.y.scale { true } else { false }
    for mark in marks { mark.extend(&self) }
  }

  package mutating func add(_ points: [Chart.Point]) {
    for point in points {
      x.add(point.x)
      y.add(point.y)
    }
  }

  package mutating func add(_ spans: [Chart.Span]) {
    for span in spans {
      x.add(span.x)
      y.add(span.lower)
      y.add(span.upper)
    }
  }
}

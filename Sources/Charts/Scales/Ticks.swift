internal import Findings
internal import Foundation

extension PlotScale {
  /// Ticks at round values, with labels of one precision.
  var ticks: [Tick] {
    switch axis.scale {
    case .linear: linearTicks
    case .log: logTicks
    case .date: DateTicks.ticks(on: self)
    case .categorical(let names):
      names.enumerated().map { index, name in
        Tick(value: Double(index), position: position(Double(index)) ?? start, label: name, isMinor: false)
      }
    }
  }

  private var linearTicks: [Tick] {
    let step = roundStep(domain.lowerBound, domain.upperBound, count: abs(end - start) > 300 ? 8 : 5)
    let factor = axis.unit == .fraction ? 100.0 : 1
    let digits = max(0, -powerOfTen(step * factor * 1.0000001))
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let last = (domain.upperBound / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 50 else { return [] }
    return stride(from: first, through: last, by: 1).enumerated().compactMap { index, multiple in
      // Avoids ticks such as 0.30000000000000004.
      let value = step < 1 ? multiple / (1 / step).rounded(toFigures: 12) : multiple * step
      guard let position = position(value) else { return nil }
      let label = tickLabel(value * factor, digits: digits)
      return Tick(value: value, position: position, label: label, isMinor: index % 2 == 1)
    }
  }

  private func tickLabel(_ value: Double, digits: Int) -> String {
    if abs(value) >= 1e7 || (value != 0 && digits > 5) { return NumberText.plain(value, unit: .none) }
    // Four digits without a unit may be a year: 1990, not 1,990.
    return axis.unit == .none
      ? NumberText.plain(value, unit: .none, digits: digits) : NumberText.fixed(value, digits: digits)
  }

  /// Powers of ten; within few decades also multiples of them, so that there are three ticks or more.
  private var logTicks: [Tick] {
    let exponents = (low: powerOfTen(domain.lowerBound), high: powerOfTen(domain.upperBound))
    let step = max(1, (exponents.high - exponents.low + 7) / 8)
    for multiples in [[1.0], [1, 2, 5], [1, 2, 3, 5, 7]] {
      let values = stride(from: exponents.low, through: exponents.high, by: step).flatMap { exponent in
        multiples.map { $0 * power(exponent) }
      }
      let ticks = logTicks(at: values)
      if ticks.count > 2 { return inOneNotation(ticks) }
    }
    let even = roundStep(domain.lowerBound, domain.upperBound, count: 5)
    let first = (domain.lowerBound / even - 1e-9).rounded(.up)
    return logTicks(at: (0..<10).map { (first + Double($0)) * even })
  }

  private func logTicks(at values: [Double]) -> [Tick] {
    let shown = values.filter { $0 >= domain.lowerBound * 0.999999 && $0 <= domain.upperBound * 1.000001 }
    return shown.enumerated().compactMap { index, value in
      guard let position = position(value) else { return nil }
      let label = NumberText.plain(value, unit: axis.unit == .fraction ? .fraction : .none, digits: nil)
      return Tick(value: value, position: position, label: trimmed(label), isMinor: index % 2 == 1)
    }
  }

  /// Where one label has a raised power of ten, the others have as well: 5 × 10⁻⁵, 10⁻⁴, not 0.0001.
  private func inOneNotation(_ ticks: [Tick]) -> [Tick] {
    guard ticks.contains(where: { $0.label.contains { "⁰¹²³⁴⁵⁶⁷⁸⁹⁻".contains($0) } }) else { return ticks }
    return ticks.map { tick in
      var tick = tick
      let exponent = powerOfTen(tick.value * 1.000001)
      let multiple = (tick.value / power(exponent)).rounded()
      tick.label =
        (multiple == 1 ? "" : NumberText.fixed(multiple, digits: 0) + "\u{A0}×\u{A0}")
        + NumberText.tenTo(exponent)
      return tick
    }
  }

  /// `10.00` as `10`, so that the ticks of a logarithmic axis are as short as they can be.
  private func trimmed(_ label: String) -> String {
    guard label.contains("."), !label.contains("×") else { return label }
    var text = label
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

/// The step among 1, 2 and 5 times a power of ten that cuts a range into about `count` pieces.
///
/// Not 2.5, as other plotting libraries allow: a label would need a digit more than the step's power of ten.
func roundStep(_ low: Double, _ high: Double, count: Int) -> Double {
  let raw = high / Double(count) - low / Double(count)
  guard raw > 0, raw.isFinite else { return 1 }
  let unit = power(powerOfTen(raw))
  let choices = [1.0, 2, 5, 10]
  return (choices.first { $0 * unit >= raw * 0.999 } ?? 10) * unit
}

extension Double {
  fileprivate func rounded(toFigures figures: Int) -> Double {
    let unit = power(figures - 1 - powerOfTen(self))
    return unit.isFinite && unit > 0 ? (self * unit).rounded() / unit : self
  }
}

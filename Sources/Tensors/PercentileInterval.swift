/// The interval that holds the middle part of some numbers: the percentile interval of a bootstrap.
///
/// Its ends are the quantiles `(1 − level)/2` and `(1 + level)/2`, interpolated linearly between neighbours.
///
/// - Precondition: there are at least two numbers, and `level` is within `0..<1`.
package func percentileInterval(of numbers: [Double], level: Double) -> ClosedRange<Double> {
  let sorted = numbers.sorted()
  func quantile(_ part: Double) -> Double {
    let place = part * Double(sorted.count - 1)
    let index = min(Int(place), sorted.count - 2)
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }
  return quantile((1 - level) / 2)...quantile((1 + level) / 2)
}

public import Tensors

/// Returns the largest error of a gradient against central differences, relative where slopes are large.
///
/// ```
/// sᵢ = (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h        error = maxᵢ |sᵢ − gᵢ| / max(1, |sᵢ|)
/// ```
///
/// Only in Double: with h = 1e-5 a right gradient of a smooth function of size one stays under 1e-8, a wrong
/// one is off by the size of the slope. Keep the point away from kinks (hinges, ReLU at 0).
///
/// - Parameters:
///   - gradient: what is being checked, of the shape of `point`.
///   - point: where the gradient was taken.
///   - step: h.
///   - stride: checks each element whose index is a multiple of it; 1 checks all.
///   - value: f.
/// - Returns: the error, infinite where a slope or the gradient is not finite.
public func gradientError(
  of gradient: Tensor<Double>,
  at point: Tensor<Double>,
  step: Double = 1e-5,
  stride: Int = 1,
  value: (Tensor<Double>) -> Double
) -> Double {
  precondition(
    gradient.shape == point.shape,
    "the gradient has the shape \(gradient.shape), the point \(point.shape)"
  )
  var moved = point
  var worst = 0.0
  for index in Swift.stride(from: 0, to: point.count, by: stride) {
    let here = point[flat: index]
    moved[flat: index] = here + step
    let above = value(moved)
    moved[flat: index] = here - step
    let below = value(moved)
    moved[flat: index] = here
    let slope = (above - below) / (2 * step)
    let error = abs(slope - gradient[flat: index]) / max(1, abs(slope))
    guard error.isFinite else { return .infinity }
    worst = max(worst, error)
  }
  return worst
}

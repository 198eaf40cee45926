public import Tensors

/// Returns the largest error of a gradient against central differences, relative for slopes above 1.
///
/// ```
/// sᵢ = (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h        error = maxᵢ |sᵢ − gᵢ| / max(1, |sᵢ|)
/// ```
///
/// Works in Double only: with h = 1e-5 a correct gradient of a smooth function of size one has an error below 1e-8,
/// a wrong one an error of the size of the slope. Choose a point away from kinks (hinges, ReLU at 0).
///
/// - Parameters:
///   - gradient: the gradient to check, of the shape of `point`.
///   - point: the point at which it was computed.
///   - step: h.
///   - stride: only elements whose index is a multiple of it are checked; 1 checks all.
///   - value: the function f.
/// - Returns: the error; infinite if a slope or the gradient is not finite.
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

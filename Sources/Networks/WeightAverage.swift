public import Tensors

/// A running mean of parameters or statistics over training steps, often better in evaluation than the last values.
///
/// ```
/// a ← d·a + (1 − d)·w
/// ```
/// The mean begins at the values it is made from. facenet tracks one with d = 0.9999.
public struct WeightAverage<Element: Scalar>: Sendable {
  /// d, in `0...1`.
  public var decay: Double
  /// a: `[element]`, in the order of the parameters.
  public private(set) var values: Tensor<Element>

  /// Creates the mean at the values of a set.
  public init(of parameters: Parameters<Element>, decay: Double) {
    require((0...1).contains(decay), "the decay is \(decay); it must lie in 0...1")
    self.decay = decay
    values = parameters.values
  }

  /// Moves the mean towards the values of a set.
  public mutating func update(with parameters: Parameters<Element>) {
    require(values.count == parameters.count, "a mean of \(values.count) for \(parameters.count) parameters")
    let keep = Element(decay)
    let entries = parameters.entries
    parameters.values.withUnsafePointer { source in
      values.withUnsafeMutablePointer { target in
        forEachPiece(of: entries) { range, _ in
          mix(target + range.lowerBound, source + range.lowerBound, keep: keep, count: range.count)
        }
      }
    }
  }
}

@specialized(where Element == Float)
@specialized(where Element == Double)
private func mix<Element: Scalar>(
  _ target: UnsafeMutablePointer<Element>,
  _ source: UnsafePointer<Element>,
  keep: Element,
  count: Int
) {
  for i in 0..<count { target[i] = keep * target[i] + (1 - keep) * source[i] }
}

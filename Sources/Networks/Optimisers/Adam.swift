public import Tensors

/// Adam: divides the running mean of the gradient by the root of the running mean of its square.
///
/// ```
/// g ← ∂L/∂w + λ·w        m ← β₁·m + (1 − β₁)·g        v ← β₂·v + (1 − β₂)·g²
/// w ← w − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m/(√v + ε)
/// ```
/// t counts steps from 1, λ applies to decayed entries only. ε is added to the uncorrected √v, as in TensorFlow ("epsilon
/// hat" in the paper); facenet's ε = 0.1 is meant so.
///
/// Source: Kingma and Ba, ICLR 2015, section 2 with the reordering at its end.
public struct Adam<Element: Scalar>: Optimiser {
  /// β₁, in `0..<1`.
  public var meanDecay: Double
  /// β₂, in `0..<1`.
  public var squareDecay: Double
  /// ε, above 0.
  public var epsilon: Double
  /// λ, not negative.
  public var weightDecay: Double
  private var moments: (mean: Tensor<Element>, square: Tensor<Element>)?
  private var stepCount = 0

  /// Creates the rule with all moments 0; the defaults are facenet's.
  public init(
    meanDecay: Double = 0.9,
    squareDecay: Double = 0.999,
    epsilon: Double = 0.1,
    weightDecay: Double = 0
  ) {
    self.meanDecay = meanDecay
    self.squareDecay = squareDecay
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// The running means `mean` and `square`, and the number of steps taken, in two digits of base 4096: `step`.
  public var state: [String: Tensor<Element>] {
    get {
      guard let moments else { return [:] }
      let digits = [Element(stepCount / 4096), Element(stepCount % 4096)]
      return ["mean": moments.mean, "square": moments.square, "step": Tensor(digits, shape: [2])]
    }
    set {
      guard let mean = newValue["mean"], let square = newValue["square"], let step = newValue["step"] else {
        (moments, stepCount) = (nil, 0)
        return
      }
      require(step.count == 2 && mean.count == square.count, "this is not the state of Adam")
      moments = (mean, square)
      stepCount = Int(step[flat: 0]) * 4096 + Int(step[flat: 1])
    }
  }

  public mutating func update(_ parameters: inout Parameters<Element>, rate: Double) {
    var (mean, square) = moments ?? (Tensor(zeros: [parameters.count]), Tensor(zeros: [parameters.count]))
    moments = nil
    require(mean.count == parameters.count, "\(mean.count) running means for \(parameters.count) parameters")
    stepCount += 1
    let correction = (1 - power(squareDecay, stepCount)).squareRoot() / (1 - power(meanDecay, stepCount))
    let rule = AdamRule(
      meanDecay: Element(meanDecay),
      squareDecay: Element(squareDecay),
      epsilon: Element(epsilon),
      rate: Element(rate * correction)
    )
    let entries = parameters.entries
    let lambda = Element(weightDecay)
    parameters.gradients.withUnsafePointer { gradients in
      parameters.values.withUnsafeMutablePointer { values in
        mean.withUnsafeMutablePointer { mean in
          square.withUnsafeMutablePointer { square in
            forEachPiece(of: entries) { range, isDecayed in
              let first = range.lowerBound
              let decay = isDecayed ? lambda : 0
              moveByAdam(
                values + first,
                mean + first,
                square + first,
                gradients + first,
                count: range.count,
                rule,
                decay: decay
              )
            }
          }
        }
      }
    }
    moments = (mean, square)
  }
}

/// The constants of one step of Adam: β₁, β₂, ε and the corrected rate.
private struct AdamRule<Element: Scalar> {
  var meanDecay: Element
  var squareDecay: Element
  var epsilon: Element
  var rate: Element
}

/// Returns `base` to an integer power, by squaring: the same bits on every machine, unlike `pow`.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest % 2 == 1 { result *= square }
    square *= square
    rest /= 2
  }
  return result
}

/// Takes one step of Adam for `count` elements.
///
/// - Parameters:
///   - values: w, `[count]`.
///   - mean: m, `[count]`.
///   - square: v, `[count]`.
///   - gradients: ∂L/∂w, `[count]`.
///   - decay: λ, 0 for elements that are not decayed.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func moveByAdam<Element: Scalar>(
  _ values: UnsafeMutablePointer<Element>,
  _ mean: UnsafeMutablePointer<Element>,
  _ square: UnsafeMutablePointer<Element>,
  _ gradients: UnsafePointer<Element>,
  count: Int,
  _ rule: AdamRule<Element>,
  decay: Element
) {
  let (keepMean, keepSquare) = (rule.meanDecay, rule.squareDecay)
  for i in 0..<count {
    let gradient = gradients[i] + decay * values[i]
    mean[i] = keepMean * mean[i] + (1 - keepMean) * gradient
    square[i] = keepSquare * square[i] + (1 - keepSquare) * gradient * gradient
    values[i] -= rule.rate * mean[i] / (square[i].squareRoot() + rule.epsilon)
  }
}

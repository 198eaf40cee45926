internal import CKernels
public import Tensors

/// An update rule that moves parameters against their gradients.
///
/// One optimiser belongs to one set of parameters; its state is part of a checkpoint.
public protocol Optimiser<Element>: Sendable {
  associatedtype Element: Scalar
  /// Moves the values by one step. The gradients are those of the loss alone: weight decay is added here.
  mutating func update(_ parameters: inout Parameters<Element>, rate: Double)
  /// The state between steps, by name, each `[element]` in the order of the parameters.
  var state: [String: Tensor<Element>] { get set }
}

/// Stochastic gradient descent with momentum.
///
/// ```
/// g ← ∂L/∂w + λ·w        v ← μ·v + g        w ← w − η·v
/// ```
/// η is the rate, μ `momentum`, λ `weightDecay`, which applies to decayed entries only: it is the gradient of
/// λ·Σw²/2.
public struct MomentumSGD<Element: Scalar>: Optimiser {
  /// μ, in `0..<1`.
  public var momentum: Double
  /// λ, not negative.
  public var weightDecay: Double
  private var velocity: Tensor<Element>?

  /// Creates the rule with a velocity of 0.
  public init(momentum: Double = 0.9, weightDecay: Double = 0) {
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  public var state: [String: Tensor<Element>] {
    get { velocity.map { ["velocity": $0] } ?? [:] }
    set { velocity = newValue["velocity"] }
  }

  public mutating func update(_ parameters: inout Parameters<Element>, rate: Double) {
    var moving = velocity ?? Tensor(zeros: [parameters.count])
    velocity = nil
    require(
      moving.count == parameters.count,
      "\(moving.count) velocities for \(parameters.count) parameters"
    )
    let entries = parameters.entries
    let (mu, lambda, eta) = (Element(momentum), Element(weightDecay), Element(rate))
    parameters.gradients.withUnsafePointer { gradients in
      parameters.values.withUnsafeMutablePointer { values in
        moving.withUnsafeMutablePointer { velocities in
          forEachPiece(of: entries) { range, isDecayed in
            moveByMomentum(
              values + range.lowerBound,
              velocities + range.lowerBound,
              gradients + range.lowerBound,
              count: range.count,
              momentum: mu,
              decay: isDecayed ? lambda : 0,
              rate: eta
            )
          }
        }
      }
    }
    velocity = moving
  }
}

/// Calls the body for ranges of elements of one entry each, on several threads.
func forEachPiece(
  of entries: [ParameterEntry],
  _ body: (_ range: Range<Int>, _ isDecayed: Bool) -> Void
) {
  let pieceLength = 1 << 16
  var pieces: [(Range<Int>, Bool)] = []
  for entry in entries {
    for start in stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: pieceLength) {
      pieces.append((start..<min(start + pieceLength, entry.range.upperBound), entry.isDecayed))
    }
  }
  let perChunk = 2
  Parallel.forEach((pieces.count + perChunk - 1) / perChunk) { chunk in
    for index in chunk * perChunk..<min(pieces.count, (chunk + 1) * perChunk) {
      body(pieces[index].0, pieces[index].1)
    }
  }
}

/// Takes one step of gradient descent with momentum for `count` elements.
///
/// - Parameters:
///   - values: w, `[count]`.
///   - velocities: v, `[count]`.
///   - gradients: ∂L/∂w, `[count]`.
///   - decay: λ, 0 for elements that are not decayed.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func moveByMomentum<Element: Scalar>(
  _ values: UnsafeMutablePointer<Element>,
  _ velocities: UnsafeMutablePointer<Element>,
  _ gradients: UnsafePointer<Element>,
  count: Int,
  momentum: Element,
  decay: Element,
  rate: Element
) {
  if let values = values as? UnsafeMutablePointer<Float>,
    let velocities = velocities as? UnsafeMutablePointer<Float>,
    let gradients = gradients as? UnsafePointer<Float>, let momentum = momentum as? Float,
    let decay = decay as? Float, let rate = rate as? Float
  {
    return vector_descend(values, velocities, gradients, count, momentum, decay, rate)
  }
  for i in 0..<count {
    let velocity = momentum * velocities[i] + (gradients[i] + decay * values[i])
    velocities[i] = velocity
    values[i] -= rate * velocity
  }
}

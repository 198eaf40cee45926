internal import Tensors

/// The constants of a batch normalisation.
struct BatchNormSettings {
  /// ε, added to the variance.
  var epsilon: Double
  /// The weight of the old value in the moving statistics.
  var decay: Double
}

/// Count, mean and sum of squared deviations of a sample, combined without cancellation (Chan, Golub, LeVeque 1983).
struct Moments {
  private(set) var count = 0
  private(set) var mean = 0.0
  private(set) var squares = 0.0

  mutating func add(count other: Int, mean otherMean: Double, squares otherSquares: Double) {
    let total = count + other
    let difference = otherMean - mean
    mean += difference * Double(other) / Double(total)
    squares += otherSquares + difference * difference * Double(count) * Double(other) / Double(total)
    count = total
  }
}

/// Combines the chunks' means and squares, in order, into mean, scale and shift, and updates the moving statistics.
///
/// - Parameters:
///   - parts: the mean and the sum of squared deviations of each chunk, `[chunk, 2, channel]`.
///   - beta: `[channel]`.
///   - movingMean: `[channel]`.
///   - movingVariance: `[channel]`.
///   - coefficients: mean, scale and shift, `[3, channel]`, overwritten; see `Normalisation`.
@specialized(where Element == Float)
@specialized(where Element == Double)
func poolMoments<Element: Scalar>(
  _ parts: UnsafePointer<Element>,
  _ chunks: RowChunks,
  channels: Int,
  _ settings: BatchNormSettings,
  beta: UnsafePointer<Element>,
  movingMean: UnsafeMutablePointer<Element>,
  movingVariance: UnsafeMutablePointer<Element>,
  into coefficients: UnsafeMutablePointer<Element>
) {
  let decay = settings.decay
  for channel in 0..<channels {
    var pooled = Moments()
    for chunk in 0..<chunks.count {
      let part = parts + chunk * 2 * channels + channel
      pooled.add(count: chunks.range(chunk).count, mean: Double(part[0]), squares: Double(part[channels]))
    }
    let variance = pooled.squares / Double(chunks.rows)
    let scale = 1 / (variance + settings.epsilon).squareRoot()
    coefficients[channel] = Element(pooled.mean)
    coefficients[channels + channel] = Element(scale)
    coefficients[2 * channels + channel] = Element(Double(beta[channel]) - pooled.mean * scale)
    movingMean[channel] = Element(decay * Double(movingMean[channel]) + (1 - decay) * pooled.mean)
    movingVariance[channel] = Element(decay * Double(movingVariance[channel]) + (1 - decay) * variance)
  }
}

/// Computes mean, scale and shift from the moving statistics.
///
/// - Parameters:
///   - mean: `[channel]`.
///   - variance: `[channel]`.
///   - beta: `[channel]`.
///   - coefficients: mean, scale and shift, `[3, channel]`, overwritten; see `Normalisation`.
@specialized(where Element == Float)
@specialized(where Element == Double)
func normalise<Element: Scalar>(
  mean: UnsafePointer<Element>,
  variance: UnsafePointer<Element>,
  beta: UnsafePointer<Element>,
  epsilon: Double,
  channels: Int,
  into coefficients: UnsafeMutablePointer<Element>
) {
  for channel in 0..<channels {
    let scale = 1 / (Double(variance[channel]) + epsilon).squareRoot()
    coefficients[channel] = mean[channel]
    coefficients[channels + channel] = Element(scale)
    coefficients[2 * channels + channel] = Element(Double(beta[channel]) - Double(mean[channel]) * scale)
  }
}

/// Combines the chunks' Σ∂y and Σ∂y·(x − μ), in order, into ∂β and the coefficients of ∂x.
///
/// ```
/// ∂x = s·∂y + constant − x·pull      pull = s³·mean(∂y·(x − μ))      constant = μ·pull − s·mean(∂y)
/// ```
/// - Parameters:
///   - parts: Σ∂y and Σ∂y·(x − μ) of each chunk, `[chunk, 2, channel]`.
///   - slopes: ∂β, `[channel]`, overwritten.
///   - constant: the constants, then the pulls, `[2, channel]`, overwritten.
@specialized(where Element == Float)
@specialized(where Element == Double)
func poolSlopes<Element: Scalar>(
  _ parts: UnsafePointer<Element>,
  _ chunks: RowChunks,
  channels: Int,
  _ norm: Normalisation<Element>,
  into slopes: UnsafeMutablePointer<Element>,
  constant: UnsafeMutablePointer<Element>
) {
  let share = 1 / Double(chunks.rows)
  for channel in 0..<channels {
    var (sum, products) = (0.0, 0.0)
    for chunk in 0..<chunks.count {
      let part = parts + chunk * 2 * channels + channel
      sum += Double(part[0])
      products += Double(part[channels])
    }
    let scale = Double(norm.scale[channel])
    let pull = scale * scale * scale * products * share
    slopes[channel] = Element(sum)
    constant[channel] = Element(Double(norm.mean[channel]) * pull - scale * sum * share)
    constant[channels + channel] = Element(pull)
  }
}

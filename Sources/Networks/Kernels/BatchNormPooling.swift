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
  var count = 0
  var mean = 0.0
  var squares = 0.0

  mutating func add(count other: Int, mean otherMean: Double, squares otherSquares: Double) {
    let total = count + other
    let difference = otherMean - mean
    mean += difference * Double(other) / Double(total)
    squares += otherSquares + difference * difference * Double(count) * Double(other) / Double(total)
    count = total
  }
}

/// Combines the means and squares of some chunks, in order, with those of the chunks before them.
///
/// - Parameters:
///   - parts: the mean and the sum of squared deviations of each chunk, `[chunk, 2, channel]`.
///   - owned: the chunks to be combined.
///   - channels: those to be combined, of `count`.
///   - pooled: mean and sum of squared deviations, `[2, channel]`: of the rows before the chunks, then with them.
func poolMoments<Element: Scalar>(
  _ parts: UnsafePointer<Element>,
  _ chunks: RowChunks,
  _ owned: Range<Int>,
  _ channels: Range<Int>,
  of count: Int,
  into pooled: UnsafeMutablePointer<Double>
) {
  guard !owned.isEmpty else { return }
  let before = chunks.range(owned.lowerBound).lowerBound
  for channel in channels {
    var moments = Moments(count: before, mean: pooled[channel], squares: pooled[count + channel])
    for chunk in owned {
      let part = parts + chunk * 2 * count + channel
      moments.add(count: chunks.range(chunk).count, mean: Double(part[0]), squares: Double(part[count]))
    }
    (pooled[channel], pooled[count + channel]) = (moments.mean, moments.squares)
  }
}

/// Computes mean, scale and shift from the moments of a batch, and updates the moving statistics.
///
/// - Parameters:
///   - pooled: mean and sum of squared deviations, `[2, channel]`.
///   - rows: the number of rows in the batch.
///   - beta: `[channel]`.
///   - movingMean: `[channel]`.
///   - movingVariance: `[channel]`.
///   - coefficients: mean, scale and shift, `[3, channel]`, overwritten; see `Normalisation`.
func finishMoments<Element: Scalar>(
  _ pooled: UnsafePointer<Double>,
  rows: Int,
  channels: Int,
  _ settings: BatchNormSettings,
  beta: UnsafePointer<Element>,
  movingMean: UnsafeMutablePointer<Element>,
  movingVariance: UnsafeMutablePointer<Element>,
  into coefficients: UnsafeMutablePointer<Element>
) {
  let decay = settings.decay
  for channel in 0..<channels {
    let (mean, variance) = (pooled[channel], pooled[channels + channel] / Double(rows))
    let scale = 1 / (variance + settings.epsilon).squareRoot()
    coefficients[channel] = Element(mean)
    coefficients[channels + channel] = Element(scale)
    coefficients[2 * channels + channel] = Element(Double(beta[channel]) - mean * scale)
    movingMean[channel] = Element(decay * Double(movingMean[channel]) + (1 - decay) * mean)
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

/// Adds Σ∂y and Σ∂y·(x − μ) of some chunks, in order, to those of the chunks before them.
///
/// - Parameters:
///   - parts: Σ∂y and Σ∂y·(x − μ) of each chunk, `[chunk, 2, channel]`.
///   - owned: the chunks to be added.
///   - channels: those to be added, of `count`.
///   - pooled: both sums, `[2, channel]`: of the rows before the chunks, then with them.
func poolSlopes<Element: Scalar>(
  _ parts: UnsafePointer<Element>,
  _ owned: Range<Int>,
  _ channels: Range<Int>,
  of count: Int,
  into pooled: UnsafeMutablePointer<Double>
) {
  for channel in channels {
    var (sum, products) = (pooled[channel], pooled[count + channel])
    for chunk in owned {
      let part = parts + chunk * 2 * count + channel
      sum += Double(part[0])
      products += Double(part[count])
    }
    (pooled[channel], pooled[count + channel]) = (sum, products)
  }
}

/// Computes ∂β and the coefficients of ∂x from Σ∂y and Σ∂y·(x − μ) of a batch.
///
/// ```
/// ∂x = s·∂y + constant − x·pull      pull = s³·mean(∂y·(x − μ))      constant = μ·pull − s·mean(∂y)
/// ```
/// - Parameters:
///   - pooled: Σ∂y and Σ∂y·(x − μ), `[2, channel]`.
///   - rows: the number of rows in the batch.
///   - slopes: ∂β, `[channel]`, overwritten.
///   - constant: the constants, then the pulls, `[2, channel]`, overwritten.
func finishSlopes<Element: Scalar>(
  _ pooled: UnsafePointer<Double>,
  rows: Int,
  channels: Int,
  _ norm: Normalisation<Element>,
  into slopes: UnsafeMutablePointer<Element>,
  constant: UnsafeMutablePointer<Element>
) {
  let share = 1 / Double(rows)
  for channel in 0..<channels {
    let (sum, products) = (pooled[channel], pooled[channels + channel])
    let scale = Double(norm.scale[channel])
    let pull = scale * scale * scale * products * share
    slopes[channel] = Element(sum)
    constant[channel] = Element(Double(norm.mean[channel]) * pull - scale * sum * share)
    constant[channels + channel] = Element(pull)
  }
}

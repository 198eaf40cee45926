internal import Tensors

/// Batch normalisation without scale, and the ReLU after it where there is one.
///
/// ```
/// x̂ = (x − μ)/√(σ² + ε)        y = x̂ + β
/// ∂x = (∂y − mean(∂y) − x̂·mean(∂y·x̂))/√(σ² + ε)        ∂β = Σ ∂y
/// ```
/// Means are over batch, height and width; with a ReLU, ∂y is 0 where y is not above 0.
///
/// Source: Ioffe and Szegedy, ICML 2015; slim's default of no learned scale.
final class BatchNormOperation<Element: Scalar>: Operation {
  private let input: View
  private let output: View
  private let outputGradient: View?
  private let inputTarget: GradientTarget?
  private let beta: Range<Int>
  private let movingMean: Range<Int>
  private let movingVariance: Range<Int>
  private let epsilon: Double
  private let decay: Double
  private let hasReLU: Bool
  private let isTraining: Bool
  private let chunks: RowChunks
  /// The batch's mean and 1/√(σ² + ε), from forward to backward.
  private var mean: [Element]
  private var inverse: [Element]

  init(
    input: Value,
    output: Value,
    beta: Range<Int>,
    movingMean: Range<Int>,
    movingVariance: Range<Int>,
    epsilon: Double,
    decay: Double,
    hasReLU: Bool,
    isTraining: Bool
  ) {
    self.input = input.view
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
    self.beta = beta
    self.movingMean = movingMean
    self.movingVariance = movingVariance
    self.epsilon = epsilon
    self.decay = decay
    self.hasReLU = hasReLU
    self.isTraining = isTraining
    chunks = RowChunks(rows: input.view.rows, channels: input.view.channels)
    mean = Array(repeating: 0, count: input.view.channels)
    inverse = mean
  }

  var forwardBuffers: [Int] { [input.buffer, output.buffer] }
  var backwardBuffers: [Int] {
    [input.buffer] + [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self)
  }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }
  var sharedScratchCount: Int { 2 * channels * chunks.count + 2 * channels }

  private var channels: Int { input.channels }

  func forward(_ run: Run<Element>) {
    if isTraining { measure(run) } else { recall(run) }
    let shift = run.sharedScratch
    let betas = run.values + beta.lowerBound
    for channel in 0..<channels { shift[channel] = betas[channel] - mean[channel] * inverse[channel] }
    let (x, y) = (run.pointer(input), run.pointer(output))
    inverse.withUnsafeBufferPointer { scale in
      guard let scale = scale.baseAddress else { return }
      Parallel.forEach(chunks.count) { chunk in
        let rows = chunks.range(chunk)
        scaleRows(
          x + rows.lowerBound * input.stride,
          scale,
          shift,
          hasReLU: hasReLU,
          into: y + rows.lowerBound * output.stride,
          Rows(count: rows.count, channels: channels, from: input.stride, to: output.stride)
        )
      }
    }
  }

  /// Takes mean and variance from the batch, and moves the moving ones.
  private func measure(_ run: Run<Element>) {
    let x = run.pointer(input)
    let parts = run.sharedScratch
    Parallel.forEach(chunks.count) { chunk in
      let rows = chunks.range(chunk)
      momentsOfRows(
        x + rows.lowerBound * input.stride,
        rows: rows.count,
        channels: channels,
        stride: input.stride,
        mean: parts + chunk * 2 * channels,
        squares: parts + (chunk * 2 + 1) * channels
      )
    }
    let means = run.statistics + movingMean.lowerBound
    let variances = run.statistics + movingVariance.lowerBound
    for channel in 0..<channels {
      var pooled = Moments()
      for chunk in 0..<chunks.count {
        pooled.add(
          count: chunks.range(chunk).count,
          mean: Double(parts[chunk * 2 * channels + channel]),
          squares: Double(parts[(chunk * 2 + 1) * channels + channel])
        )
      }
      let variance = pooled.squares / Double(input.rows)
      mean[channel] = Element(pooled.mean)
      inverse[channel] = Element(1 / (variance + epsilon).squareRoot())
      means[channel] = Element(decay * Double(means[channel]) + (1 - decay) * pooled.mean)
      variances[channel] = Element(decay * Double(variances[channel]) + (1 - decay) * variance)
    }
  }

  /// Takes the moving mean and variance.
  private func recall(_ run: Run<Element>) {
    for channel in 0..<channels {
      mean[channel] = run.statistics[movingMean.lowerBound + channel]
      let variance = Double(run.statistics[movingVariance.lowerBound + channel])
      inverse[channel] = Element(1 / (variance + epsilon).squareRoot())
    }
  }

  func backward(_ run: Run<Element>) {
    guard let outputGradient else { return }
    let (x, slope) = (run.pointer(input), run.pointer(outputGradient))
    let betas = run.values + beta.lowerBound
    mean.withUnsafeBufferPointer { mean in
      inverse.withUnsafeBufferPointer { inverse in
        guard let mean = mean.baseAddress, let inverse = inverse.baseAddress else { return }
        let norm = Normalisation(mean: mean, inverse: inverse, beta: betas, hasReLU: hasReLU)
        let parts = run.sharedScratch
        Parallel.forEach(chunks.count) { chunk in
          let rows = chunks.range(chunk)
          sumSlopes(
            x + rows.lowerBound * input.stride,
            slope + rows.lowerBound * outputGradient.stride,
            norm,
            slopes: parts + chunk * 2 * channels,
            products: parts + (chunk * 2 + 1) * channels,
            Rows(count: rows.count, channels: channels, from: input.stride, to: outputGradient.stride)
          )
        }
        let means = sumParts(run)
        guard let inputTarget else { return }
        let target = run.pointer(inputTarget.view)
        Parallel.forEach(chunks.count) { chunk in
          let rows = chunks.range(chunk)
          slopesOfNormalised(
            x + rows.lowerBound * input.stride,
            slope + rows.lowerBound * outputGradient.stride,
            norm,
            means: means,
            accumulates: inputTarget.accumulates,
            into: target + rows.lowerBound * inputTarget.view.stride,
            Rows(count: rows.count, channels: channels, from: input.stride, to: outputGradient.stride)
          )
        }
      }
    }
  }

  /// Adds the chunks' sums in order: ∂β, and the means that the input's gradient needs.
  private func sumParts(_ run: Run<Element>) -> UnsafeMutablePointer<Element> {
    let parts = run.sharedScratch
    let means = parts + 2 * channels * chunks.count
    let slopes = run.gradients + beta.lowerBound
    for channel in 0..<channels {
      var (sum, products) = (0.0, 0.0)
      for chunk in 0..<chunks.count {
        sum += Double(parts[chunk * 2 * channels + channel])
        products += Double(parts[(chunk * 2 + 1) * channels + channel])
      }
      slopes[channel] = Element(sum)
      means[channel] = Element(sum / Double(input.rows))
      means[channels + channel] = Element(products / Double(input.rows))
    }
    return means
  }
}

/// Count, mean and sum of squared deviations, pooled without cancellation (Chan, Golub, LeVeque 1983).
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

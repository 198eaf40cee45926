/// One step of a network, as data: what it is, not how it is computed.
///
/// Activations are `[batch, height, width, channel]`; a vector of features is `[batch, feature]`. A list of
/// layers is applied from first to last.
public indirect enum Layer: Sendable, Hashable, Codable {
  /// `y = x·W + b`, W `[input feature, unit]`; all axes of `x` but the batch are taken together.
  case dense(_ units: Int, bias: Bool = true)
  /// Cross-correlation with `channels` kernels, W `[kernel height, kernel width, input channel, channel]`.
  case convolution(
    _ channels: Int,
    height: Int,
    width: Int,
    stride: Int = 1,
    padding: Padding = .same,
    bias: Bool = true
  )
  /// Subtracts the mean of each channel, divides by its standard deviation, adds a learned beta.
  ///
  /// ```
  /// y = (x − μ)/√(σ² + ε) + β        σ² = mean of (x − μ)² over batch, height, width
  /// ```
  /// There is no learned scale, as in facenet (slim's default). Training uses the batch's μ and σ² and moves the moving
  /// statistics, `m ← decay·m + (1 − decay)·μ`, both with the biased variance; inference uses the moving ones.
  case batchNorm(epsilon: Double = 0.001, decay: Double = 0.995)
  /// `y = max(x, 0)`.
  case relu
  /// The largest of each window, `stride` apart; a window that leaves the image is left out.
  case maxPool(_ size: Int = 3, stride: Int = 2)
  /// The mean of each channel over height and width.
  case globalAveragePool
  /// In training keeps each value with probability `keep` and divides it by `keep`, else puts 0.
  case dropout(keep: Double)
  /// `y = x + scale·f(x)`, where f is the list of layers.
  case residual(scale: Double = 1, [Layer])
  /// Applies each list to the same input and joins the results along the channels, in order.
  case parallel([[Layer]])
  /// A list of layers whose parameters' names begin with `name/`.
  case named(String, [Layer])

  /// What surrounds an image when a kernel reaches beyond it.
  public enum Padding: String, Sendable, Hashable, Codable {
    /// Zeros, so that the output has ⌈size/stride⌉ places; an odd one goes below and to the right.
    case same
    /// Nothing: ⌊(size − kernel)/stride⌋ + 1 places.
    case valid
  }

  /// Returns a convolution with a square kernel.
  public static func convolution(
    _ channels: Int,
    kernel: Int,
    stride: Int = 1,
    padding: Padding = .same,
    bias: Bool = true
  ) -> Layer {
    .convolution(channels, height: kernel, width: kernel, stride: stride, padding: padding, bias: bias)
  }

  /// The word for the layer in the names of parameters and in messages.
  var kind: String {
    switch self {
    case .dense: "dense"
    case .convolution: "convolution"
    case .batchNorm: "batchNorm"
    case .relu: "relu"
    case .maxPool: "maxPool"
    case .globalAveragePool: "globalAveragePool"
    case .dropout: "dropout"
    case .residual: "residual"
    case .parallel: "parallel"
    case .named(let name, _): name
    }
  }
}

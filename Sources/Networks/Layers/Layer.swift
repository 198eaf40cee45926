/// One layer of a network, as data.
///
/// Activations are `[batch, height, width, channel]`; feature vectors are `[batch, feature]`. A list of layers is applied from
/// first to last.
public indirect enum Layer: Sendable, Hashable, Codable {
  /// A fully connected layer: `y = x·W + b`, W `[input feature, unit]`; all axes of `x` but the batch are flattened.
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
  /// The rectifier: `y = max(x, 0)`.
  case relu
  /// Maximum pooling without padding: windows of `size` x `size`, `stride` apart; one that leaves the image is left out.
  case maxPool(_ size: Int = 3, stride: Int = 2)
  /// The mean of each channel over height and width.
  case globalAveragePool
  /// Dropout: in training keeps each value with probability `keep` and divides it by `keep`, else puts 0.
  case dropout(keep: Double)
  /// A residual block: `y = x + scale·f(x)`, where f is the list of layers.
  case residual(scale: Double = 1, [Layer])
  /// Applies each list to the same input and concatenates the results along the channels, in order.
  case parallel([[Layer]])
  /// A list of layers whose parameters' names begin with `name/`.
  case named(String, [Layer])

  /// The padding of an image where a kernel reaches beyond it.
  public enum Padding: String, Sendable, Hashable, Codable {
    /// Zeros, so that the output has ⌈size/stride⌉ places; an odd row or column goes below or to the right.
    case same
    /// No padding: ⌊(size − kernel)/stride⌋ + 1 places.
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

  /// The layer's kind in the names of parameters and in messages.
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

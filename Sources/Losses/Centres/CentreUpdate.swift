internal import Tensors

/// The rule by which the centre of a class follows the features of a batch.
public enum CentreUpdate: Codable, Hashable, Sendable {
  /// Wen's rule, `rate` γ in `0...1`: `c ← c − γ·Σᵢ(c − xᵢ) / (1 + n)` over the class's n samples.
  ///
  /// Source: Wen et al., ECCV 2016, equation 4 (Wen's α is γ in the minimum-margin paper).
  case wen(rate: Double)
  /// The variant of facenet's code: `c ← c − (1 − retention)·Σᵢ(c − xᵢ)`, without division by a count.
  ///
  /// Each difference is taken from the centre before the batch. facenet's default retention is 0.95; with n
  /// samples of a class in a batch the step overshoots where `n·(1 − retention)` is above 1.
  case facenet(retention: Double)

  /// Returns the weight s of a sample in its class's new centre: `c ← c − s·Σᵢ(c − xᵢ)`, so `∂c/∂xᵢ = s`.
  ///
  /// - Parameter count: the class's samples in the batch, at least 1.
  public func share(ofOneIn count: Int) -> Double {
    switch self {
    case .wen(let rate): rate / Double(1 + count)
    case .facenet(let retention): 1 - retention
    }
  }

  /// Stops where a rate is outside `0...1`.
  func requireValid() {
    switch self {
    case .wen(let rate): require(0...1 ~= rate, "the centre rate \(rate) is outside 0...1")
    case .facenet(let retention):
      require(0...1 ~= retention, "the retention \(retention) is outside 0...1")
    }
  }
}

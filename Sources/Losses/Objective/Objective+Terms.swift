extension Objective.Term {
  /// Cross entropy with weight 1.
  public static var softmax: Self { Self(SoftmaxLoss()) }
  /// AM-Softmax with weight 1.
  public static func amSoftmax(scale: Double = 64, margin: Double = 0.35) -> Self {
    Self(AMSoftmaxLoss(scale: scale, margin: margin))
  }
  /// ArcFace with weight 1.
  public static func arcFace(scale: Double = 64, margin: Double = 0.5) -> Self {
    Self(ArcFaceLoss(scale: scale, margin: margin))
  }
  /// The centre loss; its weight is α in the paper, 5e-5 there.
  public static func centre(weight: Double) -> Self { Self(weight: weight, CentreLoss()) }
  /// The marginal loss.
  public static func marginal(weight: Double, threshold: Double = 1.2, errorMargin: Double = 0.3) -> Self {
    Self(weight: weight, MarginalLoss(threshold: threshold, errorMargin: errorMargin))
  }
  /// The range loss.
  public static func range(weight: Double, _ loss: RangeLoss = RangeLoss()) -> Self {
    Self(weight: weight, loss)
  }
  /// The minimum margin loss; its weight is β in the paper, 5e-8 there, its margin M, 280 there.
  public static func minimumMargin(weight: Double, margin: Double, by reading: MarginReading) -> Self {
    Self(weight: weight, MinimumMarginTerm(MinimumMarginLoss(margin: margin), by: reading))
  }
}

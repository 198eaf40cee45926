internal import Tensors

/// What training makes small: a weighted sum of losses.
///
/// ```swift
/// let paper = Objective(
///   .softmax, .centre(weight: 5e-5), .minimumMargin(weight: 5e-8, margin: 280, by: .throughUpdate))
/// ```
///
/// The loss of a batch is `Σ weight·term`, of the terms in their order; each as its own type documents it.
public struct Objective: Codable, Hashable, Sendable {
  /// The terms, in the order of the sum.
  public var terms: [Term]
  /// How centres follow the features of a batch; also what `MarginReading.throughUpdate` differentiates.
  public var centreUpdate: CentreUpdate

  /// - Precondition: there is a term, and no two of one name.
  public init(_ terms: Term..., centreUpdate: CentreUpdate = .wen(rate: 0.5)) {
    self.init(terms, centreUpdate: centreUpdate)
  }

  /// - Precondition: there is a term, and no two of one name.
  public init(_ terms: [Term], centreUpdate: CentreUpdate = .wen(rate: 0.5)) {
    require(!terms.isEmpty, "an objective without terms makes nothing small")
    let names = terms.map(\.name)
    require(Set(names).count == names.count, "a term stands twice in \(names)")
    centreUpdate.requireValid()
    self.terms = terms
    self.centreUpdate = centreUpdate
  }

  /// A loss and its weight in the sum.
  public struct Term: Codable, Hashable, Sendable {
    /// The factor on the loss.
    public var weight: Double
    /// The loss.
    public var loss: Loss
  }

  /// One of the losses, with its parameters.
  public enum Loss: Codable, Hashable, Sendable {
    case softmax(SoftmaxLoss)
    case amSoftmax(AMSoftmaxLoss)
    case arcFace(ArcFaceLoss)
    case centre(CentreLoss)
    case marginal(MarginalLoss)
    case range(RangeLoss)
    case minimumMargin(MinimumMarginLoss, MarginReading)
  }

  /// Whether a term reads class weights.
  public var needsClassifier: Bool {
    terms.contains {
      switch $0.loss {
      case .softmax, .amSoftmax, .arcFace: true
      case .centre, .marginal, .range, .minimumMargin: false
      }
    }
  }

  /// Whether a term reads class centres.
  public var needsCentres: Bool {
    terms.contains {
      switch $0.loss {
      case .centre, .minimumMargin: true
      case .softmax, .amSoftmax, .arcFace, .marginal, .range: false
      }
    }
  }
}

extension Objective.Term {
  /// The loss's name, the same in logs and charts: `softmax`, `centre`, `minimum margin`.
  public var name: String {
    switch loss {
    case .softmax: "softmax"
    case .amSoftmax: "AM-softmax"
    case .arcFace: "ArcFace"
    case .centre: "centre"
    case .marginal: "marginal"
    case .range: "range"
    case .minimumMargin: "minimum margin"
    }
  }

  /// Cross entropy with weight 1.
  public static var softmax: Self { Self(weight: 1, loss: .softmax(SoftmaxLoss())) }
  /// AM-Softmax with weight 1.
  public static func amSoftmax(scale: Double = 64, margin: Double = 0.35) -> Self {
    Self(weight: 1, loss: .amSoftmax(AMSoftmaxLoss(scale: scale, margin: margin)))
  }
  /// ArcFace with weight 1.
  public static func arcFace(scale: Double = 64, margin: Double = 0.5) -> Self {
    Self(weight: 1, loss: .arcFace(ArcFaceLoss(scale: scale, margin: margin)))
  }
  /// The centre loss; its weight is α in the paper, 5e-5 there.
  public static func centre(weight: Double) -> Self { Self(weight: weight, loss: .centre(CentreLoss())) }
  /// The marginal loss.
  public static func marginal(weight: Double, threshold: Double = 1.2, errorMargin: Double = 0.3) -> Self {
    Self(weight: weight, loss: .marginal(MarginalLoss(threshold: threshold, errorMargin: errorMargin)))
  }
  /// The range loss.
  public static func range(weight: Double, _ loss: RangeLoss = RangeLoss()) -> Self {
    Self(weight: weight, loss: .range(loss))
  }
  /// The minimum margin loss; its weight is β in the paper, 5e-8 there, its margin M, 280 there.
  public static func minimumMargin(weight: Double, margin: Double, by reading: MarginReading) -> Self {
    Self(weight: weight, loss: .minimumMargin(MinimumMarginLoss(margin: margin), reading))
  }
}

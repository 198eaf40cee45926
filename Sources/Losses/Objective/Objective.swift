internal import Tensors

/// What training minimises: a weighted sum of losses.
///
/// ```swift
/// let paper = Objective(
///   .softmax, .centre(weight: 5e-5), .minimumMargin(weight: 5e-8, margin: 280, by: .throughUpdate))
/// ```
///
/// The loss of a batch is `Σ weight·term`, in the order of the terms; each term is documented at its own type.
public struct Objective: Codable, Hashable, Sendable {
  /// The terms, in the order of the sum.
  public var terms: [Term]
  /// How centres follow the features of a batch; also what `MarginReading.throughUpdate` differentiates.
  public var centreUpdate: CentreUpdate

  /// - Precondition: there is at least one term, and no two have the same name.
  public init(_ terms: Term..., centreUpdate: CentreUpdate = .wen(rate: 0.5)) {
    self.init(terms, centreUpdate: centreUpdate)
  }

  /// - Precondition: there is at least one term, and no two have the same name.
  public init(_ terms: [Term], centreUpdate: CentreUpdate = .wen(rate: 0.5)) {
    require(!terms.isEmpty, "an objective needs at least one term")
    let names = terms.map(\.name)
    require(Set(names).count == names.count, "two terms of an objective have the same name: \(names)")
    centreUpdate.requireValid()
    self.terms = terms
    self.centreUpdate = centreUpdate
  }

  /// A loss and its weight in the sum.
  public struct Term: Sendable {
    /// The factor on the loss.
    public var weight: Double
    /// The loss.
    public var loss: any Loss

    public init(weight: Double = 1, _ loss: some Loss) {
      self.weight = weight
      self.loss = loss
    }

    /// The loss's name, the same in logs and charts: `softmax`, `centre`, `minimum margin`.
    public var name: String { loss.name }
  }

  /// Whether a term reads class weights.
  public var needsClassifier: Bool { terms.contains { $0.loss.needs.contains(.classifier) } }

  /// Whether a term reads class centres.
  public var needsCentres: Bool { terms.contains { $0.loss.needs.contains(.centres) } }
}

extension Objective {
  /// Every kind of loss that a stored recipe may hold.
  static let lossKinds: [any Loss.Type] = [
    SoftmaxLoss.self, AMSoftmaxLoss.self, ArcFaceLoss.self, CentreLoss.self, MarginalLoss.self,
    RangeLoss.self,
    MinimumMarginTerm.self,
  ]

  /// Whether every loss is one that a stored recipe may hold: a chapter may define losses that no other program knows.
  package var isReadable: Bool {
    terms.allSatisfy { term in Self.lossKinds.contains { $0 == type(of: term.loss) } }
  }
}

extension Objective.Term: Hashable {
  public static func == (left: Self, right: Self) -> Bool {
    left.weight == right.weight && AnyHashable(left.loss) == AnyHashable(right.loss)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(weight)
    hasher.combine(AnyHashable(loss))
  }
}

/// A stored term is `{"weight": 0.5, "loss": {"centre": {"_0": {…}}}}`, the loss under its kind's key.
extension Objective.Term: Codable {
  private enum Key: CodingKey {
    case weight
    case loss
  }

  private struct Kind: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(weight, forKey: .weight)
    var kinds = container.nestedContainer(keyedBy: Kind.self, forKey: .loss)
    let key = Kind(stringValue: type(of: loss).key)
    var fields = kinds.nestedContainer(keyedBy: LossField.self, forKey: key)
    try loss.write(to: &fields)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    weight = try container.decode(Double.self, forKey: .weight)
    let kinds = try container.nestedContainer(keyedBy: Kind.self, forKey: .loss)
    let keys = kinds.allKeys
    guard keys.count == 1, let kind = Objective.lossKinds.first(where: { $0.key == keys[0].stringValue })
    else {
      let known = Objective.lossKinds.map { $0.key }.joined(separator: ", ")
      let problem = "\(keys.map(\.stringValue)) names no loss; known are \(known)"
      throw DecodingError.dataCorruptedError(forKey: .loss, in: container, debugDescription: problem)
    }
    let fields = try kinds.nestedContainer(keyedBy: LossField.self, forKey: keys[0])
    loss = try kind.read(from: fields)
  }
}

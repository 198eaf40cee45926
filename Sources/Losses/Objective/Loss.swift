public import Tensors

/// A loss that can be a term of an objective: it says what it reads, and adds its gradients to those of the objective.
///
/// To add a loss: a type that conforms, in a file of its own; one entry in `Objective.lossKinds`, so that recipes that hold
/// it can be read from files; one entry in the tests' list of losses, which checks its gradient.
public protocol Loss: Codable, Hashable, Sendable {
  /// The word for the loss in stored recipes, for example `softmax`. Recipes are named by their digest: never change it.
  static var key: String { get }
  /// The name in logs and charts, for example `minimum margin`; no two terms of an objective have the same.
  var name: String { get }
  /// What the loss reads besides features and labels. Class weights or centres that no term needs are not created.
  var needs: [LossNeed] { get }

  /// Adds the gradients of `weight`·loss to those of an objective.
  ///
  /// - Returns: the loss of the batch, without the weight.
  func add<Element>(
    to sum: inout ObjectiveValue<Element>,
    times weight: Double,
    of input: LossInput<Element>
  ) -> Double

  /// Writes the loss as the fields of a stored term: by default itself, as `_0`.
  func write(to fields: inout KeyedEncodingContainer<LossField>) throws
  /// Reads the loss from the fields of a stored term.
  static func read(from fields: KeyedDecodingContainer<LossField>) throws -> Self
}

/// What a loss may read besides the features and labels of a batch.
public enum LossNeed: Hashable, Sendable {
  /// A weight vector and a bias for each class, trained by gradient.
  case classifier
  /// A centre for each class, moved by `CentreUpdate`.
  case centres
}

/// The fields of a loss in a stored recipe.
public enum LossField: String, CodingKey {
  case first = "_0"
  case second = "_1"
}

extension Loss {
  public func write(to fields: inout KeyedEncodingContainer<LossField>) throws {
    try fields.encode(self, forKey: .first)
  }

  public static func read(from fields: KeyedDecodingContainer<LossField>) throws -> Self {
    try fields.decode(Self.self, forKey: .first)
  }
}

/// What an objective shows to its losses: a batch, with the classifier and the centres where they are needed.
public struct LossInput<Element: Scalar>: Sendable {
  /// Features and labels.
  public let batch: LabelledFeatures<Element>
  /// The rule by which the centres will follow the batch.
  public let centreUpdate: CentreUpdate
  private let givenClassifier: Classifier<Element>?
  private let givenCentres: Centres<Element>?

  init(
    _ batch: LabelledFeatures<Element>,
    _ classifier: Classifier<Element>?,
    _ centres: Centres<Element>?,
    _ centreUpdate: CentreUpdate
  ) {
    self.batch = batch
    self.centreUpdate = centreUpdate
    givenClassifier = classifier
    givenCentres = centres
  }

  /// The weights and biases of the classes.
  ///
  /// - Precondition: the loss names them among its `needs`.
  public var classifier: Classifier<Element> {
    guard let givenClassifier else {
      fatalError("a loss reads the classifier, but its `needs` do not name it")
    }
    return givenClassifier
  }

  /// The centres of the classes, before they follow the batch.
  ///
  /// - Precondition: the loss names them among its `needs`.
  public var centres: Centres<Element> {
    guard let givenCentres else { fatalError("a loss reads the centres, but its `needs` do not name them") }
    return givenCentres
  }

  /// Stops where a term needs what was not given.
  func requireNeeds(of term: Objective.Term) {
    for need in term.loss.needs {
      switch need {
      case .classifier:
        require(
          givenClassifier != nil,
          "the term '\(term.name)' of the objective needs a \(Classifier<Element>.self)"
        )
      case .centres:
        require(
          givenCentres != nil,
          "the term '\(term.name)' of the objective needs a \(Centres<Element>.self)"
        )
      }
    }
  }
}

internal import Losses
internal import Tensors
internal import Testing

/// A matrix of the rows.
func tensor<Element: Scalar>(_ rows: [[Double]]) -> Tensor<Element> {
  Tensor(rows.joined().map { Element($0) }, shape: [rows.count, rows.first?.count ?? 0])
}

/// A vector of the elements.
func vector<Element: Scalar>(_ elements: [Double]) -> Tensor<Element> {
  Tensor(elements.map { Element($0) }, shape: [elements.count])
}

/// The largest difference between elements, infinite where one is NaN or the counts differ.
func largestDifference<Element: Scalar>(_ tensor: Tensor<Element>, _ rows: [[Double]]) -> Double {
  let wanted = Array(rows.joined())
  guard wanted.count == tensor.count else { return .infinity }
  let differences = zip(tensor.elements, wanted).map { abs(Double($0) - $1) }
  return differences.contains { !$0.isFinite } ? .infinity : differences.max() ?? 0
}

extension SeededGenerator {
  /// A matrix of numbers in `-size...size`.
  mutating func matrix<Element: Scalar>(_ rows: Int, _ columns: Int, size: Double = 1) -> Tensor<Element> {
    let elements = (0..<(rows * columns)).map { _ in Element(Double.random(in: -size...size, using: &self)) }
    return Tensor(elements, shape: [rows, columns])
  }
}

/// Samples, a classifier and centres with distances of the size of the margins used in the tests.
struct Example {
  var batch: LabelledFeatures<Double>
  var classifier: Classifier<Double>
  var centres: Centres<Double>

  init(seed: UInt64, samples: Int = 10, classes: Int = 5, width: Int = 6, size: Double = 1) {
    var generator = SeededGenerator(seed: seed)
    let features: Tensor<Double> = generator.matrix(samples, width, size: size)
    let labels = (0..<samples).map { _ in Int.random(in: 0..<classes, using: &generator) }
    batch = LabelledFeatures(features, labels: labels)
    let weights: Tensor<Double> = generator.matrix(classes, width)
    classifier = Classifier(weights: weights, bias: generator.matrix(1, classes).reshaped([classes]))
    centres = Centres(generator.matrix(classes, width, size: size))
  }

  /// The same samples in another order.
  func permuted(_ order: [Int]) -> Example {
    var copy = self
    let width = batch.featureCount
    let elements = order.flatMap { batch.features.row($0) }
    copy.batch = LabelledFeatures(
      Tensor(elements, shape: [order.count, width]),
      labels: order.map { batch.labels[$0] }
    )
    return copy
  }

  func moved(_ features: Tensor<Double>) -> LabelledFeatures<Double> {
    LabelledFeatures(features, labels: batch.labels)
  }
}

/// A loss of the batch in one form: value and feature gradient of an example.
struct NamedLoss: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var evaluate: @Sendable (Example) -> (value: Double, features: Tensor<Double>)

  /// All losses that have a gradient in the features: add one here, and it is checked.
  static let all: [NamedLoss] = [
    NamedLoss(testDescription: "softmax") {
      let result = SoftmaxLoss().evaluate($0.batch, classifier: $0.classifier)
      return (result.value, result.featureGradient)
    },
    NamedLoss(testDescription: "AM-softmax") {
      let result = AMSoftmaxLoss(scale: 8, margin: 0.35).evaluate($0.batch, classifier: $0.classifier)
      return (result.value, result.featureGradient)
    },
    NamedLoss(testDescription: "ArcFace") {
      let result = ArcFaceLoss(scale: 8, margin: 0.5).evaluate($0.batch, classifier: $0.classifier)
      return (result.value, result.featureGradient)
    },
    NamedLoss(testDescription: "centre") {
      let result = CentreLoss().evaluate($0.batch, centres: $0.centres)
      return (result.value, result.featureGradient)
    },
    NamedLoss(testDescription: "marginal") {
      let result = MarginalLoss().evaluate($0.batch)
      return (result.value, result.featureGradient)
    },
    NamedLoss(testDescription: "range") {
      let loss = RangeLoss(rangeCount: 2, margin: 3, intraWeight: 0.5, interWeight: 0.7)
      let result = loss.evaluate($0.batch)
      return (result.value, result.featureGradient)
    },
    NamedLoss(testDescription: "objective of all") {
      let objective = Objective(
        .softmax,
        .centre(weight: 0.1),
        .marginal(weight: 0.3),
        .range(weight: 0.2, RangeLoss(margin: 3, intraWeight: 0.5, interWeight: 0.7)),
        .minimumMargin(weight: 0.05, margin: 6, by: .throughUpdate)
      )
      let result = objective.evaluate($0.batch, classifier: $0.classifier, centres: $0.centres)
      return (result.value, result.featureGradient)
    },
  ]
}

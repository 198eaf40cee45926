internal import Foundation
internal import Losses
internal import Tensors
internal import TestSupport
internal import Testing

@Suite("Objectives")
struct ObjectiveTests {
  static let everyTerm = Objective(
    [
      .softmax, .amSoftmax(scale: 8, margin: 0.25), .arcFace(scale: 16), .centre(weight: 0.5),
      .marginal(weight: 2),
      .range(weight: 3), .minimumMargin(weight: 0.25, margin: 280, by: .batchMeans),
    ],
    centreUpdate: .facenet(retention: 0.75)
  )

  @Test("keep the form in which recipes are digested")
  func form() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(Self.everyTerm), as: UTF8.self)
    let wanted = """
      {"centreUpdate":{"facenet":{"retention":0.75}},"terms":[{"loss":{"softmax":{"_0":{}}},"weight":1},\
      {"loss":{"amSoftmax":{"_0":{"margin":0.25,"scale":8}}},"weight":1},\
      {"loss":{"arcFace":{"_0":{"margin":0.5,"scale":16}}},"weight":1},{"loss":{"centre":{"_0":{}}},"weight":0.5},\
      {"loss":{"marginal":{"_0":{"errorMargin":0.3,"threshold":1.2}}},"weight":2},\
      {"loss":{"range":{"_0":{"interWeight":0.001,"intraWeight":0.0001,"margin":20000,"rangeCount":2}}},"weight":3},\
      {"loss":{"minimumMargin":{"_0":{"margin":280},"_1":"batchMeans"}},"weight":0.25}]}
      """
    #expect(text == wanted)
    #expect(try JSONDecoder().decode(Objective.self, from: Data(text.utf8)) == Self.everyTerm)
  }
}

/// A loss that the laboratory does not know: `½ Σᵢ ‖xᵢ‖²/m + Σᵢ ‖w(yᵢ)‖²`, which reads the classifier.
private struct ToyLoss: Loss {
  static var key: String { "toy" }
  var factor = 1.0
  var name: String { "toy" }
  var needs: [LossNeed] { [.classifier] }

  func add<Element>(
    to sum: inout ObjectiveValue<Element>,
    times weight: Double,
    of input: LossInput<Element>
  ) -> Double {
    let (batch, classifier) = (input.batch, input.classifier)
    let share = factor / Double(batch.count)
    sum.addFeatureGradient(batch.features, times: weight * share)
    let squares = batch.features.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
    var weights = Tensor<Element>(zeros: classifier.weights.shape)
    var own = 0.0
    for label in batch.labels {
      for column in 0..<batch.featureCount {
        let value = classifier.weights[label, column]
        weights[label, column] += 2 * value
        own += Double(value) * Double(value)
      }
    }
    let zeros = ClassificationLossValue(
      value: own,
      featureGradient: Tensor<Element>(zeros: batch.features.shape),
      weightGradient: weights,
      biasGradient: Tensor<Element>(zeros: [classifier.classCount])
    )
    sum.add(zeros, times: weight)
    return share * squares / 2 + own
  }
}

@Suite("A loss from outside")
struct ToyLossTests {
  private let example = Example(seed: 41)
  private var objective: Objective {
    Objective(.softmax, .init(weight: 0.3, ToyLoss(factor: 2)), .centre(weight: 0.1))
  }

  @Test("is a term like any other: value, gradients, needs")
  func term() {
    let result = objective.evaluate(example.batch, classifier: example.classifier, centres: example.centres)
    #expect(result.terms.map(\.name) == ["softmax", "toy", "centre"])
    #expect(abs(result.terms.reduce(0) { $0 + $1.weight * $1.value } - result.value) < 1e-12)
    let features = gradientError(of: result.featureGradient, at: example.batch.features) {
      objective.evaluate(example.moved($0), classifier: example.classifier, centres: example.centres).value
    }
    let weights = gradientError(
      of: result.weightGradient ?? Tensor(zeros: [0]),
      at: example.classifier.weights
    ) {
      let classifier = Classifier(weights: $0, bias: example.classifier.bias)
      return objective.evaluate(example.batch, classifier: classifier, centres: example.centres).value
    }
    #expect(features < 1e-7 && weights < 1e-7)
    #expect(Objective(.init(weight: 1, ToyLoss())).needsClassifier)
    #expect(!Objective(.init(weight: 1, ToyLoss())).needsCentres)
  }

  @Test("differs from others by its parameters, and is written; only its name is unknown to readers")
  func coding() throws {
    let other = Objective(.softmax, .init(weight: 0.3, ToyLoss(factor: 3)), .centre(weight: 0.1))
    #expect(objective == objective && objective != other)
    let data = try JSONEncoder().encode(objective)
    #expect(String(decoding: data, as: UTF8.self).contains(#"{"toy":{"_0":{"factor":2}}}"#))
    let error = #expect(throws: DecodingError.self) { try JSONDecoder().decode(Objective.self, from: data) }
    #expect("\(try #require(error))".contains("[\"toy\"] names no loss; known are softmax, amSoftmax"))
  }
}

internal import Losses
internal import Tensors
internal import TestSupport
internal import Testing

/// Every case of `losses.json` and `centre-updates.json`, with the parameters that stand in the file.
@Suite("Losses agree with the reference vectors")
struct ReferenceTests {
  static let cases = Result { try References.cases(LossCase.self, in: "losses.json") }

  @Test("in Double, values and gradients")
  func double() throws { try compare(in: Double.self, within: 1e-9) }

  @Test("in Float, values and gradients")
  func float() throws { try compare(in: Float.self, within: 3e-4) }

  private func compare<Element: Scalar>(in type: Element.Type, within limit: Double) throws {
    let cases = try Self.cases.get()
    #expect(!cases.isEmpty)
    for (index, each) in cases.enumerated() {
      let batch = LabelledFeatures<Element>(tensor(each.features), labels: each.labels)
      let classifier = Classifier<Element>(weights: tensor(each.weights), bias: vector(each.bias))
      let centres = Centres<Element>(tensor(each.centres))
      compareClassification(each.expected, batch, classifier, "case \(index)", limit)
      let expected = each.expected
      if let wanted = expected.centre {
        let result = CentreLoss().evaluate(batch, centres: centres)
        wanted.expect(result.value, features: result.featureGradient, "centre, case \(index)", limit)
      }
      if let wanted = expected.marginal {
        let loss = MarginalLoss(threshold: wanted.threshold ?? .nan, errorMargin: wanted.errorMargin ?? .nan)
        let result = loss.evaluate(batch)
        wanted.expect(result.value, features: result.featureGradient, "marginal, case \(index)", limit)
      }
      if let wanted = expected.range {
        let loss = RangeLoss(
          rangeCount: wanted.rangeCount ?? 0,
          margin: wanted.margin ?? .nan,
          intraWeight: wanted.intraWeight ?? .nan,
          interWeight: wanted.interWeight ?? .nan
        )
        let result = loss.evaluate(batch)
        wanted.expect(result.value, features: result.featureGradient, "range, case \(index)", limit)
      }
      if let wanted = expected.minimumMargin {
        #expect(wanted.classes == batch.classes, "case \(index)")
        let result = MinimumMarginLoss(margin: wanted.margin ?? .nan).evaluate(centres, of: batch.classes)
        let name = "minimum margin, case \(index)"
        wanted.expect(result.value, centres: result.centreGradient.rows, name, limit)
      }
    }
  }

  private func compareClassification<Element: Scalar>(
    _ expected: LossCase.Losses,
    _ batch: LabelledFeatures<Element>,
    _ classifier: Classifier<Element>,
    _ name: String,
    _ limit: Double
  ) {
    if let wanted = expected.softmax {
      wanted.expect(SoftmaxLoss().evaluate(batch, classifier: classifier), "softmax, \(name)", limit)
    }
    if let wanted = expected.amSoftmax {
      let loss = AMSoftmaxLoss(scale: wanted.scale ?? .nan, margin: wanted.margin ?? .nan)
      wanted.expect(loss.evaluate(batch, classifier: classifier), "AM-softmax, \(name)", limit)
    }
    if let wanted = expected.arcFace {
      let loss = ArcFaceLoss(scale: wanted.scale ?? .nan, margin: wanted.margin ?? .nan)
      wanted.expect(loss.evaluate(batch, classifier: classifier), "ArcFace, \(name)", limit)
    }
  }

  @Test("Centres move as Wen's rule says")
  func centreUpdates() throws {
    let cases = try References.cases(CentreCase.self, in: "centre-updates.json")
    #expect(!cases.isEmpty)
    for (index, each) in cases.enumerated() {
      var centres = Centres<Double>(tensor(each.start))
      #expect(each.batches.count == each.centresAfter.count)
      for (step, batch) in each.batches.enumerated() {
        let batch = LabelledFeatures<Double>(tensor(batch.features), labels: batch.labels)
        centres.update(with: batch, by: .wen(rate: each.rate))
        let error = largestDifference(centres.values, each.centresAfter[step])
        #expect(error < 1e-12, "case \(index), batch \(step)")
      }
    }
  }
}

struct LossCase: Decodable {
  var features: [[Double]]
  var labels: [Int]
  var centres: [[Double]]
  var weights: [[Double]]
  var bias: [Double]
  var expected: Losses

  struct Losses: Decodable {
    var softmax, centre, marginal, range, minimumMargin, amSoftmax, arcFace: Expected?
  }
}

struct CentreCase: Decodable {
  var rate: Double
  var start: [[Double]]
  var batches: [Batch]
  var centresAfter: [[[Double]]]

  struct Batch: Decodable {
    var features: [[Double]]
    var labels: [Int]
  }
}

/// What a file says of one loss: its parameters, its value, its gradients.
struct Expected: Decodable {
  var threshold, errorMargin, margin, scale, intraWeight, interWeight: Double?
  var rangeCount: Int?
  var classes: [Int]?
  var value: Double
  var featureGradient, weightGradient, centreGradient: [[Double]]?
  var biasGradient: [Double]?

  func expect<Element: Scalar>(
    _ result: ClassificationLossValue<Element>,
    _ name: String,
    _ limit: Double
  ) {
    expect(result.value, features: result.featureGradient, name, limit)
    #expect(weightGradient != nil, "\(name): no weight gradient in the file")
    expectEqual(result.weightGradient, weightGradient, "\(name), weights", limit)
    expectEqual(result.biasGradient, biasGradient.map { $0.map { [$0] } }, "\(name), bias", limit)
  }

  func expect<Element: Scalar>(
    _ value: Double,
    features: Tensor<Element>,
    _ name: String,
    _ limit: Double
  ) {
    #expect(abs(value - self.value) <= limit * max(1, abs(self.value)), "\(name): \(value)")
    #expect(featureGradient != nil, "\(name): no feature gradient in the file")
    expectEqual(features, featureGradient, "\(name), features", limit)
  }

  func expect<Element: Scalar>(
    _ value: Double,
    centres: Tensor<Element>,
    _ name: String,
    _ limit: Double
  ) {
    #expect(abs(value - self.value) <= limit * max(1, abs(self.value)), "\(name): \(value)")
    #expect(centreGradient != nil, "\(name): no centre gradient in the file")
    expectEqual(centres, centreGradient, "\(name), centres", limit)
  }

  private func expectEqual<Element: Scalar>(
    _ tensor: Tensor<Element>,
    _ wanted: [[Double]]?,
    _ name: String,
    _ limit: Double
  ) {
    guard let wanted else { return }
    let largest = wanted.joined().map(abs).max() ?? 0
    let error = largestDifference(tensor, wanted)
    #expect(error <= limit * max(largest, 1e-3), "\(name): off by \(error)")
  }
}

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
    for (index, each) in cases.enumerated() {
      let batch = LabelledFeatures<Element>(tensor(each.features), labels: each.labels)
      let classifier = Classifier<Element>(weights: tensor(each.weights), bias: vector(each.bias))
      let centres = Centres<Element>(tensor(each.centres))
      let (expected, name) = (each.expected, "case \(index)")
      try compareClassification(expected, batch, classifier, name, limit)
      let centre = CentreLoss().evaluate(batch, centres: centres)
      try expected.centre.expect(centre.value, features: centre.featureGradient, "centre, \(name)", limit)
      let marginal = MarginalLoss(
        threshold: try #require(expected.marginal.threshold),
        errorMargin: try #require(expected.marginal.errorMargin)
      ).evaluate(batch)
      try expected.marginal.expect(
        marginal.value,
        features: marginal.featureGradient,
        "marginal, \(name)",
        limit
      )
      let range = RangeLoss(
        rangeCount: try #require(expected.range.rangeCount),
        margin: try #require(expected.range.margin),
        intraWeight: try #require(expected.range.intraWeight),
        interWeight: try #require(expected.range.interWeight)
      ).evaluate(batch)
      try expected.range.expect(range.value, features: range.featureGradient, "range, \(name)", limit)
      #expect(expected.minimumMargin.classes == batch.classes, "\(name)")
      let minimum = MinimumMarginLoss(margin: try #require(expected.minimumMargin.margin))
        .evaluate(centres, of: batch.classes)
      try expected.minimumMargin.expect(
        minimum.value,
        centres: minimum.centreGradient.rows,
        "minimum margin, \(name)",
        limit
      )
    }
  }

  private func compareClassification<Element: Scalar>(
    _ expected: LossCase.Losses,
    _ batch: LabelledFeatures<Element>,
    _ classifier: Classifier<Element>,
    _ name: String,
    _ limit: Double
  ) throws {
    try expected.softmax.expect(
      SoftmaxLoss().evaluate(batch, classifier: classifier),
      "softmax, \(name)",
      limit
    )
    #expect(expected.softmax.biasGradient != nil, "softmax, \(name): no bias gradient in the file")
    let amSoftmax = AMSoftmaxLoss(
      scale: try #require(expected.amSoftmax.scale),
      margin: try #require(expected.amSoftmax.margin)
    )
    try expected.amSoftmax.expect(
      amSoftmax.evaluate(batch, classifier: classifier),
      "AM-softmax, \(name)",
      limit
    )
    let arcFace = ArcFaceLoss(
      scale: try #require(expected.arcFace.scale),
      margin: try #require(expected.arcFace.margin)
    )
    try expected.arcFace.expect(
      arcFace.evaluate(batch, classifier: classifier),
      "ArcFace, \(name)",
      limit
    )
  }

  @Test("Centres move as Wen's rule says")
  func centreUpdates() throws {
    let cases = try References.cases(CentreCase.self, in: "centre-updates.json")
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
    var softmax, centre, marginal, range, minimumMargin, amSoftmax, arcFace: Expected
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
  ) throws {
    try expect(result.value, features: result.featureGradient, name, limit)
    try expectEqual(result.weightGradient, weightGradient, "\(name), weights", limit)
    // Losses on directions alone have no bias, and the file says nothing of it.
    let bias = biasGradient ?? Array(repeating: 0, count: result.biasGradient.count)
    try expectEqual(result.biasGradient, bias.map { [$0] }, "\(name), bias", limit)
  }

  func expect<Element: Scalar>(
    _ value: Double,
    features: Tensor<Element>,
    _ name: String,
    _ limit: Double
  ) throws {
    #expect(abs(value - self.value) <= limit * max(1, abs(self.value)), "\(name): \(value)")
    try expectEqual(features, featureGradient, "\(name), features", limit)
  }

  func expect<Element: Scalar>(
    _ value: Double,
    centres: Tensor<Element>,
    _ name: String,
    _ limit: Double
  ) throws {
    #expect(abs(value - self.value) <= limit * max(1, abs(self.value)), "\(name): \(value)")
    try expectEqual(centres, centreGradient, "\(name), centres", limit)
  }

  private func expectEqual<Element: Scalar>(
    _ tensor: Tensor<Element>,
    _ wanted: [[Double]]?,
    _ name: String,
    _ limit: Double
  ) throws {
    let wanted = try #require(wanted, "\(name): no gradient in the file")
    let largest = wanted.joined().map(abs).max() ?? 0
    let error = largestDifference(tensor, wanted)
    #expect(error <= limit * max(largest, 1e-3), "\(name): off by \(error)")
  }
}

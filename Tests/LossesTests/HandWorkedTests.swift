internal import Foundation
internal import Losses
internal import Tensors
internal import Testing

/// Two or three samples in the plane: each number below can be checked with a pencil.
@Suite("Losses worked by hand")
struct HandWorkedTests {
  private func batch(_ rows: [[Double]], _ labels: [Int]) -> LabelledFeatures<Double> {
    LabelledFeatures(tensor(rows), labels: labels)
  }

  @Test("softmax: one sample between two classes, logits log 3 and 0")
  func softmax() {
    // p = (3/4, 1/4). L = −log(1/4) = log 4. ∂L/∂z = (3/4, −3/4); ∂L/∂x = 3/4·w₀ − 3/4·w₁.
    let classifier = Classifier<Double>(weights: tensor([[log(3), 0], [0, 0]]), bias: vector([0, 0]))
    let result = SoftmaxLoss().evaluate(batch([[1, 2]], [1]), classifier: classifier)
    #expect(abs(result.value - log(4)) < 1e-12)
    #expect(largestDifference(result.featureGradient, [[0.75 * log(3), 0]]) < 1e-12)
    #expect(largestDifference(result.weightGradient, [[0.75, 1.5], [-0.75, -1.5]]) < 1e-12)
    #expect(largestDifference(result.biasGradient, [[0.75], [-0.75]]) < 1e-12)
  }

  @Test("centre: ½(1² + 2² + 3²)")
  func centre() {
    // Differences (1, 2) and (0, −3) from the centres (0, 0) and (5, 5).
    let centres = Centres<Double>(tensor([[0, 0], [5, 5]]))
    let result = CentreLoss().evaluate(batch([[1, 2], [5, 2]], [0, 1]), centres: centres)
    #expect(result.value == 7)
    #expect(largestDifference(result.featureGradient, [[1, 2], [0, -3]]) == 0)
  }

  @Test("minimum margin: centres at 0 and (3, 4), squared distance 25, M = 30")
  func minimumMargin() {
    // Two ordered pairs lack 5 each. −4·(c₀ − c₁) = (12, 16).
    let centres = Centres<Double>(tensor([[0, 0], [3, 4], [100, 0]]))
    let result = MinimumMarginLoss(margin: 30).evaluate(centres, of: [0, 1, 2])
    #expect(result.value == 10)
    #expect(largestDifference(result.centreGradient.rows, [[12, 16], [-12, -16], [0, 0]]) == 0)
    #expect(MinimumMarginLoss(margin: 25).evaluate(centres, of: [0, 1, 2]).value == 0)
  }

  @Test("marginal: orthogonal features have the squared distance 2, whatever their length")
  func marginal() {
    // One class: hinge 0.3 − (1.2 − 2) = 1.1, both ordered pairs: mean 1.1. Two classes: 0.3 + 1.2 − 2 < 0.
    let (rows, loss) = ([[7.0, 0], [0, 0.1]], MarginalLoss(threshold: 1.2, errorMargin: 0.3))
    #expect(abs(loss.evaluate(batch(rows, [0, 0])).value - 1.1) < 1e-12)
    #expect(loss.evaluate(batch(rows, [0, 1])).value == 0)
    // ∂L/∂z₀ = 4/2·(z₀ − z₁) = (2, −2); across z₀ the part (0, −2), over ‖x₀‖ = 7.
    let gradient = loss.evaluate(batch(rows, [0, 0])).featureGradient
    #expect(largestDifference(gradient, [[0, -2 / 7.0], [-20, 0]]) < 1e-12)
  }

  @Test("range: ranges 4 and 1 have the harmonic mean 2/(1/4 + 1) = 1.6")
  func range() {
    // Class 0 on a line at 0, 1, 2: squared ranges 4 (0-2), 1, 1. Means 1 and 3: squared distance 4, m = 10.
    let loss = RangeLoss(rangeCount: 2, margin: 10, intraWeight: 1, interWeight: 0.5)
    let result = loss.evaluate(batch([[0, 0], [1, 0], [2, 0], [3, 0]], [0, 0, 0, 1]))
    #expect(abs(result.value - (1.6 + 0.5 * 6)) < 1e-12)
    // r = 0.2 and 0.8: slopes 2·r² = 0.08 on the range 4, 1.28 on the first range 1 (samples 0 and 1).
    // Sample 2: 0.08·2·(2 − 0) = 0.32; and the mean: −0.5·2·(1 − 3)/3 = 2/3, so each sample + 2/3.
    #expect(abs(result.featureGradient[2, 0] - (0.32 + 2.0 / 3)) < 1e-12)
    #expect(abs(result.featureGradient[1, 0] - (1.28 * 2 + 2.0 / 3)) < 1e-12)
    #expect(abs(result.featureGradient[3, 0] + 2) < 1e-12)
  }

  @Test("AM-softmax and ArcFace: a feature along its class, the other class opposite")
  func hypersphere() {
    // cos θ = 1 and −1. AM: e^{2(1 − ½)} against e^{−2}: L = log(1 + e^{−3}).
    // ArcFace with μ = π/3: cos(0 + π/3) = ½: the same.
    let classifier = Classifier<Double>(weights: tensor([[3, 0], [-5, 0]]))
    let sample = batch([[0.5, 0]], [0])
    let wanted = log(1 + exp(-3.0))
    let am = AMSoftmaxLoss(scale: 2, margin: 0.5).evaluate(sample, classifier: classifier)
    let arc = ArcFaceLoss(scale: 2, margin: .pi / 3).evaluate(sample, classifier: classifier)
    #expect(abs(am.value - wanted) < 1e-12)
    #expect(abs(arc.value - wanted) < 1e-12)
    #expect(largestDifference(arc.featureGradient, [[0, 0]]) < 1e-12)
  }

  @Test("Wen's rule with γ = ½ and two samples: a third of the way to their mean")
  func wen() {
    // c = 0, x = 3 and 6: c − ½·(−3 − 6)/3 = 1.5. The class without samples stays.
    var centres = Centres<Double>(tensor([[0, 0], [9, 9]]))
    centres.update(with: batch([[3, 0], [6, 0]], [0, 0]), by: .wen(rate: 0.5))
    #expect(largestDifference(centres.values, [[1.5, 0], [9, 9]]) < 1e-15)
  }

  @Test("facenet's rule with 0.9: a tenth of each difference")
  func facenet() {
    var centres = Centres<Double>(classCount: 2, featureCount: 2)
    centres.update(with: batch([[3, 0], [6, 0]], [1, 1]), by: .facenet(retention: 0.9))
    #expect(largestDifference(centres.values, [[0, 0], [0.9, 0]]) < 1e-15)
  }

  @Test("means of classes")
  func means() {
    let centres = Centres(meansOf: batch([[1, 2], [5, 5], [3, 0]], [1, 0, 1]))
    #expect(centres.values.elements == [5, 5, 2, 1])
  }

  @Test("nearest squared distances of centres")
  func nearest() {
    let centres = Centres<Double>(tensor([[0, 0], [3, 4], [3, 5], [50, 0]]))
    let wanted: [Double] = [25, 1, 1, 47 * 47 + 16]
    #expect(zip(centres.nearestSquaredDistances(), wanted).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(Centres<Float>(classCount: 1, featureCount: 3).nearestSquaredDistances() == [.infinity])
  }

  @Test("the readings of the minimum margin: what reaches features and centres")
  func readings() {
    // Centres (0, 0) and (3, 4), M = 30, G = ±(12, 16). Class 0 has two samples at its centre, class 1 one.
    let centres = Centres<Double>(tensor([[0, 0], [3, 4]]))
    let samples = batch([[0, 0], [0, 0], [3, 4]], [0, 0, 1])
    func evaluate(_ reading: MarginReading) -> ObjectiveValue<Double> {
      Objective(
        [.minimumMargin(weight: 0.1, margin: 30, by: reading)],
        centreUpdate: .wen(rate: 0.5)
      ).evaluate(samples, centres: centres)
    }
    // Samples lie on the centres, so the update moves nothing and all readings have the value 0.1·10.
    for reading in MarginReading.allCases { #expect(abs(evaluate(reading).value - 1) < 1e-12) }
    let through = evaluate(.throughUpdate)  // shares ½/3 and ½/2
    #expect(
      largestDifference(through.featureGradient, [[0.2, 1.6 / 6], [0.2, 1.6 / 6], [-0.3, -0.4]]) < 1e-12
    )
    let means = evaluate(.batchMeans)  // shares 1/2 and 1
    #expect(largestDifference(means.featureGradient, [[0.6, 0.8], [0.6, 0.8], [-1.2, -1.6]]) < 1e-12)
    let trained = evaluate(.trainedCentres)
    #expect(trained.featureGradient.elements.allSatisfy { $0 == 0 })
    #expect(through.centreGradient == nil && means.centreGradient == nil)
    let gradient = trained.centreGradient
    #expect(gradient.map { largestDifference($0.rows, [[1.2, 1.6], [-1.2, -1.6]]) < 1e-12 } == true)
    // A step against it parts the centres: (0, 0) − 0.5·(1.2, 1.6).
    var moved = centres
    if let gradient { moved.move(against: gradient, rate: 0.5) }
    #expect(largestDifference(moved.values, [[-0.6, -0.8], [3.6, 4.8]]) < 1e-12)
  }

  @Test("an objective is the weighted sum of its terms")
  func objective() {
    let example = Example(seed: 5)
    let objective = Objective(.softmax, .centre(weight: 0.25))
    let result = objective.evaluate(example.batch, classifier: example.classifier, centres: example.centres)
    let softmax = SoftmaxLoss().evaluate(example.batch, classifier: example.classifier)
    let centre = CentreLoss().evaluate(example.batch, centres: example.centres)
    #expect(result.terms.map(\.name) == ["softmax", "centre"])
    #expect(result.terms.map(\.value) == [softmax.value, centre.value])
    #expect(abs(result.value - (softmax.value + 0.25 * centre.value)) < 1e-12)
    let sum = zip(softmax.featureGradient.elements, centre.featureGradient.elements).map { $0 + 0.25 * $1 }
    #expect(largestDifference(result.featureGradient, [sum]) < 1e-12)
    #expect(result.weightGradient?.elements == softmax.weightGradient.elements)
  }
}

internal import Losses
internal import Tensors
internal import Testing

/// The author of a cell reads what was wrong: each mistake stops with what and where.
@Suite("Mistakes stop with a message")
struct MistakeTests {
  @Test("a label beyond the classifier's classes")
  func labelOutOfRange() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let batch = LabelledFeatures<Float>(Tensor(zeros: [3, 2]), labels: [0, 1, 40])
      _ = SoftmaxLoss().evaluate(batch, classifier: Classifier(weights: Tensor(zeros: [40, 2])))
    }
    #expect(text(result).contains("sample 2 has the label 40, outside 0..<40"))
  }

  @Test("a label without a centre")
  func labelWithoutCentre() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let batch = LabelledFeatures<Float>(Tensor(zeros: [2, 2]), labels: [0, 5])
      _ = CentreLoss().evaluate(batch, centres: Centres(classCount: 5, featureCount: 2))
    }
    #expect(text(result).contains("sample 1 has the label 5, outside 0..<5"))
  }

  @Test("a negative label")
  func negativeLabel() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LabelledFeatures<Float>(Tensor(zeros: [2, 2]), labels: [0, -1])
    }
    #expect(text(result).contains("sample 1 has the label -1"))
  }

  @Test("labels and features that do not match in number")
  func counts() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LabelledFeatures<Float>(Tensor(zeros: [2, 2]), labels: [0])
    }
    #expect(text(result).contains("1 labels for 2 samples"))
  }

  @Test("features and weights that do not match in length")
  func lengths() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let batch = LabelledFeatures<Float>(Tensor(zeros: [1, 3]), labels: [0])
      _ = ArcFaceLoss().evaluate(batch, classifier: Classifier(weights: Tensor(zeros: [4, 2])))
    }
    #expect(text(result).contains("features have 3 elements, the classifier's weights 2"))
  }

  @Test("means of classes of which one has no sample")
  func missingClass() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Centres(meansOf: LabelledFeatures<Float>(Tensor(zeros: [2, 2]), labels: [0, 2]))
    }
    #expect(text(result).contains("class 1 has no sample, so no mean; class 2 has"))
  }

  @Test("a term without the centres that it needs")
  func missingCentres() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let batch = LabelledFeatures<Float>(Tensor(zeros: [1, 3]), labels: [0])
      _ = Objective(.centre(weight: 1)).evaluate(batch)
    }
    #expect(text(result).contains("the term 'centre' of the objective needs a Centres<Float>"))
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}

internal import Benchmarks
internal import Tensors
internal import Testing

@Suite("The normalisation of features")
struct FeatureNormalisationTests {
  @Test("refuses a sum of halves that is nothing, and names the image in its row")
  func cancellingHalves() throws {
    let features = Tensor<Float>([1, 2, 3, 4, 1, -2, -1, 2], shape: [2, 4])
    let error = #expect(throws: EvaluationError.self) {
      try FeatureNormalisation.flipSum.check(features) { "A/\($0).jpg" }
    }
    #expect(error == .cancellingHalves(what: "A/1.jpg", row: 1))
    #expect(
      error?.description.hasPrefix("the halves of the feature of row 1 (counted from 0, A/1.jpg) cancel out")
        == true
    )
    // Each half is a feature of its own.
    for other in [FeatureNormalisation.halves, .whole, .none] {
      try other.check(features) { "A/\($0).jpg" }
    }
    let part = Tensor<Float>([0, 0, 3, 4, 1, -2, 1, 2], shape: [2, 4])
    try FeatureNormalisation.flipSum.check(part) { "A/\($0).jpg" }
  }

  @Test("says in which row of which image a number is wrong")
  func places() {
    let features = Tensor<Float>([1, 2, .nan, 0], shape: [2, 2])
    let error = #expect(throws: EvaluationError.self) {
      try FeatureNormalisation.whole.check(features, rows: [4, 9]) { "Ana/\($0)_0001.jpg" }
    }
    #expect(
      error?.description
        == "the feature of row 9 (counted from 0, Ana/9_0001.jpg) has a NaN or an infinite number: embed the image again"
    )
  }
}

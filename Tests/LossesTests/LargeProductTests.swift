internal import Losses
internal import Tensors
internal import Testing

/// So many classes that Float's products are computed by kernels of our own.
@Suite("Losses over thousands of classes")
struct LargeProductTests {
  private func evaluate<Element: Scalar>(_ type: Element.Type) -> ObjectiveValue<Element> {
    var generator = SeededGenerator(seed: 6)
    func matrix(_ rows: Int, _ size: Double) -> Tensor<Element> {
      // Numbers that Float has, too.
      Tensor((0..<rows * 509).map { _ in Element(Float(generator.normal() * size)) }, shape: [rows, 509])
    }
    let batch = LabelledFeatures(matrix(61, 1), labels: (0..<61).map { $0 * 71 })
    return Objective([.softmax, .amSoftmax()]).evaluate(
      batch,
      classifier: Classifier(weights: matrix(4337, 0.05))
    )
  }

  @Test("Float agrees with Double in value and gradients")
  func precision() throws {
    let (float, double) = (evaluate(Float.self), evaluate(Double.self))
    #expect(abs(float.value - double.value) < 1e-6 * double.value)
    func difference(_ first: Tensor<Float>, _ second: Tensor<Double>) -> Double {
      let (a, b) = (first.elements, second.elements)
      let largest = b.reduce(0) { max($0, abs($1)) }
      return zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / largest
    }
    #expect(difference(float.featureGradient, double.featureGradient) < 1e-5)
    #expect(difference(try #require(float.weightGradient), try #require(double.weightGradient)) < 1e-5)
    #expect(difference(try #require(float.biasGradient), try #require(double.biasGradient)) < 1e-5)
  }

  @Test("threads change no bit", arguments: [2, 3, 5, 64])
  func threads(count: Int) {
    let one = Parallel.withThreads(1) { evaluate(Float.self) }
    let many = Parallel.withThreads(count) { evaluate(Float.self) }
    #expect(one.value == many.value)
    #expect(one.featureGradient.elements == many.featureGradient.elements)
    #expect(one.weightGradient?.elements == many.weightGradient?.elements)
    #expect(one.biasGradient?.elements == many.biasGradient?.elements)
  }
}

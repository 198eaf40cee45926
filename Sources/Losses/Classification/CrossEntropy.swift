internal import Foundation
internal import Tensors

/// The mean cross entropy of `softmax(scale·X·Wᵀ + b)`, cut into chunks of classes.
///
/// Each chunk computes its logits and their exponentials relative to its own maximum; the chunks' maxima and sums are then
/// combined in order, and each chunk computes its part of the gradients. The number of chunks depends on the shapes alone, so
/// the bits do not depend on the number of threads.
struct CrossEntropy<Element: Scalar> {
  let features: Tensor<Element>
  let labels: [Int]
  let classifier: Classifier<Element>
  /// The factor on products of features and weights.
  var scale: Element = 1

  init(_ features: Tensor<Element>, _ labels: [Int], _ classifier: Classifier<Element>) {
    require(
      classifier.weights.rowLength == features.rowLength,
      "features have \(features.rowLength) elements, the classifier's weights \(classifier.weights.rowLength)"
    )
    require(!labels.isEmpty, "a mean over a batch needs at least one sample")
    for (sample, label) in labels.enumerated() {
      require(
        label < classifier.classCount,
        "sample \(sample) has the label \(label), outside 0..<\(classifier.classCount)"
      )
    }
    self.features = features
    self.labels = labels
    self.classifier = classifier
  }

  func evaluate() -> ClassificationLossValue<Element> { evaluate { ($0, 1) } }

  /// - Parameter target: maps the product of the true class to the value that replaces it, and to the slope there.
  func evaluate(
    target: (Element) -> (value: Element, slope: Element)
  ) -> ClassificationLossValue<Element> {
    let chunks = ClassChunks(classCount: classifier.classCount, isLarge: isLarge)
    var logits = Tensor<Element>(uninitialized: [labels.count * classifier.classCount])
    let products = targetProducts().map(target)
    let parts = exponentials(chunks, &logits, targets: products.map { $0.value * scale })
    let (value, factors) = join(parts, targets: products.map { $0.value * scale }, chunks)
    return gradients(chunks, &logits, value, factors, slopes: products.map(\.slope))
  }

  /// Whether the products take a notable part of a step's time. Those of Float are then computed by `multiplyInOrder`; smaller ones
  /// by OpenBLAS, whose bits the published models have.
  var isLarge: Bool { labels.count * classifier.classCount * features.rowLength >= 1 << 27 }

  /// The inner product of each sample with the weights of its class, `[sample]`.
  private func targetProducts() -> [Element] {
    let width = features.rowLength
    return features.withUnsafePointer { x in
      classifier.weights.withUnsafePointer { w in
        labels.indices.map { innerProduct8(x + $0 * width, w + labels[$0] * width, width) }
      }
    }
  }
}

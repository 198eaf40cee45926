public import Tensors

/// A batch of samples: one feature vector and one class label for each.
///
/// Labels count classes from 0. Features are not normalised; a loss that normalises them says so.
public struct LabelledFeatures<Element: Scalar>: Sendable {
  /// The features, `[sample, feature]`.
  public let features: Tensor<Element>
  /// The class of each sample.
  public let labels: [Int]
  /// The distinct classes of the batch, ascending.
  public let classes: [Int]
  /// The index of each sample's class in `classes`.
  package let places: [Int]
  /// The number of samples of each class of `classes`.
  public let counts: [Int]

  /// Creates a batch.
  ///
  /// - Precondition: features are a matrix with a row for each label; labels are not negative.
  public init(_ features: Tensor<Element>, labels: [Int]) {
    require(features.shape.count == 2, "features are [sample, feature], not \(features.shape)")
    require(labels.count == features.rowCount, "\(labels.count) labels for \(features.rowCount) samples")
    for (sample, label) in labels.enumerated() {
      require(label >= 0, "sample \(sample) has the label \(label); labels count from 0")
    }
    self.features = features
    self.labels = labels
    let classes = Set(labels).sorted()
    let place = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    var counts = [Int](repeating: 0, count: classes.count)
    let places = labels.map { place[$0, default: 0] }
    for index in places { counts[index] += 1 }
    self.classes = classes
    self.places = places
    self.counts = counts
  }

  /// The number of samples.
  public var count: Int { labels.count }
  /// The length of a feature vector.
  public var featureCount: Int { features.rowLength }

  /// Returns the mean feature of each class of the batch, `[class of the batch, feature]`.
  func classMeans() -> Tensor<Element> {
    let width = featureCount
    var means = Tensor<Element>(zeros: [classes.count, width])
    means.withUnsafeMutablePointer { means in
      features.withUnsafePointer { rows in
        for (sample, place) in places.enumerated() {
          let share = 1 / Element(counts[place])
          for k in 0..<width { means[place * width + k] += share * rows[sample * width + k] }
        }
      }
    }
    return means
  }

  /// Stops unless every label is below a number of classes.
  func requireLabels(below classCount: Int) {
    for (sample, label) in labels.enumerated() {
      require(label < classCount, "sample \(sample) has the label \(label), outside 0..<\(classCount)")
    }
  }
}

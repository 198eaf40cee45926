import Laboratory

/// The geometry of classes in the space of features, measured with equally many fresh pictures of each class.
struct Geometry {
  /// The squared distance of each class's centre to the nearest other centre.
  let nearestSquared: [Double]
  /// The within-class spread of each class: the sum over features of the unbiased variance.
  let spreads: [Double]
  /// The centres, `[class, feature]`.
  let centres: Centres<Float>

  /// - Parameter features: the same number of rows for each class, class by class.
  init(_ features: Tensor<Float>, picturesOfEach count: Int) {
    let classCount = features.rowCount / count
    let labels = (0..<classCount).flatMap { Array(repeating: $0, count: count) }
    let centres = Centres(meansOf: LabelledFeatures(features, labels: labels))
    self.centres = centres
    nearestSquared = centres.nearestSquaredDistances()
    let width = features.rowLength
    spreads = features.withUnsafePointer { features in
      centres.values.withUnsafePointer { means in
        (0..<classCount).map { label in
          var sum = 0.0
          for sample in label * count..<(label + 1) * count {
            for k in 0..<width {
              let difference = Double(features[sample * width + k] - means[label * width + k])
              sum += difference * difference
            }
          }
          return sum / Double(count - 1)
        }
      }
    }
  }

  /// The distance of each class's centre to the nearest other.
  var nearest: [Double] { nearestSquared.map { $0.squareRoot() } }
  /// The mean over classes of the distance to the nearest other centre.
  var meanNearest: Double { nearest.mean }
  /// The within-class spread as a distance: the root of the mean over classes.
  var spread: Double { spreads.mean.squareRoot() }
  /// The mean distance to the nearest centre over the within-class spread: how well classes are separated.
  var separation: Double { meanNearest / spread }

  /// The squared distances of all pairs of centres, ascending: ‖a‖² + ‖b‖² − 2⟨a, b⟩.
  func squaredDistances() -> [Float] {
    let count = centres.classCount
    let products = innerProducts(centres.values, centres.values)
    var distances: [Float] = []
    products.withUnsafePointer { products in
      for i in 0..<count {
        for j in 0..<i {
          distances.append(max(0, products[i * count + i] + products[j * count + j] - 2 * products[i * count + j]))
        }
      }
    }
    return distances.sorted()
  }
}

/// The inner products of all rows of two tensors, `[row of a, row of b]`.
///
/// The laboratory's matrix product has kernels for each vector unit.
private func innerProducts(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
  var products = Tensor<Float>(zeros: [a.rowCount, b.rowCount])
  products.withUnsafeMutablePointer { products in
    a.withUnsafePointer { left in
      b.withUnsafePointer { right in
        Float.multiply(
          rows: a.rowCount, columns: b.rowCount, inner: a.rowLength, scale: 1, left, stride: a.rowLength, transposed: false,
          right, stride: b.rowLength, transposed: true, keeping: 0, into: products, stride: b.rowCount)
      }
    }
  }
  return products
}

extension World {
  /// The number of fresh pictures of each training person.
  private var freshCount: Int { study.rules.count("measures.gallery-pictures") + study.rules.count("measures.probe-pictures") }

  /// The features of the fresh pictures of the training persons, without mirror images.
  func freshFeatures(_ arm: Arm, _ tail: Tail) throws -> Tensor<Float> {
    try features(of: freshPictures(), named: "fresh", by: arm, tail, withMirror: false)
  }

  /// The geometry of the training persons' classes from fresh pictures.
  func geometry(_ arm: Arm, _ tail: Tail) throws -> Geometry {
    Geometry(try freshFeatures(arm, tail), picturesOfEach: freshCount)
  }

  /// Recognises fresh pictures of the training persons: the share whose nearest gallery feature is that of their own person, by quarter
  /// of the classes, the largest first.
  ///
  /// A person's gallery feature is the mean of as many fresh pictures for each person, so that a class's size acts through training alone.
  func recognition(_ arm: Arm, _ tail: Tail) throws -> [Double] {
    let features = try freshFeatures(arm, tail).normalisedRows()
    let gallery = study.rules.count("measures.gallery-pictures")
    let (count, width) = (freshCount, features.rowLength)
    let classCount = features.rowCount / count
    let rows = features.elements
    /// The rows of some pictures of each class, class by class.
    func pictures(_ chosen: Range<Int>) -> Tensor<Float> {
      var elements: [Float] = []
      for label in 0..<classCount {
        elements += rows[(label * count + chosen.lowerBound) * width..<(label * count + chosen.upperBound) * width]
      }
      return Tensor(elements, shape: [classCount * chosen.count, width])
    }
    let labels = (0..<classCount * gallery).map { $0 / gallery }
    let means = Centres(meansOf: LabelledFeatures(pictures(0..<gallery), labels: labels)).values.normalisedRows()
    let probes = count - gallery
    let products = innerProducts(pictures(gallery..<count), means)
    var (hits, trials) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    products.withUnsafePointer { products in
      for probe in 0..<classCount * probes {
        let (label, scores) = (probe / probes, products + probe * classCount)
        // Of equal products the first counts.
        var (winner, other) = (0, 1)
        while other < classCount {
          if scores[other] > scores[winner] { winner = other }
          other += 1
        }
        trials[label * 4 / classCount] += 1
        if winner == label { hits[label * 4 / classCount] += 1 }
      }
    }
    return zip(hits, trials).map { $0 / $1 }
  }
}

/// The means over the quarters of classes, the largest classes first.
func quarters(_ values: [Double]) -> [Double] {
  (0..<4).map { quarter in Array(values[values.count * quarter / 4..<values.count * (quarter + 1) / 4]).mean }
}

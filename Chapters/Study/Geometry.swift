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
    spreads = (0..<classCount).map { label in
      var sum = 0.0
      for sample in label * count..<(label + 1) * count {
        for feature in 0..<features.rowLength {
          let difference = Double(features[sample, feature] - centres.values[label, feature])
          sum += difference * difference
        }
      }
      return sum / Double(count - 1)
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

  /// The squared distances of all pairs of centres, ascending.
  func squaredDistances() -> [Float] {
    let (count, width) = (centres.classCount, centres.featureCount)
    let rows = centres.values.elements
    var distances: [Float] = []
    rows.withUnsafeBufferPointer { rows in
      for i in 0..<count {
        for j in 0..<i {
          var sum = SIMD8<Float>()
          for k in stride(from: 0, to: width, by: 8) {
            let difference = lanes(rows, i * width + k) - lanes(rows, j * width + k)
            sum += difference * difference
          }
          distances.append(sum.sum())
        }
      }
    }
    return distances.sorted()
  }
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
    var means = [Float](repeating: 0, count: classCount * width)
    for label in 0..<classCount {
      for picture in 0..<gallery {
        for k in 0..<width { means[label * width + k] += rows[(label * count + picture) * width + k] }
      }
    }
    let centres = Tensor(means, shape: [classCount, width]).normalisedRows().elements
    var (hits, trials) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    // Through pointers: the millions of products of a world are most of this function's time.
    rows.withUnsafeBufferPointer { rows in
      centres.withUnsafeBufferPointer { centres in
        for label in 0..<classCount {
          let quarter = label * 4 / classCount
          for picture in gallery..<count {
            let start = (label * count + picture) * width
            var (best, winner) = (-Float.infinity, -1)
            for other in 0..<classCount {
              var lanesOfProduct = SIMD8<Float>()
              for k in stride(from: 0, to: width, by: 8) { lanesOfProduct += lanes(rows, start + k) * lanes(centres, other * width + k) }
              let product = lanesOfProduct.sum()
              if product > best { (best, winner) = (product, other) }
            }
            trials[quarter] += 1
            if winner == label { hits[quarter] += 1 }
          }
        }
      }
    }
    return zip(hits, trials).map { $0 / $1 }
  }
}

/// Eight neighbouring numbers; the number of features of every profile is a multiple of eight.
@inline(__always)
private func lanes(_ row: UnsafeBufferPointer<Float>, _ place: Int) -> SIMD8<Float> {
  UnsafeRawPointer(row.baseAddress! + place).loadUnaligned(as: SIMD8<Float>.self)
}

/// The means over the quarters of classes, the largest classes first.
func quarters(_ values: [Double]) -> [Double] {
  (0..<4).map { quarter in Array(values[values.count * quarter / 4..<values.count * (quarter + 1) / 4]).mean }
}

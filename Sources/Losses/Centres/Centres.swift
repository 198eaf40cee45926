public import Tensors

/// The centre of each class in the space of features; training moves them.
public struct Centres<Element: Scalar>: Sendable {
  /// The centres, `[class, feature]`.
  public private(set) var values: Tensor<Element>

  /// Creates centres at the origin, as facenet does.
  public init(classCount: Int, featureCount: Int) {
    values = Tensor(zeros: [classCount, featureCount])
  }

  /// Creates centres from their rows, `[class, feature]`.
  ///
  /// - Precondition: the values are a matrix.
  public init(_ values: Tensor<Element>) {
    require(values.shape.count == 2, "centres are [class, feature], not \(values.shape)")
    self.values = values
  }

  /// Creates the mean feature of each class, to which centres converge for constant features.
  ///
  /// - Precondition: the batch has a sample of each class from 0 to its largest label.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public init(meansOf batch: LabelledFeatures<Element>) {
    for (place, label) in batch.classes.enumerated() {
      require(place == label, "class \(place) has no sample, so no mean; class \(label) has")
    }
    values = batch.classMeans()
  }

  /// The number of classes.
  public var classCount: Int { values.rowCount }
  /// The length of a centre.
  public var featureCount: Int { values.rowLength }

  /// Moves the centres of a batch's classes towards their features; those of other classes stay.
  ///
  /// Sums run over the samples of a class in their order in the batch; all differences are taken from the
  /// centre before the batch.
  ///
  /// - Precondition: each label has a centre, of the features' length.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public mutating func update(with batch: LabelledFeatures<Element>, by rule: CentreUpdate) {
    let moved = movedRows(with: batch, by: rule)
    write(moved, at: batch.classes)
  }

  /// Returns the centres of a batch's classes after an update, `[class of the batch, feature]`.
  package func movedRows(with batch: LabelledFeatures<Element>, by rule: CentreUpdate) -> Tensor<Element> {
    requireFit(batch)
    rule.requireValid()
    let width = featureCount
    let before = values.rows(batch.classes)
    var after = before
    let shares = batch.counts.map { Element(rule.share(ofOneIn: $0)) }
    after.withUnsafeMutablePointer { new in
      before.withUnsafePointer { old in
        batch.features.withUnsafePointer { features in
          for (sample, place) in batch.places.enumerated() {
            let (c, target, x) = (old + place * width, new + place * width, features + sample * width)
            for k in 0..<width { target[k] -= shares[place] * (c[k] - x[k]) }
          }
        }
      }
    }
    return after
  }

  /// Moves the centres of some classes against a gradient: `c ← c − rate·∂L/∂c`.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public mutating func move(against gradient: CentreGradient<Element>, rate: Double) {
    var rows = self.rows(of: gradient.classes)
    rows.add(gradient.rows, times: Element(-rate))
    write(rows, at: gradient.classes)
  }

  /// Returns the centres of some classes, `[class, feature]`.
  ///
  /// - Precondition: each class has a centre.
  public func rows(of classes: [Int]) -> Tensor<Element> {
    for label in classes {
      require(0..<classCount ~= label, "class \(label) is outside 0..<\(classCount)")
    }
    return values.rows(classes)
  }

  private mutating func write(_ rows: Tensor<Element>, at classes: [Int]) {
    let width = featureCount
    values.withUnsafeMutablePointer { table in
      rows.withUnsafePointer { source in
        for (place, label) in classes.enumerated() {
          (table + label * width).update(from: source + place * width, count: width)
        }
      }
    }
  }

  /// Stops unless each sample of a batch has a centre of its length.
  func requireFit(_ batch: LabelledFeatures<Element>) {
    require(
      batch.featureCount == featureCount,
      "features have \(batch.featureCount) elements, centres \(featureCount)"
    )
    batch.requireLabels(below: classCount)
  }
}

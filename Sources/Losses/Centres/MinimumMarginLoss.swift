internal import Tensors

/// Pushes apart every pair of class centres that is closer than a margin.
///
/// ```
/// L = Σᵢ Σⱼ≠ᵢ max(0, M − ‖cᵢ − cⱼ‖²)        ∂L/∂cᵢ = −4 Σⱼ [‖cᵢ − cⱼ‖² < M]·(cᵢ − cⱼ)
/// ```
///
/// A sum over the ordered pairs of the classes given: each pair counts twice, a class with itself does not.
/// Distances are squared Euclidean; centres are not normalised. Two equal centres add M twice to the value and nothing to the
/// gradient, since they have no direction.
///
/// Source: Wei, Wang, Scotney and Wan, Minimum Margin Loss for Deep Face Recognition. The print of the
/// equation could not be read; this is the form that the text describes, with the sign that moves centres apart.
/// M is a bound on *squared* distance: the paper's 280 is a plain distance of 16.7.
public struct MinimumMarginLoss: Codable, Hashable, Sendable {
  /// M, the least squared distance wanted between two centres.
  public var margin: Double

  /// - Precondition: the margin is not negative.
  public init(margin: Double) {
    require(margin >= 0, "the minimum margin \(margin) is negative")
    self.margin = margin
  }

  /// Returns the loss of some classes' centres and its gradient in them.
  ///
  /// - Parameter classes: distinct classes; a batch's are `batch.classes`.
  /// - Precondition: each class has a centre.
  /// - Complexity: classes² × features, as two matrix products.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func evaluate<Element>(_ centres: Centres<Element>, of classes: [Int]) -> CentreLossValue<Element> {
    require(Set(classes).count == classes.count, "a class is listed twice in \(classes)")
    let (value, rows) = evaluate(rows: centres.rows(of: classes))
    return CentreLossValue(value: value, centreGradient: CentreGradient(classes: classes, rows: rows))
  }

  /// Returns the loss of all pairs of rows, `[class, feature]`, and its gradient in them.
  func evaluate<Element>(rows: Tensor<Element>) -> (value: Double, gradient: Tensor<Element>) {
    let (count, width) = (rows.rowCount, rows.rowLength)
    var active = rows.squaredDistances()
    var gradient = rows
    var sum = 0.0
    active.withUnsafeMutablePointer { active in
      gradient.withUnsafeMutablePointer { gradient in
        for i in 0..<count {
          sum += keepClosePairs(active + i * count, count: count, except: i)
          let degree = (0..<count).reduce(0) { $0 + active[i * count + $1] }
          for k in 0..<width { gradient[i * width + k] *= -4 * degree }
        }
        rows.withUnsafePointer { rows in
          Element.multiply(
            rows: count,
            columns: width,
            inner: count,
            scale: 4,
            active,
            stride: count,
            transposed: false,
            rows,
            stride: width,
            transposed: false,
            keeping: 1,
            into: gradient,
            stride: width
          )
        }
      }
    }
    return (sum, gradient)
  }

  /// Replaces each squared distance by 1 where it is below the margin, else by 0; returns the sum of what is missing to the
  /// margin.
  private func keepClosePairs<Element: Scalar>(
    _ row: UnsafeMutablePointer<Element>,
    count: Int,
    except own: Int
  ) -> Double {
    let margin = Element(margin)
    var missing = 0.0
    for j in 0..<count {
      let gap = margin - row[j]
      let isActive = j != own && !(gap <= 0)
      if isActive { missing += Double(gap) }
      row[j] = isActive ? 1 : 0
    }
    return missing
  }
}

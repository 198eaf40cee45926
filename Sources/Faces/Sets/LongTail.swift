internal import Tensors

/// The class sizes of a long-tailed set: the number of images of each class.
public struct ClassSizes: Hashable, Sendable {
  /// The number of images of each class, largest first where they follow a law.
  public let counts: [Int]

  /// Takes the sizes as they are.
  ///
  /// - Precondition: every class has an image.
  public init(_ counts: [Int]) {
    require(counts.allSatisfy { $0 > 0 }, "a class has no image")
    self.counts = counts
  }

  /// Makes sizes that fall by a power of the rank, as those of MS-Celeb-1M's raw lists do.
  ///
  /// ```
  /// n(r) = largest · r^(−a),  r = 1…classCount,  a so that n(classCount) = smallest
  /// ```
  ///
  /// - Parameters:
  ///   - classCount: 1 or more.
  ///   - largest: images of the head.
  ///   - smallest: images of the last class, 1 or more.
  public static func powerLaw(classCount: Int, largest: Int, smallest: Int) -> ClassSizes {
    require(classCount >= 1 && smallest >= 1 && largest >= smallest, "\(largest) to \(smallest) images")
    // The exponent is found by bisection; r^(−a) is computed with square roots, because the C library's `pow` differs.
    var low = 0.0
    var high = 8.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if Double(largest) * power(Double(classCount), -middle) > Double(smallest) {
        low = middle
      } else {
        high = middle
      }
    }
    let exponent = classCount > 1 ? low : 0
    return ClassSizes(
      (1...classCount).map { max(smallest, Int((Double(largest) * power(Double($0), -exponent)).rounded())) }
    )
  }

  /// Makes sizes that fall by a constant factor from class to class, from `largest` to `smallest`.
  ///
  /// ```
  /// n(k) = largest · f^k,  k = 0…classCount − 1,  f = (smallest / largest)^(1 / (classCount − 1)), each rounded
  /// ```
  ///
  /// - Parameters:
  ///   - classCount: 1 or more.
  ///   - largest: images of the first class.
  ///   - smallest: images of the last class, 1 or more.
  public static func geometric(classCount: Int, largest: Int, smallest: Int) -> ClassSizes {
    require(classCount >= 1 && smallest >= 1 && largest >= smallest, "\(largest) to \(smallest) images")
    // The factor is found by halving an interval, with products alone: the C library's `pow` differs between machines.
    func end(_ factor: Double) -> Double {
      (1..<max(2, classCount)).reduce(Double(largest)) { value, _ in value * factor }
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if end(middle) > Double(smallest) { high = middle } else { low = middle }
    }
    let factor = high
    var (size, counts) = (Double(largest), [Int]())
    for _ in 0..<classCount {
      counts.append(max(smallest, Int(size.rounded())))
      size *= factor
    }
    return ClassSizes(counts)
  }

  /// Sizes that are all equal.
  public static func even(classCount: Int, count: Int) -> ClassSizes {
    ClassSizes(Array(repeating: count, count: classCount))
  }

  /// The number of images of all classes.
  public var total: Int { counts.reduce(0, +) }

  /// The Gini coefficient: 0 where all classes are of one size, near 1 where one has nearly all images.
  ///
  /// ```
  /// G = Σ (2i − n − 1) xᵢ / (n Σ xᵢ),  x ascending, i = 1…n
  /// ```
  public var gini: Double {
    let ascending = counts.sorted()
    let n = Double(ascending.count)
    let sum = ascending.enumerated().reduce(0.0) {
      $0 + (2 * Double($1.offset + 1) - n - 1) * Double($1.element)
    }
    return sum / (n * Double(total))
  }

  /// The part of all images that the largest classes hold, `0...1`.
  public func share(ofLargest part: Double) -> Double {
    let count = Int((part * Double(counts.count)).rounded())
    return Double(counts.sorted(by: >).prefix(count).reduce(0, +)) / Double(total)
  }
}

/// `base^exponent` for a base from 1 on, by square roots and products, which are exact to the bit everywhere.
private func power(_ base: Double, _ exponent: Double) -> Double {
  var result = 1.0
  var whole = abs(exponent).rounded(.down)
  var part = abs(exponent) - whole
  while whole > 0 {
    result *= base
    whole -= 1
  }
  var root = base
  for _ in 0..<52 {
    root = root.squareRoot()
    part *= 2
    if part >= 1 {
      result *= root
      part -= 1
    }
  }
  return exponent < 0 ? 1 / result : result
}

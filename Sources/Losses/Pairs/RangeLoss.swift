internal import Tensors

/// Penalises the largest distances within each class of a batch, and the smallest distance between two class means.
///
/// ```
/// L = a·Σ_c n_c / Σⱼ (1/D_cⱼ)  +  b·max(0, m − min ‖μ_p − μ_q‖²)
/// ```
///
/// D_cⱼ are the n_c = min(k, pairs) largest squared Euclidean distances between samples of class c, of classes
/// with at least two samples; the first term is a sum over classes, the second looks at the one nearest pair
/// of batch means μ. Features are taken as they are, not normalised. A batch without same-class pairs has no
/// first term, a batch of one class no second. Coinciding samples have the range 0, and with it their class.
///
/// Source: Zhang et al., Range Loss for Deep Face Recognition, ICCV 2017. k = 2, m = 2e4, a = 1e-4, b = 1e-3
/// are the defaults of a public Caffe layer, which squares distances as here; other codes do not.
public struct RangeLoss: Codable, Hashable, Sendable {
  /// k, the number of largest distances of a class that count.
  public var rangeCount: Int
  /// m, the least squared distance wanted between two class means.
  public var margin: Double
  /// a, the weight of the ranges within classes.
  public var intraWeight: Double
  /// b, the weight of the nearest pair of means.
  public var interWeight: Double

  /// - Precondition: `rangeCount` is at least 1.
  public init(
    rangeCount: Int = 2,
    margin: Double = 2e4,
    intraWeight: Double = 1e-4,
    interWeight: Double = 1e-3
  ) {
    require(rangeCount > 0, "a range loss needs at least one range, not \(rangeCount)")
    self.rangeCount = rangeCount
    self.margin = margin
    self.intraWeight = intraWeight
    self.interWeight = interWeight
  }

  /// Returns the loss of a batch and its gradient in the features.
  ///
  /// Ties among ranges and among nearest pairs go to the samples and classes that come first.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func evaluate<Element>(_ batch: LabelledFeatures<Element>) -> LossValue<Element> {
    var gradient = Tensor<Element>(zeros: batch.features.shape)
    let ranges = narrowRanges(of: batch, adding: &gradient)
    let means = partMeans(of: batch, adding: &gradient)
    return LossValue(value: intraWeight * ranges + interWeight * means, featureGradient: gradient)
  }

  private func narrowRanges<Element>(
    of batch: LabelledFeatures<Element>,
    adding gradient: inout Tensor<Element>
  )
    -> Double
  {
    var sum = 0.0
    for place in batch.classes.indices where batch.counts[place] > 1 {
      let largest = largestRanges(batch, of: batch.places.indices.filter { batch.places[$0] == place })
      guard let least = largest.last?.squared else { continue }
      // n/Σ(1/D) and its slope n·r² with r = (1/D)/Σ(1/D), scaled by the least D so that nothing overflows.
      let shares = largest.map { $0.squared == 0 ? 1 : least / $0.squared }
      let total = shares.reduce(0, +)
      let count = Double(largest.count)
      sum += count * least / total
      for (range, share) in zip(largest, shares) {
        let slope = count * (share / total) * (share / total)
        addDifference(batch, range, times: Element(2 * intraWeight * slope), to: &gradient)
      }
    }
    return sum
  }

  private typealias Range = (first: Int, second: Int, squared: Double)

  private func largestRanges<Element>(_ batch: LabelledFeatures<Element>, of samples: [Int]) -> [Range] {
    let distances = batch.features.rows(samples).exactSquaredDistances()
    var ranges: [Range] = []
    for i in samples.indices {
      for j in (i + 1)..<samples.count {
        ranges.append((samples[i], samples[j], distances[i * samples.count + j]))
      }
    }
    let sorted = ranges.sorted {
      $0.squared != $1.squared ? $0.squared > $1.squared : ($0.first, $0.second) < ($1.first, $1.second)
    }
    return Array(sorted.prefix(rangeCount))
  }

  private func addDifference<Element>(
    _ batch: LabelledFeatures<Element>,
    _ range: Range,
    times factor: Element,
    to gradient: inout Tensor<Element>
  ) {
    let width = batch.featureCount
    gradient.withUnsafeMutablePointer { gradient in
      batch.features.withUnsafePointer { rows in
        for k in 0..<width {
          let step = factor * (rows[range.first * width + k] - rows[range.second * width + k])
          gradient[range.first * width + k] += step
          gradient[range.second * width + k] -= step
        }
      }
    }
  }

  private func partMeans<Element>(of batch: LabelledFeatures<Element>, adding gradient: inout Tensor<Element>)
    -> Double
  {
    guard batch.classes.count > 1 else { return 0 }
    let width = batch.featureCount
    let means = batch.classMeans()
    let (first, second, distance) = nearestPair(of: means)
    guard !(distance >= margin) else { return 0 }
    gradient.withUnsafeMutablePointer { gradient in
      means.withUnsafePointer { means in
        for (sample, place) in batch.places.enumerated() where place == first || place == second {
          let other = place == first ? second : first
          let factor = Element(-2 * interWeight / Double(batch.counts[place]))
          for k in 0..<width {
            gradient[sample * width + k] += factor * (means[place * width + k] - means[other * width + k])
          }
        }
      }
    }
    return margin - distance
  }

  private func nearestPair<Element>(of means: Tensor<Element>) -> Range {
    let distances = means.exactSquaredDistances()
    var nearest: Range = (0, 1, distances[1])
    for p in 0..<means.rowCount {
      for q in (p + 1)..<means.rowCount {
        let distance = distances[p * means.rowCount + q]
        if distance < nearest.squared || distance.isNaN { nearest = (p, q, distance) }
      }
    }
    return nearest
  }
}

extension RangeLoss: Loss {
  public static var key: String { "range" }
  public var name: String { "range" }
  public var needs: [LossNeed] { [] }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func add<Element>(
    to sum: inout ObjectiveValue<Element>,
    times weight: Double,
    of input: LossInput<Element>
  ) -> Double {
    let result = evaluate(input.batch)
    sum.addFeatureGradient(result.featureGradient, times: weight)
    return result.value
  }
}

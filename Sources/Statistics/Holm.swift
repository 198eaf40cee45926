internal import Tensors

/// Returns p-values adjusted for several tests by Holm's step-down method, in the order given.
///
/// ```
/// p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) · p₍ⱼ₎),  p₍₁₎ ≤ … ≤ p₍ₘ₎
/// ```
/// Rejecting where p̃ ≤ α keeps the probability of any false rejection at or below α, whatever the dependence of the tests.
/// Source: Holm, Scandinavian Journal of Statistics 6, 1979.
///
/// - Precondition: every p-value lies within 0…1.
public func holmAdjusted(_ pValues: [Double]) -> [Double] {
  require(pValues.allSatisfy { (0...1).contains($0) }, "p-values \(pValues)")
  var adjusted = pValues
  var largest = 0.0
  for (rank, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
    largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
    adjusted[index] = largest
  }
  return adjusted
}

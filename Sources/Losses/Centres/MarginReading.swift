/// The way in which the minimum margin between centres changes the network, which the paper does not state.
///
/// The margin acts on centres, which no gradient moves in facenet's code. G is the loss's gradient in the centre of a class,
/// x a feature of the class, n the number of the class's samples in the batch.
public enum MarginReading: String, Codable, Hashable, Sendable, CaseIterable {
  /// The loss is computed from the centres *after* the batch's update, as functions of the features.
  ///
  /// ```
  /// c' = c − s·Σᵢ(c − xᵢ)        L = L_M(c')        ∂L/∂xᵢ = s·G(c')
  /// ```
  ///
  /// With s = γ/(1 + n) by Wen's rule. An exact gradient.
  case throughUpdate
  /// The loss is computed from the centres before the update; its gradient is applied as if each were its class's batch mean.
  ///
  /// ```
  /// L = L_M(c)        ∂L/∂xᵢ ≔ G(c)/n
  /// ```
  ///
  /// A straight-through estimate: no derivative of L in the features, which L does not depend on.
  case batchMeans
  /// The loss moves the centres by gradient, in addition to their update; features get no gradient from it.
  ///
  /// ```
  /// L = L_M(c)        ∂L/∂xᵢ = 0        c ← c − η·∂L/∂c
  /// ```
  ///
  /// The margin reaches the features only through the centre loss, which pulls them to the moved centres.
  case trainedCentres
}

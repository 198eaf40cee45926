/// How the minimum margin between centres reaches the network: the paper does not say.
///
/// The margin acts on centres, which in facenet's code no gradient moves. G is the loss's gradient in the
/// centre of a class, x a feature of the class, n the class's samples in the batch.
public enum MarginReading: String, Codable, Hashable, Sendable, CaseIterable {
  /// The loss looks at the centres *after* the batch's update, as functions of the features.
  ///
  /// ```
  /// c' = c − s·Σᵢ(c − xᵢ)        L = L_M(c')        ∂L/∂xᵢ = s·G(c')
  /// ```
  ///
  /// With s = γ/(1 + n) by Wen's rule. An exact gradient.
  case throughUpdate
  /// The loss looks at the centres as they are; its gradient passes as if each were its class's batch mean.
  ///
  /// ```
  /// L = L_M(c)        ∂L/∂xᵢ ≔ G(c)/n
  /// ```
  ///
  /// A straight-through estimate: no derivative of L in the features, which L does not depend on.
  case batchMeans
  /// Centres are trained: the loss moves them by gradient, beside their update, and never the features.
  ///
  /// ```
  /// L = L_M(c)        ∂L/∂xᵢ = 0        c ← c − η·∂L/∂c
  /// ```
  ///
  /// Features feel the margin through the centre loss alone, which draws them to the centres moved.
  case trainedCentres
}

internal import CGSL
internal import Tensors

/// Student's t distribution, from the GNU Scientific Library.
public struct StudentT: Hashable, Sendable {
  /// The degrees of freedom ν, above 0.
  public let degreesOfFreedom: Double

  /// - Precondition: `degreesOfFreedom > 0`.
  public init(degreesOfFreedom: Double) {
    require(
      degreesOfFreedom > 0,
      "the degrees of freedom of Student's t must be above 0, not \(degreesOfFreedom)"
    )
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// Returns the cumulative probability P(T ≤ t).
  public func cumulative(_ t: Double) -> Double { gsl_cdf_tdist_P(t, degreesOfFreedom) }

  /// Returns the probability P(T > t), exact also where it is tiny.
  public func upperTail(_ t: Double) -> Double { gsl_cdf_tdist_Q(t, degreesOfFreedom) }

  /// Returns the quantile: the t with P(T ≤ t) = `probability`, for a probability within (0, 1).
  public func quantile(_ probability: Double) -> Double {
    require(
      probability > 0 && probability < 1,
      "a quantile needs a probability between 0 and 1, not \(probability)"
    )
    return gsl_cdf_tdist_Pinv(probability, degreesOfFreedom)
  }
}

/// The noncentral t distribution: T = (Z + δ) / √(V/ν) with Z standard normal and V chi-squared with ν degrees of
/// freedom.
///
/// GSL has no noncentral t, so its cumulative probability is integrated over the quantiles of V:
///
/// ```
/// P(T ≤ t) = ∫₀¹ Φ(t·√(V_u/ν) − δ) du,  V_u the u-quantile of chi-squared
/// ```
struct NoncentralT {
  var degreesOfFreedom: Double
  /// δ, the noncentrality.
  var noncentrality: Double

  /// Returns P(T ≤ t), to an absolute error of about 1e-9.
  func cumulative(_ t: Double) -> Double {
    struct Argument { var t, nu, delta: Double }
    var argument = Argument(t: t, nu: degreesOfFreedom, delta: noncentrality)
    return withUnsafeMutablePointer(to: &argument) { pointer in
      var function = gsl_function(
        function: { u, context in
          guard let argument = context?.assumingMemoryBound(to: Argument.self).pointee else { return .nan }
          let root = (gsl_cdf_chisq_Pinv(u, argument.nu) / argument.nu).squareRoot()
          return gsl_cdf_ugaussian_P(argument.t * root - argument.delta)
        },
        params: UnsafeMutableRawPointer(pointer)
      )
      let workspace = gsl_integration_workspace_alloc(200)
      defer { gsl_integration_workspace_free(workspace) }
      var (result, error) = (0.0, 0.0)
      gsl_integration_qags(&function, 0, 1, 1e-9, 1e-9, 200, workspace, &result, &error)
      return result
    }
  }
}

/// facenet-pytorch's names for the tensors of Inception-ResNet-v1, in the order of our layers.
///
/// A convolution's weights are `[output, input, height, width]` there and `[height, width, input, output]` here; a dense
/// layer's `[output, input]` and `[input, output]`. Their batch norm has a learned scale γ, ours has none:
///
/// ```
/// γ·(w·x − μ)/√(σ² + ε) + β  =  ((γw)·x − γμ)/√(σ² + ε) + β
/// ```
/// So γ goes into the weights and the moving mean when tensors are taken, and is 1 when they are given.
struct FacenetNames {
  /// A layer with weights.
  struct Unit {
    /// The name of the weights.
    var weight: String
    /// The name of the bias; `nil` where batch norm follows.
    var bias: String?
    /// The prefix of the names of the batch norm; `nil` without one.
    var norm: String?
    /// The suffixes after ``norm``: γ, β, the moving mean and the moving variance.
    static let normParts = (scale: ".weight", shift: ".bias", mean: ".running_mean", variance: ".running_var")
  }

  /// The units in the order of the layers of `[Layer].inceptionResNetV1()`.
  static let units: [Unit] = {
    var units = ["1a", "2a", "2b", "3b", "4a", "4b"].map { normed("conv2d_\($0)") }
    for number in 0..<5 { units += block("repeat_1.\(number)", [1, 2, 3]) }
    units += reduction("mixed_6a", [1, 3])
    for number in 0..<10 { units += block("repeat_2.\(number)", [1, 3]) }
    units += reduction("mixed_7a", [2, 2, 3])
    for number in 0..<5 { units += block("repeat_3.\(number)", [1, 3]) }
    units += block("block8", [1, 3])
    units.append(Unit(weight: "last_linear.weight", norm: "last_bn"))
    return units
  }()

  private static func normed(_ name: String) -> Unit {
    Unit(weight: name + ".conv.weight", norm: name + ".bn")
  }

  /// The convolutions of each branch, `name.branch0.0`, `name.branch0.1`, …; a branch of a single convolution has no index:
  /// `name.branch0`.
  private static func reduction(_ name: String, _ counts: [Int]) -> [Unit] {
    counts.enumerated().flatMap { branch, count in
      (0..<count).map { normed("\(name).branch\(branch)" + (count > 1 ? ".\($0)" : "")) }
    }
  }

  private static func block(_ name: String, _ counts: [Int]) -> [Unit] {
    reduction(name, counts) + [Unit(weight: name + ".conv2d.weight", bias: name + ".conv2d.bias")]
  }

  /// Names of tensors in the file that the model does not use.
  static func isCounter(_ name: String) -> Bool { name.hasSuffix(".num_batches_tracked") }
}

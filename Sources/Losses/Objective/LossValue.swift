public import Tensors

/// The value of a loss on a batch, and its gradient in the features.
public struct LossValue<Element: Scalar>: Sendable {
  /// The loss, summed in Double.
  public var value: Double
  /// The gradient in the features, `[sample, feature]`.
  public var featureGradient: Tensor<Element>

  public init(value: Double, featureGradient: Tensor<Element>) {
    self.value = value
    self.featureGradient = featureGradient
  }
}

/// The value of a classification loss on a batch, and its gradients in features and classifier.
public struct ClassificationLossValue<Element: Scalar>: Sendable {
  /// The loss, summed in Double.
  public var value: Double
  /// The gradient in the features, `[sample, feature]`.
  public var featureGradient: Tensor<Element>
  /// The gradient in the classifier's weights, `[class, feature]`.
  public var weightGradient: Tensor<Element>
  /// The gradient in the classifier's bias, `[class]`; zeros for a loss that has no bias.
  public var biasGradient: Tensor<Element>

  public init(
    value: Double,
    featureGradient: Tensor<Element>,
    weightGradient: Tensor<Element>,
    biasGradient: Tensor<Element>
  ) {
    self.value = value
    self.featureGradient = featureGradient
    self.weightGradient = weightGradient
    self.biasGradient = biasGradient
  }
}

/// The value of a loss on class centres, and its gradient in them.
public struct CentreLossValue<Element: Scalar>: Sendable {
  /// The loss, summed in Double.
  public var value: Double
  /// The gradient in the centres of the classes that were given.
  public var centreGradient: CentreGradient<Element>
}

/// A gradient in the centres of some classes; in all others it is 0.
public struct CentreGradient<Element: Scalar>: Sendable {
  /// The classes, ascending.
  public var classes: [Int]
  /// The gradient in the centre of each, `[class, feature]`.
  public var rows: Tensor<Element>

  package init(classes: [Int], rows: Tensor<Element>) {
    self.classes = classes
    self.rows = rows
  }
}

/// The last layer of a classifier: a weight vector and a bias for each class.
public struct Classifier<Element: Scalar>: Sendable {
  /// The weights, `[class, feature]`.
  public var weights: Tensor<Element>
  /// The bias, `[class]`; losses on the hypersphere do not read it.
  public var bias: Tensor<Element>

  /// Creates a classifier; without a bias it is zero.
  ///
  /// - Precondition: weights are a matrix, the bias has one element for each of its rows.
  public init(weights: Tensor<Element>, bias: Tensor<Element>? = nil) {
    require(weights.shape.count == 2, "weights are [class, feature], not \(weights.shape)")
    let bias = bias ?? Tensor(zeros: [weights.rowCount])
    require(
      bias.shape == [weights.rowCount],
      "the bias has the shape \(bias.shape) for \(weights.rowCount) classes"
    )
    self.weights = weights
    self.bias = bias
  }

  /// The number of classes.
  public var classCount: Int { weights.rowCount }
}

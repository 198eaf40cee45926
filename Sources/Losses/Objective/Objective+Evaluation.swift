public import Tensors

/// The value of an objective on a batch: the loss, its terms, and all gradients.
public struct ObjectiveValue<Element: Scalar>: Sendable {
  /// `Σ weight·term`.
  public internal(set) var value = 0.0
  /// Each term as its loss returned it, without its weight, in the objective's order.
  public internal(set) var terms: [TermValue] = []
  /// The gradient in the features, `[sample, feature]`.
  public internal(set) var featureGradient: Tensor<Element>
  /// The gradient in the classifier's weights, `[class, feature]`; nil where no term reads them.
  public internal(set) var weightGradient: Tensor<Element>?
  /// The gradient in the classifier's bias, `[class]`; nil where no term reads the classifier.
  public internal(set) var biasGradient: Tensor<Element>?
  /// The gradient in the centres; nil unless centres are trained (`MarginReading.trainedCentres`).
  public internal(set) var centreGradient: CentreGradient<Element>?
}

/// The value of one term of an objective.
public struct TermValue: Codable, Hashable, Sendable {
  /// The term's name.
  public var name: String
  /// Its factor in the sum.
  public var weight: Double
  /// The loss, without the factor.
  public var value: Double

  package init(name: String, weight: Double, value: Double) {
    self.name = name
    self.weight = weight
    self.value = value
  }
}

extension Objective {
  /// Returns the loss of a batch with all its gradients.
  ///
  /// - Parameters:
  ///   - classifier: needed by the softmax terms.
  ///   - centres: needed by the centre and minimum margin terms; they are not moved.
  /// - Precondition: what a term needs is given.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func evaluate<Element>(
    _ batch: LabelledFeatures<Element>,
    classifier: Classifier<Element>? = nil,
    centres: Centres<Element>? = nil
  ) -> ObjectiveValue<Element> {
    var result = ObjectiveValue<Element>(featureGradient: Tensor(zeros: batch.features.shape))
    let input = LossInput(batch, classifier, centres, centreUpdate)
    for term in terms {
      input.requireNeeds(of: term)
      let value = term.loss.add(to: &result, times: term.weight, of: input)
      result.value += term.weight * value
      result.terms.append(TermValue(name: term.name, weight: term.weight, value: value))
    }
    return result
  }
}

extension ObjectiveValue {
  /// Adds a multiple of a gradient in the features, `[sample, feature]`.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public mutating func addFeatureGradient(_ gradient: Tensor<Element>, times weight: Double) {
    featureGradient.add(gradient, times: Element(weight))
  }

  /// Adds multiples of the gradients of a classification loss: in features, weights and bias.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public mutating func add(_ loss: ClassificationLossValue<Element>, times weight: Double) {
    featureGradient.add(loss.featureGradient, times: Element(weight))
    Losses.add(loss.weightGradient, times: Element(weight), to: &weightGradient)
    Losses.add(loss.biasGradient, times: Element(weight), to: &biasGradient)
  }

  /// Adds to the gradient in each sample's feature a multiple of the row of its class.
  ///
  /// - Parameters:
  ///   - rows: `[class of the batch, feature]`.
  ///   - factors: `[class of the batch]`.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public mutating func addClassRows(
    _ rows: Tensor<Element>,
    of batch: LabelledFeatures<Element>,
    times factors: [Element]
  ) {
    let width = featureGradient.rowLength
    featureGradient.withUnsafeMutablePointer { target in
      rows.withUnsafePointer { rows in
        for (sample, place) in batch.places.enumerated() {
          for k in 0..<width { target[sample * width + k] += factors[place] * rows[place * width + k] }
        }
      }
    }
  }

  /// Sets the gradient in the centres to a multiple of `gradient`; a loss with a gradient in them stands once in an
  /// objective.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public mutating func setCentreGradient(_ gradient: CentreGradient<Element>, times weight: Double) {
    require(centreGradient == nil, "two terms of an objective train the centres by gradient")
    var scaled = gradient
    scaled.rows.multiply(by: Element(weight))
    centreGradient = scaled
  }
}

/// Adds a multiple of a tensor to a sum; the first one added is the sum.
private func add<Element>(_ part: Tensor<Element>, times factor: Element, to sum: inout Tensor<Element>?) {
  if sum == nil {
    var first = part
    first.multiply(by: factor)
    sum = first
  } else {
    sum?.add(part, times: factor)
  }
}

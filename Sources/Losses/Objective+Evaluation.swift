public import Tensors

/// What an objective makes of a batch: the loss, its terms, and all gradients.
public struct ObjectiveValue<Element: Scalar>: Sendable {
  /// `Σ weight·term`.
  public internal(set) var value = 0.0
  /// Each term as its loss gave it, without its weight, in the objective's order.
  public internal(set) var terms: [TermValue] = []
  /// The gradient in the features, `[sample, feature]`.
  public internal(set) var featureGradient: Tensor<Element>
  /// The gradient in the classifier's weights, `[class, feature]`; nil where no term reads them.
  public internal(set) var weightGradient: Tensor<Element>?
  /// The gradient in the classifier's bias, `[class]`; nil where no term reads the classifier.
  public internal(set) var biasGradient: Tensor<Element>?
  /// The gradient in the centres; nil but where centres are trained (`MarginReading.trainedCentres`).
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
    for term in terms {
      switch term.loss {
      case .softmax(let loss):
        result.add(term, loss.evaluate(batch, classifier: given(classifier, for: term)))
      case .amSoftmax(let loss):
        result.add(term, loss.evaluate(batch, classifier: given(classifier, for: term)))
      case .arcFace(let loss):
        result.add(term, loss.evaluate(batch, classifier: given(classifier, for: term)))
      case .centre(let loss): result.add(term, loss.evaluate(batch, centres: given(centres, for: term)))
      case .marginal(let loss): result.add(term, loss.evaluate(batch))
      case .range(let loss): result.add(term, loss.evaluate(batch))
      case .minimumMargin(let loss, let reading):
        result.add(term, loss, reading, batch, given(centres, for: term), centreUpdate)
      }
    }
    return result
  }

  private func given<Part>(_ part: Part?, for term: Term) -> Part {
    guard let part else { fatalError("the term '\(term.name)' of the objective needs a \(Part.self)") }
    return part
  }
}

extension ObjectiveValue {
  fileprivate mutating func note(_ term: Objective.Term, _ loss: Double) {
    value += term.weight * loss
    terms.append(TermValue(name: term.name, weight: term.weight, value: loss))
  }

  fileprivate mutating func add(_ term: Objective.Term, _ loss: LossValue<Element>) {
    note(term, loss.value)
    featureGradient.add(loss.featureGradient, times: Element(term.weight))
  }

  fileprivate mutating func add(_ term: Objective.Term, _ loss: ClassificationLossValue<Element>) {
    note(term, loss.value)
    featureGradient.add(loss.featureGradient, times: Element(term.weight))
    Self.add(loss.weightGradient, times: term.weight, to: &weightGradient)
    Self.add(loss.biasGradient, times: term.weight, to: &biasGradient)
  }

  private static func add(_ part: Tensor<Element>, times weight: Double, to sum: inout Tensor<Element>?) {
    if sum == nil {
      var first = part
      first.multiply(by: Element(weight))
      sum = first
    } else {
      sum?.add(part, times: Element(weight))
    }
  }

  fileprivate mutating func add(
    _ term: Objective.Term,
    _ loss: MinimumMarginLoss,
    _ reading: MarginReading,
    _ batch: LabelledFeatures<Element>,
    _ centres: Centres<Element>,
    _ update: CentreUpdate
  ) {
    let weight = Element(term.weight)
    switch reading {
    case .throughUpdate:
      let (value, gradient) = loss.evaluate(rows: centres.movedRows(with: batch, by: update))
      note(term, value)
      let shares = batch.counts.map { weight * Element(update.share(ofOneIn: $0)) }
      featureGradient.addClassRows(gradient, of: batch, times: shares)
    case .batchMeans:
      let result = loss.evaluate(centres, of: batch.classes)
      note(term, result.value)
      let shares = batch.counts.map { weight / Element($0) }
      featureGradient.addClassRows(result.centreGradient.rows, of: batch, times: shares)
    case .trainedCentres:
      var result = loss.evaluate(centres, of: batch.classes)
      note(term, result.value)
      result.centreGradient.rows.multiply(by: weight)
      centreGradient = result.centreGradient
    }
  }
}

extension Tensor {
  /// Adds to each sample's row a multiple of the row of its class.
  fileprivate mutating func addClassRows(
    _ rows: Tensor,
    of batch: LabelledFeatures<Element>,
    times factors: [Element]
  ) {
    let width = rowLength
    withUnsafeMutablePointer { target in
      rows.withUnsafePointer { rows in
        for (sample, place) in batch.places.enumerated() {
          for k in 0..<width { target[sample * width + k] += factors[place] * rows[place * width + k] }
        }
      }
    }
  }
}

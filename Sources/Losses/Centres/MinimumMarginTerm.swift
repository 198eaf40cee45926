internal import Tensors

/// The minimum margin loss as a term of an objective: with the reading by which it reaches features or centres.
public struct MinimumMarginTerm: Codable, Hashable, Sendable, Loss {
  /// The loss of the centres.
  public var loss: MinimumMarginLoss
  /// How its gradient in the centres is used.
  public var reading: MarginReading

  public init(_ loss: MinimumMarginLoss, by reading: MarginReading) {
    self.loss = loss
    self.reading = reading
  }

  public static var key: String { "minimumMargin" }
  public var name: String { "minimum margin" }
  public var needs: [LossNeed] { [.centres] }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func add<Element>(
    to sum: inout ObjectiveValue<Element>,
    times weight: Double,
    of input: LossInput<Element>
  ) -> Double {
    let (batch, factor) = (input.batch, Element(weight))
    switch reading {
    case .throughUpdate:
      let (value, gradient) = loss.evaluate(
        rows: input.centres.movedRows(with: batch, by: input.centreUpdate)
      )
      let shares = batch.counts.map { factor * Element(input.centreUpdate.share(ofOneIn: $0)) }
      sum.addClassRows(gradient, of: batch, times: shares)
      return value
    case .batchMeans:
      let result = loss.evaluate(input.centres, of: batch.classes)
      let shares = batch.counts.map { factor / Element($0) }
      sum.addClassRows(result.centreGradient.rows, of: batch, times: shares)
      return result.value
    case .trainedCentres:
      let result = loss.evaluate(input.centres, of: batch.classes)
      sum.setCentreGradient(result.centreGradient, times: weight)
      return result.value
    }
  }

  public func write(to fields: inout KeyedEncodingContainer<LossField>) throws {
    try fields.encode(loss, forKey: .first)
    try fields.encode(reading, forKey: .second)
  }

  public static func read(from fields: KeyedDecodingContainer<LossField>) throws -> Self {
    let loss = try fields.decode(MinimumMarginLoss.self, forKey: .first)
    return Self(loss, by: try fields.decode(MarginReading.self, forKey: .second))
  }
}

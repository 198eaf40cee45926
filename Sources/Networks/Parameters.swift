public import Tensors

/// The name, shape and position of one tensor of a set of parameters.
public struct ParameterEntry: Sendable, Hashable, Codable {
  /// The path of names from the network down, for example `A1/up/weight`.
  public var name: String
  /// The length of each axis, as the layer's documentation names them.
  public var shape: [Int]
  /// Whether weight decay applies: to weights, not to biases and betas.
  public var isDecayed: Bool
  /// The range of its elements in `values` and `gradients`.
  public var range: Range<Int>
}

/// The parameters of a network or of a classifier: values and gradients, each contiguous in memory.
public struct Parameters<Element: Scalar>: Sendable {
  /// The tensors in the order in which the layers were given.
  public let entries: [ParameterEntry]
  /// The values of all entries, one after the other: `[element]`.
  public var values: Tensor<Element>
  /// The gradient of the loss in each value: `[element]`.
  public var gradients: Tensor<Element>

  /// Creates zeros of the given names and shapes, in their order.
  public init(_ tensors: [(name: String, shape: [Int], isDecayed: Bool)]) {
    var end = 0
    entries = tensors.map { tensor in
      let start = end
      end += tensor.shape.reduce(1, *)
      return ParameterEntry(
        name: tensor.name,
        shape: tensor.shape,
        isDecayed: tensor.isDecayed,
        range: start..<end
      )
    }
    values = Tensor(zeros: [end])
    gradients = Tensor(zeros: [end])
  }

  /// The number of elements in all tensors together.
  public var count: Int { values.count }

  /// Returns the place of a name in `entries`.
  public func index(of name: String) -> Int? {
    entries.firstIndex { $0.name == name }
  }

  /// Returns the value of one entry in its own shape.
  public func value(at index: Int) -> Tensor<Element> {
    slice(of: values, at: index)
  }

  /// Returns the gradient of one entry in its own shape.
  public func gradient(at index: Int) -> Tensor<Element> {
    slice(of: gradients, at: index)
  }

  /// Replaces the value of one entry.
  ///
  /// - Precondition: the tensor has the entry's shape.
  public mutating func setValue(_ tensor: Tensor<Element>, at index: Int) {
    copy(tensor, to: entries[index], of: &values)
  }

  /// Replaces the gradient of one entry.
  ///
  /// - Precondition: the tensor has the entry's shape.
  public mutating func setGradient(_ tensor: Tensor<Element>, at index: Int) {
    copy(tensor, to: entries[index], of: &gradients)
  }

  private func slice(of whole: Tensor<Element>, at index: Int) -> Tensor<Element> {
    let entry = entries[index]
    var part = Tensor<Element>(uninitialized: entry.shape)
    whole.withUnsafePointer { source in
      part.withUnsafeMutablePointer {
        $0.update(from: source + entry.range.lowerBound, count: entry.range.count)
      }
    }
    return part
  }
}

/// Writes a tensor into its entry's range. A method would access the whole set, and so copy its memory; a function does not.
private func copy<Element: Scalar>(
  _ tensor: Tensor<Element>,
  to entry: ParameterEntry,
  of whole: inout Tensor<Element>
) {
  require(tensor.shape == entry.shape, "'\(entry.name)' is \(entry.shape), not \(tensor.shape)")
  tensor.withUnsafePointer { source in
    whole.withUnsafeMutablePointer {
      ($0 + entry.range.lowerBound).update(from: source, count: entry.range.count)
    }
  }
}

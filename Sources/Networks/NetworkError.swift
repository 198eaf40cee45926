/// An error in a list of layers, or in stored tensors of a network.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A layer does not fit its input; the place is the path of names and positions from the network's input.
  case layer(place: String, problem: String)
  /// Stored tensors do not fit the network.
  case tensor(name: String, problem: String)

  public var description: String {
    switch self {
    case .layer(let place, let problem): "layer \(place): \(problem)"
    case .tensor(let name, let problem): "tensor '\(name)': \(problem)"
    }
  }
}

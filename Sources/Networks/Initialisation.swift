internal import Tensors

extension Parameters {
  /// Draws every weight from the Xavier-uniform distribution; biases and betas become 0.
  ///
  /// ```
  /// w ~ U[−l, l)        l = √(6/(fan in + fan out))
  /// ```
  /// The last two axes of a weight are its input and output channels, the axes before them the kernel, whose places
  /// multiply both fans. Tensor k draws from stream k of the seed, in row-major order.
  ///
  /// Source: Glorot and Bengio, AISTATS 2010, equation 16.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public mutating func drawXavierUniform(seed: UInt64) {
    for (index, entry) in entries.enumerated() {
      var elements = [Element](repeating: 0, count: entry.range.count)
      if entry.isDecayed {
        let places = entry.shape.dropLast(2).reduce(1, *)
        let fans = places * entry.shape.suffix(2).reduce(0, +)
        let limit = (6 / Double(max(1, fans))).squareRoot()
        var generator = SeededGenerator(seed: seed, stream: UInt64(index))
        for i in elements.indices { elements[i] = Element(generator.uniform(in: -limit..<limit)) }
      }
      setValue(Tensor(elements, shape: entry.shape), at: index)
    }
  }
}

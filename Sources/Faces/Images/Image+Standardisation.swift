public import Tensors

extension Image {
  /// The picture as a network takes it, `[height, width, channel]`: `(x − 127.5) / 128`, in `-1...1`.
  ///
  /// Source: facenet's fixed standardisation.
  public var standardised: Tensor<Float> {
    var tensor = Tensor<Float>(zeros: [height, width, 3])
    tensor.withUnsafeMutablePointer { writeStandardised(to: $0) }
    return tensor
  }

  /// Writes the standardised picture, `[height, width, channel]`.
  package func writeStandardised(to destination: UnsafeMutablePointer<Float>) {
    pixels.withUnsafeBufferPointer { pixels in
      for index in 0..<pixels.count { destination[index] = (Float(pixels[index]) - 127.5) * (1 / 128) }
    }
  }
}

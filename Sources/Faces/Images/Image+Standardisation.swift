public import Tensors

extension Image {
  /// The picture as a network takes it, `[height, width, channel]`: `(x − 127.5) / 128`, in `-1...1`.
  ///
  /// Source: facenet's fixed standardisation.
  public var standardised: Tensor<Float> {
    var tensor = Tensor<Float>(zeros: [height, width, 3])
    tensor.withUnsafeMutablePointer { writeStandardised(to: $0, mirrored: false) }
    return tensor
  }

  /// Writes the standardised picture, `[height, width, channel]`, mirrored left to right where asked.
  package func writeStandardised(to destination: UnsafeMutablePointer<Float>, mirrored: Bool) {
    pixels.withUnsafeBufferPointer { pixels in
      guard mirrored else {
        for index in 0..<pixels.count { destination[index] = (Float(pixels[index]) - 127.5) * (1 / 128) }
        return
      }
      for row in 0..<height {
        for column in 0..<width {
          let source = (row * width + width - 1 - column) * 3
          let target = (row * width + column) * 3
          for channel in 0..<3 {
            destination[target + channel] = (Float(pixels[source + channel]) - 127.5) * (1 / 128)
          }
        }
      }
    }
  }
}

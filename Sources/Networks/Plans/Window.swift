/// A sliding window of a convolution or pooling: kernel size, stride and zero padding.
struct Window: Hashable {
  var kernelHeight: Int
  var kernelWidth: Int
  var stride: Int
  /// Rows of zeros above the image.
  var top: Int
  /// Columns of zeros left of the image.
  var left: Int

  init(kernelHeight: Int, kernelWidth: Int, stride: Int, padding: Layer.Padding, input: ImageShape) {
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.stride = stride
    top = Window.padding(before: input.height, kernel: kernelHeight, stride: stride, padding)
    left = Window.padding(before: input.width, kernel: kernelWidth, stride: stride, padding)
  }

  private static func padding(before size: Int, kernel: Int, stride: Int, _ padding: Layer.Padding) -> Int {
    guard padding == .same else { return 0 }
    let places = (size + stride - 1) / stride
    return max(0, (places - 1) * stride + kernel - size) / 2
  }

  /// Returns the output shape of a window that slides over an image.
  ///
  /// - Throws: `NetworkError.layer` where the window does not fit.
  static func output(
    of input: ImageShape,
    kernel: (height: Int, width: Int),
    stride: Int,
    _ padding: Layer.Padding,
    channels: Int,
    place: String
  ) throws(NetworkError) -> ImageShape {
    guard kernel.height > 0, kernel.width > 0, stride > 0 else {
      let problem = "kernel \(kernel.height)x\(kernel.width), stride \(stride); each must be at least 1"
      throw .layer(place: place, problem: problem)
    }
    switch padding {
    case .same:
      return ImageShape(
        height: (input.height + stride - 1) / stride,
        width: (input.width + stride - 1) / stride,
        channels: channels
      )
    case .valid:
      guard input.height >= kernel.height, input.width >= kernel.width else {
        let problem = "a window of \(kernel.height)x\(kernel.width) does not fit into \(input.words)"
        throw .layer(place: place, problem: problem)
      }
      return ImageShape(
        height: (input.height - kernel.height) / stride + 1,
        width: (input.width - kernel.width) / stride + 1,
        channels: channels
      )
    }
  }
}

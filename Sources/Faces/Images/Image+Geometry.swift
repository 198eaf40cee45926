extension Image {
  /// Returns the picture mirrored left to right.
  public func mirrored() -> Image {
    var result = pixels
    for row in 0..<height {
      for column in 0..<width {
        let source = (row * width + width - 1 - column) * 3
        let target = (row * width + column) * 3
        for channel in 0..<3 { result[target + channel] = pixels[source + channel] }
      }
    }
    return Image(height: height, width: width, pixels: result)
  }

  /// Returns a part of the picture; what lies outside is black.
  ///
  /// - Precondition: `height` and `width` are above 0.
  public func cropped(top: Int, left: Int, height: Int, width: Int) -> Image {
    if (top, left, height, width) == (0, 0, self.height, self.width) { return self }
    var result = [UInt8](repeating: 0, count: max(0, height * width * 3))
    let columns = max(0, left)..<max(max(0, left), min(self.width, left + width))
    for row in max(0, top)..<max(max(0, top), min(self.height, top + height)) where !columns.isEmpty {
      let source = (row * self.width + columns.lowerBound) * 3
      let target = ((row - top) * width + columns.lowerBound - left) * 3
      let count = columns.count * 3
      result.replaceSubrange(target..<target + count, with: pixels[source..<source + count])
    }
    return Image(height: height, width: width, pixels: result)
  }

  /// Returns the middle of the picture; where the margin is odd, the larger part lies right and below.
  public func centreCropped(height: Int, width: Int) -> Image {
    let top = (self.height - height) >> 1
    let left = (self.width - width) >> 1
    return cropped(top: top, left: left, height: height, width: width)
  }

  /// Returns the largest centred square.
  public func squared() -> Image {
    let side = min(height, width)
    return centreCropped(height: side, width: side)
  }
}

internal import Tensors

/// A colour picture of 8 bits a channel, `[height, width, channel]`, channels red, green and blue.
public struct Image: Hashable, Sendable {
  public let height: Int
  public let width: Int
  /// The values, row by row, three to a pixel.
  public private(set) var pixels: [UInt8]

  /// Creates a picture from its values.
  ///
  /// - Precondition: three values for each pixel.
  public init(height: Int, width: Int, pixels: [UInt8]) {
    require(height > 0 && width > 0, "a picture of \(width) × \(height) pixels")
    require(pixels.count == height * width * 3, "\(pixels.count) values for \(width) × \(height) pixels")
    self.height = height
    self.width = width
    self.pixels = pixels
  }

  /// Accesses the red, green and blue of a pixel.
  public subscript(row: Int, column: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    require(row >= 0 && row < height && column >= 0 && column < width, "[\(row), \(column)] is outside")
    let place = (row * width + column) * 3
    return (pixels[place], pixels[place + 1], pixels[place + 2])
  }
}

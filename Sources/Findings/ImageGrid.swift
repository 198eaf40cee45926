internal import Foundation

/// Small pictures side by side, each with a label.
public struct ImageGrid: Codable, Hashable, Sendable {
  public var columns: Int
  public var images: [Image]

  /// Creates a grid.
  public init(columns: Int, images: [Image]) {
    self.columns = columns
    self.images = images
  }

  /// An 8-bit RGB picture.
  public struct Image: Codable, Hashable, Sendable {
    public let width: Int
    public let height: Int
    /// Rows from the top, three bytes a pixel, in base64 when written as JSON.
    public let rgb: [UInt8]
    public var label: String

    /// Creates a picture.
    ///
    /// - Precondition: `rgb.count == 3 * width * height`.
    public init(width: Int, height: Int, rgb: [UInt8], label: String) {
      guard Self.byteCount(width: width, height: height) == rgb.count else {
        fatalError("\(rgb.count) bytes for \(width) x \(height) RGB pixels")
      }
      self.width = width
      self.height = height
      self.rgb = rgb
      self.label = label
    }
  }
}

extension ImageGrid.Image {
  /// The number of bytes of a picture; `nil` where there is none of that size.
  private static func byteCount(width: Int, height: Int) -> Int? {
    guard width >= 0, height >= 0 else { return nil }
    let pixels = width.multipliedReportingOverflow(by: height)
    let bytes = pixels.partialValue.multipliedReportingOverflow(by: 3)
    return pixels.overflow || bytes.overflow ? nil : bytes.partialValue
  }

  private enum CodingKeys: CodingKey { case width, height, rgb, label }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    width = try values.decode(Int.self, forKey: .width)
    height = try values.decode(Int.self, forKey: .height)
    label = try values.decode(String.self, forKey: .label)
    rgb = Array(try values.decode(Data.self, forKey: .rgb))
    guard Self.byteCount(width: width, height: height) == rgb.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .rgb,
        in: values,
        debugDescription: "\(rgb.count) bytes for \(width) x \(height) RGB pixels"
      )
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(width, forKey: .width)
    try values.encode(height, forKey: .height)
    try values.encode(label, forKey: .label)
    try values.encode(Data(rgb), forKey: .rgb)
  }
}

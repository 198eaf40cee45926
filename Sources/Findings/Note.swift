/// A sentence from a cell to the reader, for example why a section was not run.
public struct Note: Codable, Hashable, Sendable {
  public var text: String
  public var kind: Kind

  /// Creates a note.
  public init(_ text: String, kind: Kind = .remark) {
    self.text = text
    self.kind = kind
  }

  public enum Kind: String, Codable, Hashable, Sendable {
    case remark, warning, notRun
  }
}

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
    public var width: Int
    public var height: Int
    /// Rows from the top, three bytes a pixel, in base64 when written as JSON.
    public var rgb: [UInt8]
    public var label: String

    /// Creates a picture.
    ///
    /// - Precondition: `rgb.count == 3 * width * height`.
    public init(width: Int, height: Int, rgb: [UInt8], label: String) {
      precondition(rgb.count == 3 * width * height, "\(rgb.count) bytes for \(width) x \(height) RGB pixels")
      self.width = width
      self.height = height
      self.rgb = rgb
      self.label = label
    }
  }
}

internal import CPNG
package import Foundation

/// PNG encoding and decoding by libpng, through a C shim that catches its jumps.
package enum PNG {
  /// A decoded picture.
  package struct Picture: Sendable {
    package var width: Int
    package var height: Int
    /// 8-bit red, green and blue, `[height, width, 3]`.
    package var pixels: [UInt8]
    /// The eXIf chunk; `nil` where the file has none.
    package var exif: [UInt8]?
    /// The first of libpng's warnings.
    package var warning: String?
  }

  /// libpng's message about a picture that it cannot decode or encode.
  package struct Failure: Error, Hashable, Sendable {
    package var message: String
  }

  /// Decodes a picture to 8-bit red, green and blue, as Pillow's `convert("RGB")` and OpenCV's `imread` do: the high byte
  /// of 16-bit samples, no gamma, no transparency.
  ///
  /// - Parameter pixelLimit: a picture of more pixels is not decoded.
  package static func decode(_ data: Data, pixelLimit: Int) throws(Failure) -> Picture {
    var picture = PNGPicture()
    let result = data.withUnsafeBytes { bytes in
      pngDecode(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, Int64(pixelLimit), &picture)
    }
    defer {
      free(picture.pixels)
      free(picture.exif)
    }
    let message = withUnsafeBytes(of: picture.message, text)
    guard result == pngRead, let pixels = picture.pixels else { throw Failure(message: message) }
    let (width, height) = (Int(picture.width), Int(picture.height))
    return Picture(
      width: width,
      height: height,
      pixels: Array(UnsafeBufferPointer(start: pixels, count: width * height * 3)),
      exif: picture.exif.map { Array(UnsafeBufferPointer(start: $0, count: picture.exifCount)) },
      warning: picture.warningCount > 0 ? message : nil
    )
  }

  /// Encodes 8-bit red, green and blue, `[height, width, 3]`, without loss.
  package static func encode(_ pixels: [UInt8], width: Int, height: Int) throws(Failure) -> [UInt8] {
    guard width > 0, height > 0, pixels.count == width * height * 3 else {
      throw Failure(message: "\(pixels.count) bytes are not \(width) × \(height) pixels of three")
    }
    var message = [CChar](repeating: 0, count: Int(pngMessageLength))
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    pngEncode(pixels, Int32(width), Int32(height), &bytes, &count, &message)
    guard let bytes else { throw Failure(message: message.withUnsafeBytes(text)) }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// Returns the text of a C string of limited length.
  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

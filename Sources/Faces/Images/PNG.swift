internal import CPNG
package import Foundation

// The one file that speaks to libpng, by its simplified interface, which returns errors instead of jumping.

extension ImageFile {
  /// Decodes a PNG to red, green and blue of 8 bits; transparency lies on white.
  static func decodePNG(_ data: Data) throws -> Image {
    var info = png_image()
    info.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&info) }
    return try data.withUnsafeBytes { bytes in
      guard png_image_begin_read_from_memory(&info, bytes.baseAddress, bytes.count) != 0 else {
        throw PictureProblem(damaged: message(of: info))
      }
      let (width, height) = (Int(info.width), Int(info.height))
      guard width * height <= pixelLimit else {
        throw PictureProblem(damaged: "it has \(width) × \(height) pixels, more than the limit")
      }
      info.format = png_uint_32(PNG_FORMAT_RGB)
      var white = png_color(red: 255, green: 255, blue: 255)
      var pixels = [UInt8](repeating: 0, count: width * height * 3)
      // Negative means error, 1 a warning: a file that ends early gives one of the two.
      let isRead = png_image_finish_read(&info, &white, &pixels, 0, nil) != 0
      guard isRead, info.warning_or_error == 0 else { throw PictureProblem(damaged: message(of: info)) }
      return Image(height: height, width: width, pixels: pixels)
    }
  }

  fileprivate static func message(of info: png_image) -> String {
    withUnsafeBytes(of: info.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension Image {
  /// Encodes the picture as PNG, without loss.
  package func png() -> Data {
    var info = png_image()
    info.version = png_uint_32(PNG_IMAGE_VERSION)
    info.width = png_uint_32(width)
    info.height = png_uint_32(height)
    info.format = png_uint_32(PNG_FORMAT_RGB)
    defer { png_image_free(&info) }
    var count: png_alloc_size_t = 0
    guard png_image_write_to_memory(&info, nil, &count, 0, pixels, 0, nil) != 0 else {
      fatalError("libpng could not encode \(width) × \(height) pixels: \(ImageFile.message(of: info))")
    }
    var data = Data(count: Int(count))
    let isWritten = data.withUnsafeMutableBytes {
      png_image_write_to_memory(&info, $0.baseAddress, &count, 0, pixels, 0, nil) != 0
    }
    precondition(isWritten, "libpng could not encode: \(ImageFile.message(of: info))")
    return data.prefix(Int(count))
  }
}

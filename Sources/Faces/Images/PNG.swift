internal import CPNG
package import Foundation

// The one file of this module that calls libpng, through a shim that catches its jumps.

extension ImageFile {
  /// Decodes a PNG picture to 8-bit red, green and blue, as Pillow's `convert("RGB")` and OpenCV's `imread` do: the high
  /// byte of 16-bit samples, no gamma, no transparency.
  static func decodePNG(_ data: Data) throws(PictureProblem) -> DecodedPicture {
    var picture = PNGPicture()
    let result = data.withUnsafeBytes { bytes in
      pngDecode(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, Int64(pixelLimit), &picture)
    }
    defer {
      free(picture.pixels)
      free(picture.exif)
    }
    let message = withUnsafeBytes(of: picture.message, text)
    guard result == pngRead, let pixels = picture.pixels else { throw PictureProblem(damaged: message) }
    let (width, height) = (Int(picture.width), Int(picture.height))
    return DecodedPicture(
      image: Image(
        height: height,
        width: width,
        pixels: Array(UnsafeBufferPointer(start: pixels, count: width * height * 3))
      ),
      exif: picture.exif.map { Array(UnsafeBufferPointer(start: $0, count: picture.exifCount)) },
      warning: picture.warningCount > 0 ? message : nil
    )
  }
}

extension Image {
  /// Encodes the picture as PNG, lossless.
  package func png() -> Data {
    var message = [CChar](repeating: 0, count: Int(pngMessageLength))
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    pngEncode(pixels, Int32(width), Int32(height), &bytes, &count, &message)
    guard let bytes else {
      fatalError("libpng could not encode \(width) × \(height) pixels: \(message.withUnsafeBytes(text))")
    }
    defer { free(bytes) }
    return Data(bytes: bytes, count: count)
  }
}

internal import CJPEG
package import Foundation
internal import Tensors

// The one file that calls libjpeg, through a shim that catches its jumps.

extension ImageFile {
  /// Decodes a JPEG picture: grey, colour, CMYK or YCCK, to 8-bit red, green and blue.
  static func decodeJPEG(_ data: Data) throws(PictureProblem) -> DecodedPicture {
    var picture = JPEGPicture()
    let result = data.withUnsafeBytes { bytes in
      jpegDecode(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, Int64(pixelLimit), &picture)
    }
    defer {
      free(picture.pixels)
      free(picture.exif)
    }
    let message = withUnsafeBytes(of: picture.message, text)
    guard result == jpegRead, let pixels = picture.pixels else {
      throw result == jpegUnsupported
        ? PictureProblem(.unsupportedPicture(kind: "JPEG", reason: message))
        : PictureProblem(damaged: message)
    }
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
  /// Encodes the picture as JPEG at 4:4:4, without chroma subsampling.
  ///
  /// - Parameter quality: `1...100`.
  package func jpeg(quality: Int = 95) -> Data {
    require((1...100).contains(quality), "the quality of a JPEG is 1 to 100, not \(quality)")
    var message = [CChar](repeating: 0, count: Int(jpegMessageLength))
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    jpegEncode(pixels, Int32(width), Int32(height), Int32(quality), &bytes, &count, &message)
    guard let bytes else {
      fatalError("libjpeg could not encode \(width) × \(height) pixels: \(message.withUnsafeBytes(text))")
    }
    defer { free(bytes) }
    return Data(bytes: bytes, count: count)
  }
}

/// Returns the text of a C string of limited length.
func text(_ bytes: UnsafeRawBufferPointer) -> String {
  String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

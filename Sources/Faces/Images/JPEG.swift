internal import CJPEG
package import Foundation

// The one file that speaks to libjpeg, through a shim that catches its jumps.

extension ImageFile {
  /// Decodes a JPEG to red, green and blue; a grey one has three equal channels.
  static func decodeJPEG(_ data: Data) throws -> Image {
    var message = [CChar](repeating: 0, count: Int(jpegMessageLength) + 1)
    var width: Int32 = 0
    var height: Int32 = 0
    var pixels: UnsafeMutablePointer<UInt8>?
    data.withUnsafeBytes { bytes in
      let base = bytes.bindMemory(to: UInt8.self).baseAddress
      jpegDecode(base, bytes.count, Int64(pixelLimit), &width, &height, &pixels, &message)
    }
    guard let pixels else { throw PictureProblem(damaged: text(message)) }
    defer { free(pixels) }
    let count = Int(width) * Int(height) * 3
    let values = Array(UnsafeBufferPointer(start: pixels, count: count))
    return Image(height: Int(height), width: Int(width), pixels: values)
  }
}

extension Image {
  /// Encodes the picture as JPEG, colours at full resolution.
  ///
  /// - Parameter quality: `1...100`.
  package func jpeg(quality: Int = 95) -> Data {
    precondition((1...100).contains(quality), "a quality of \(quality)")
    var message = [CChar](repeating: 0, count: Int(jpegMessageLength) + 1)
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    jpegEncode(pixels, Int32(width), Int32(height), Int32(quality), &bytes, &count, &message)
    guard let bytes else {
      fatalError("libjpeg could not encode \(width) × \(height) pixels: \(text(message))")
    }
    defer { free(bytes) }
    return Data(bytes: bytes, count: count)
  }
}

private func text(_ message: [CChar]) -> String {
  String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

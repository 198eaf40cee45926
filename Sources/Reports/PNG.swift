internal import CPNG
internal import Findings
internal import Foundation

extension ImageGrid.Image {
  /// The picture as PNG, lossless; empty where it has no pixels.
  var png: [UInt8] {
    guard width > 0, height > 0, rgb.count == 3 * width * height else { return [] }
    var message = [CChar](repeating: 0, count: Int(pngMessageLength))
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    pngEncode(rgb, Int32(width), Int32(height), &bytes, &count, &message)
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}

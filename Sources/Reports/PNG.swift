internal import CPNG
internal import Findings

extension ImageGrid.Image {
  /// The picture as PNG, without loss, by libpng's simplified interface; empty where it has no pixels.
  var png: [UInt8] {
    var info = png_image()
    info.version = png_uint_32(PNG_IMAGE_VERSION)
    info.width = png_uint_32(width)
    info.height = png_uint_32(height)
    info.format = png_uint_32(PNG_FORMAT_RGB)
    defer { png_image_free(&info) }
    // What cannot shrink needs a little more than its pixels.
    var count = png_alloc_size_t(2 * rgb.count + 4096)
    var bytes = [UInt8](repeating: 0, count: Int(count))
    guard png_image_write_to_memory(&info, &bytes, &count, 0, rgb, 0, nil) != 0 else { return [] }
    return Array(bytes.prefix(Int(count)))
  }
}

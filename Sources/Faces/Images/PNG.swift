package import Foundation
internal import PNGCoding

extension ImageFile {
  /// Decodes a PNG picture: see `PNG.decode`.
  static func decodePNG(_ data: Data) throws(PictureProblem) -> DecodedPicture {
    do {
      let picture = try PNG.decode(data, pixelLimit: pixelLimit)
      return DecodedPicture(
        image: Image(height: picture.height, width: picture.width, pixels: picture.pixels),
        exif: picture.exif,
        warning: picture.warning
      )
    } catch { throw PictureProblem(damaged: error.message) }
  }
}

extension Image {
  /// Encodes the picture as PNG, lossless.
  package func png() -> Data {
    do { return Data(try PNG.encode(pixels, width: width, height: height)) } catch {
      fatalError("libpng could not encode \(width) × \(height) pixels: \(error.message)")
    }
  }
}

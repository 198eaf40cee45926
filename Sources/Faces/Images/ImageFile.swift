package import Foundation

/// Reads pictures from files: JPEG, PNG, PGM, PPM and PBM, told apart by their first bytes and not by their names.
///
/// Pixels are those that Pillow's `Image.open(…).convert("RGB")` gives: 16-bit PNG by the high byte, no gamma, no colour
/// profile, the alpha channel dropped. A file that ends early or whose image data are broken is an error; what libjpeg
/// and libpng only warn about is read, and counted where ``ImageWarnings`` are passed.
public enum ImageFile {
  /// The most pixels that a picture may have; more is taken for damage.
  package static let pixelLimit = 1 << 28

  /// Reads a picture.
  ///
  /// - Parameters:
  ///   - orientation: whether the orientation in Exif metadata is applied.
  ///   - repair: repairs PGM and PPM files whose line ends were rewritten, and counts them; `nil` makes them an error.
  ///   - warnings: counts files about which the decoder warns.
  /// - Throws: a ``DataError`` that names the file: missing, of another kind, or damaged.
  public static func read(
    _ path: String,
    orientation: ImageOrientation = .stored,
    repair: ImageRepair? = nil,
    warnings: ImageWarnings? = nil
  ) throws -> Image {
    try decode(
      try fileContents(path),
      file: path,
      orientation: orientation,
      repair: repair,
      warnings: warnings
    )
  }

  /// Decodes a picture from bytes; `file` names them in errors.
  package static func decode(
    _ data: Data,
    file: String,
    orientation: ImageOrientation = .stored,
    repair: ImageRepair? = nil,
    warnings: ImageWarnings? = nil
  ) throws -> Image {
    let picture: DecodedPicture
    do { picture = try decode(data, repair: repair) } catch { throw DataError(error.problem, file: file) }
    if let warning = picture.warning { warnings?.add("\(file): \(warning)") }
    guard orientation == .upright, let exif = picture.exif else { return picture.image }
    return picture.image.upright(orientation: exifOrientation(exif))
  }

  private static func decode(_ data: Data, repair: ImageRepair?) throws(PictureProblem) -> DecodedPicture {
    guard !data.isEmpty else { throw PictureProblem(.format(found: "an empty file", expected: "a picture")) }
    switch PictureFormat(of: Array(data.prefix(16))) {
    case .jpeg: return try decodeJPEG(data)
    case .png: return try decodePNG(data)
    case .netpbm: return DecodedPicture(image: try decodeNetpbm(data, repair: repair))
    case .other(let name): throw PictureProblem(.unreadFormat(name))
    case nil: throw PictureProblem(.notAPicture)
    }
  }

  /// Whether folder readers take a file of this name for a picture.
  package static func isImageName(_ name: String) -> Bool { PictureFormat.endings.contains(ending(of: name)) }
}

/// A decoded picture with its metadata.
struct DecodedPicture {
  var image: Image
  /// The Exif metadata: a TIFF header and its directories.
  var exif: [UInt8]?
  /// The decoder's first warning about side information.
  var warning: String?
}

/// The format of a picture by its first bytes.
enum PictureFormat {
  case jpeg, png, netpbm
  /// A format that is recognised and not read.
  case other(String)

  /// Endings of names, in lower case, that folder readers take for pictures; those of formats that are not read are among
  /// them, so that such a picture is an error and not overlooked.
  static let endings: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "pgm", "ppm", "pbm", "pnm", "webp", "gif", "bmp", "tif", "tiff",
    "heic", "heif", "hif", "avif", "jxl", "jp2", "j2k", "j2c", "jpc", "jpf", "jpx", "pam", "dng",
  ]

  init?(of start: [UInt8]) {
    func has(_ text: String, at place: Int = 0) -> Bool {
      start.dropFirst(place).starts(with: Array(text.utf8))
    }
    if start.starts(with: [0xFF, 0xD8]) {
      self = .jpeg
    } else if start.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      self = .png
    } else if start.count > 2, start[0] == 0x50, (0x31...0x36).contains(start[1]) {
      self = .netpbm
    } else if has("RIFF"), has("WEBP", at: 8) {
      self = .other("WebP")
    } else if has("GIF8") {
      self = .other("GIF")
    } else if has("BM"), start.count == 16, start[6...9].allSatisfy({ $0 == 0 }) {
      self = .other("BMP")
    } else if has("II*\0") || has("MM\0*") {
      self = .other("TIFF")
    } else if has("ftyp", at: 4) {
      self = .other("HEIF or AVIF")
    } else if has("jP  ", at: 4) || start.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) {
      self = .other("JPEG 2000")
    } else if start.starts(with: [0xFF, 0x0A]) || has("JXL ", at: 4) {
      self = .other("JPEG XL")
    } else if has("P7\n") {
      self = .other("PAM")
    } else {
      return nil
    }
  }
}

/// A decoding error without the file's name, which the caller adds.
struct PictureProblem: Error {
  var problem: DataError.Problem

  init(_ problem: DataError.Problem) { self.problem = problem }

  init(damaged reason: String) { problem = .damagedPicture(reason: reason) }
}

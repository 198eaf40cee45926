package import Foundation

/// Reads pictures from files: JPEG, PNG, PGM and PPM, told by their first bytes and not by their names.
public enum ImageFile {
  /// The most pixels a picture may have; more is taken for damage.
  package static let pixelLimit = 1 << 28

  /// Reads a picture.
  ///
  /// - Parameter repair: what to mend; what was mended is counted.
  /// - Throws: a ``DataError`` that names the file, where it is missing, of another kind or damaged. A file that
  ///   ends early is damaged; nothing is filled with grey.
  public static func read(_ path: String, repair: ImageRepair? = nil) throws -> Image {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw DataError(.unreadable(reason: reason(of: error)), file: path)
    }
    return try decode(data, file: path, repair: repair)
  }

  /// Decodes a picture from bytes; `file` names them in errors.
  package static func decode(_ data: Data, file: String, repair: ImageRepair? = nil) throws -> Image {
    let start = Array(data.prefix(4))
    do {
      if start.starts(with: [0xFF, 0xD8]) { return try decodeJPEG(data) }
      if start.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try decodePNG(data) }
      if start.count > 2, start[0] == 0x50, (0x32...0x36).contains(start[1]), start[1] != 0x34 {
        return try decodeNetpbm(data, repair: repair)
      }
    } catch let problem as PictureProblem {
      throw DataError(problem.problem, file: file)
    }
    throw DataError(.notAPicture, file: file)
  }

  /// The endings of names that folder readers take for pictures.
  package static func isImageName(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return [".jpg", ".jpeg", ".png", ".pgm", ".ppm"].contains { lowered.hasSuffix($0) }
  }
}

/// Counts pictures that were mended, when mending was asked for.
public final class ImageRepair: Sendable {
  private let count = Counter()
  private let guesses = Counter()

  /// Creates a count of 0.
  public init() {}

  /// How many pictures had CR LF where LF belongs.
  public var repairedCount: Int { count.value }

  /// How many of these had lost a CR LF of their own, which was put back where the picture is smoothest.
  public var guessedCount: Int { guesses.value }

  func countOne(isGuess: Bool) {
    count.increment()
    if isGuess { guesses.increment() }
  }
}

/// What is wrong inside a picture, before its file is known.
struct PictureProblem: Error {
  var problem: DataError.Problem

  init(_ problem: DataError.Problem) { self.problem = problem }

  init(damaged reason: String) { problem = .damagedPicture(reason: reason) }
}

/// What the system says of an error, without the path, which the caller adds.
func reason(of error: any Error) -> String {
  let code = (error as? CocoaError)?.code
  if code == .fileReadNoSuchFile || code == .fileNoSuchFile { return "there is no such file" }
  if code == .fileReadNoPermission { return "permission was denied" }
  return error.localizedDescription
}

internal import Foundation

/// MegaFace's template lists: `megaface_features_list.json_1000000_1` and `facescrub_features_list.json`.
public struct MegaFaceList: Hashable, Sendable {
  /// The images' paths under their root.
  public let paths: [String]
  /// The identity of each image; `nil` for distractors, of whom nothing is known.
  public let ids: [String]?

  /// Reads a list of distractors: an object with the list `path`.
  public static func distractors(_ path: String) throws -> MegaFaceList {
    try MegaFaceList(path, hasIDs: false)
  }

  /// Reads a list of probes: an object with the lists `path` and `id`, of equal length.
  public static func probes(_ path: String) throws -> MegaFaceList { try MegaFaceList(path, hasIDs: true) }

  /// The file's object.
  private struct Contents: Decodable {
    var path: [String]
    var id: [ID]?
  }

  /// A text or a whole number; a boolean, null or another value is no id.
  private struct ID: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      text = try (try? container.decode(String.self)) ?? String(container.decode(Int.self))
    }
  }

  private init(_ file: String, hasIDs: Bool) throws {
    let data = try fileContents(file)
    let contents: Contents
    do { contents = try JSONDecoder().decode(Contents.self, from: data) } catch let error as DecodingError {
      throw DataError(Self.problem(error), file: file)
    }
    guard !contents.path.isEmpty else { throw DataError(.key("path"), file: file) }
    var places: [String: Int] = [:]
    for (index, path) in contents.path.enumerated() {
      if let first = places.updateValue(index + 1, forKey: path) {
        let found = "'\(path)' at the places \(first) and \(index + 1) of 'path'"
        throw DataError(.format(found: found, expected: "each image once"), file: file)
      }
    }
    paths = contents.path
    guard hasIDs else {
      ids = nil
      return
    }
    guard let ids = contents.id else { throw DataError(.key("id"), file: file) }
    guard ids.count == paths.count else {
      throw DataError(.format(found: "\(ids.count) ids", expected: "\(paths.count), one a path"), file: file)
    }
    self.ids = ids.map(\.text)
  }

  private static func problem(_ error: DecodingError) -> DataError.Problem {
    switch error {
    case .keyNotFound(let key, _): return .key(key.stringValue)
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      guard let key = context.codingPath.first?.stringValue else { return .key("path") }
      guard context.codingPath.count > 1, let place = context.codingPath[1].intValue else { return .key(key) }
      return .format(
        found: "another value at place \(place + 1) of '\(key)'",
        expected: key == "id" ? "a text or a whole number" : "a text"
      )
    default: return .format(found: "no JSON", expected: "an object with the list 'path'")
    }
  }
}

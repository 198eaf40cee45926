internal import Foundation

/// MegaFace's template lists: `megaface_features_list.json_1000000_1` and `facescrub_features_list.json`.
public struct MegaFaceList: Hashable, Sendable {
  /// The images' paths under their root.
  public let paths: [String]
  /// The identity of each image; `nil` for distractors, of whom nothing is known.
  public let ids: [String]?

  /// Reads a list of distractors: an object with the list `path`.
  ///
  /// - Throws: a ``DataError`` with what was found in place of the list, of a text or of a path that no other image has.
  public static func distractors(_ path: String) throws -> MegaFaceList {
    try MegaFaceList(path, hasIDs: false)
  }

  /// Reads a list of probes: an object with the lists `path` and `id`, of equal length; ids are texts or whole numbers.
  ///
  /// - Throws: a ``DataError``, also for lists of different lengths.
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
    do { contents = try JSONDecoder().decode(Contents.self, from: data) } catch {
      throw DataError(JSONProblem.of(data, hasIDs: hasIDs), file: file)
    }
    guard !contents.path.isEmpty else {
      throw DataError(.format(found: "an empty list 'path'", expected: "at least one image"), file: file)
    }
    var places: [String: Int] = [:]
    for (index, path) in contents.path.enumerated() {
      if let first = places.updateValue(index + 1, forKey: path) {
        let found = "'\(path)' at the places \(first) and \(index + 1) of 'path'"
        throw DataError(.format(found: found, expected: "each image once"), file: file)
      }
    }
    paths = contents.path
    try Self.refuseBlank(contents.path, "path", "its path", file)
    guard hasIDs else {
      ids = nil
      return
    }
    guard let ids = contents.id else { throw DataError(.key("id"), file: file) }
    guard ids.count == paths.count else {
      throw DataError(
        .format(
          found: "\(ids.count) ids and \(paths.count) paths",
          expected:
            "as many: the id at each place of 'id' is that of the image at the same place of 'path'. Write both lists"
            + " again from one loop"
        ),
        file: file
      )
    }
    self.ids = ids.map(\.text)
    try Self.refuseBlank(
      ids.map(\.text),
      "id",
      "the identity of its image: images of one id count as one person",
      file
    )
  }

  private static func refuseBlank(_ texts: [String], _ key: String, _ expected: String, _ file: String) throws
  {
    guard let place = texts.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) else { return }
    let found = "an empty text at place \(place + 1) of '\(key)'"
    throw DataError(.format(found: found, expected: expected), file: file)
  }
}

/// What is wrong with a file that is no list of MegaFace.
private enum JSONProblem {
  static func of(_ data: Data, hasIDs: Bool) -> DataError.Problem {
    let expected = "an object with the list 'path'" + (hasIDs ? " and the list 'id'" : "")
    guard !data.isEmpty else { return .format(found: "no text", expected: expected) }
    let root: Value
    do { root = try JSONDecoder().decode(Value.self, from: data) } catch {
      return .format(
        found: "text that is not JSON",
        expected: expected + ", as json.dump writes it: in double quotes, whole"
      )
    }
    guard case .object(let members) = root else { return .format(found: root.name, expected: expected) }
    for key in ["path", "id"] where key == "path" || hasIDs || members[key] != nil {
      let elements = key == "id" ? "texts or whole numbers" : "texts"
      switch members[key] {
      case nil: return .key(key)
      case .list(let values):
        let wrong = values.firstIndex {
          if case .text = $0 { return false }
          if case .integer = $0 { return key == "path" }
          return true
        }
        if let wrong {
          let found = "\(values[wrong].name) at place \(wrong + 1) of '\(key)'"
          return .format(found: found, expected: key == "id" ? "a text or a whole number" : "a text")
        }
      case .some(let value):
        return .format(
          found: "\(value.name) as '\(key)'",
          expected: "a list of \(elements), in brackets, one for each image"
        )
      }
    }
    return .format(found: "another value", expected: expected)
  }

  /// A value of JSON.
  private enum Value: Decodable {
    case text(String)
    case integer(Int)
    case list([Value])
    case object([String: Value])
    /// A value that is never wanted, in words.
    case other(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .other("null")
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let truth = try? container.decode(Bool.self) {
        self = .other("\(truth)")
      } else if let number = try? container.decode(Int.self) {
        self = .integer(number)
      } else if let number = try? container.decode(Double.self) {
        self = .other("the number \(number)")
      } else if let list = try? container.decode([Value].self) {
        self = .list(list)
      } else {
        self = .object(try container.decode([String: Value].self))
      }
    }

    var name: String {
      switch self {
      case .text(let text): "the text '\(text.prefix(60))'"
      case .integer(let number): "the number \(number)"
      case .list(let values): "a list of \(values.count)"
      case .object: "an object"
      case .other(let name): name
      }
    }
  }
}

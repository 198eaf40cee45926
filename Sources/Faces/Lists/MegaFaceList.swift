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

  private init(_ file: String, hasIDs: Bool) throws {
    let object: [String: Any]?
    let data = try fileContents(file)
    do { object = try JSONSerialization.jsonObject(with: data) as? [String: Any] } catch {
      throw DataError(.format(found: "no JSON", expected: "an object with the list 'path'"), file: file)
    }
    guard let paths = object?["path"] as? [String], !paths.isEmpty else {
      throw DataError(.key("path"), file: file)
    }
    var lines: [String: Int] = [:]
    for (index, path) in paths.enumerated() {
      if let first = lines.updateValue(index + 1, forKey: path) {
        throw DataError(.duplicate(path, firstLine: first), file: file, line: index + 1)
      }
    }
    self.paths = paths
    guard hasIDs else {
      ids = nil
      return
    }
    let ids = (object?["id"] as? [Any])?.map { "\($0)" }
    guard let ids else { throw DataError(.key("id"), file: file) }
    guard ids.count == paths.count else {
      throw DataError(.format(found: "\(ids.count) ids", expected: "\(paths.count), one a path"), file: file)
    }
    self.ids = ids
  }
}

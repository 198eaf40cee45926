public import Foundation
internal import Testing

/// The reference files: numbers computed in double precision by `Tests/References/reproduce.py`.
public enum References {
  /// The folder of the files: `Tests/References`, or the one that `MARGINALIA_REFERENCES` names.
  public static var folder: URL {
    if let path = ProcessInfo.processInfo.environment["MARGINALIA_REFERENCES"], !path.isEmpty {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("References")
  }

  /// Returns every case of a file.
  ///
  /// - Throws: also where the file has none, on which a test would pass.
  public static func cases<Case: Decodable>(_ type: Case.Type, in name: String) throws -> [Case] {
    let data = try Data(contentsOf: folder.appendingPathComponent(name))
    let cases = try JSONDecoder().decode(CaseList<Case>.self, from: data).cases
    try #require(!cases.isEmpty, "\(name) holds no case")
    return cases
  }

  private struct CaseList<Case: Decodable>: Decodable { var cases: [Case] }
}

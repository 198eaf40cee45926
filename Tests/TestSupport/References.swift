public import Foundation

/// Reads the reference vectors: `MARGINALIA_REFERENCES` names another folder of the same form.
public enum References {
  /// The folder in use.
  public static var folder: URL {
    if let path = ProcessInfo.processInfo.environment["MARGINALIA_REFERENCES"], !path.isEmpty {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("References")
  }

  /// Decodes every case of a file.
  public static func cases<Case: Decodable>(_ type: Case.Type, in name: String) throws -> [Case] {
    let data = try Data(contentsOf: folder.appendingPathComponent(name))
    return try JSONDecoder().decode(CaseList<Case>.self, from: data).cases
  }

  private struct CaseList<Case: Decodable>: Decodable { var cases: [Case] }
}

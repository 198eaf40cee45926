internal import Digests
internal import Findings
internal import Foundation

/// Digests what a cell may read, to see whether it is still the same.
struct InputReader {
  var bookFolder: String
  var conditions: Conditions

  /// Digests files and folders of the book by path.
  func read(_ paths: [String]) -> [String: CellRecord.Input] {
    Dictionary(
      paths.map { ($0, CellRecord.Input(kind: .file, name: $0, digest: digest(ofPath: $0))) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  func variable(_ name: String) -> CellRecord.Input {
    let value = conditions.variables[name] ?? nil
    return .init(kind: .variable, name: name, digest: value.map { Digest(of: $0).hex })
  }

  /// The digest that a file or variable has now; findings are judged by who knows the other records.
  func digest(_ input: CellRecord.Input) -> String? {
    switch input.kind {
    case .file: digest(ofPath: input.name)
    case .variable: variable(input.name).digest
    case .finding: input.digest
    }
  }

  /// Whether an input has the digest that a record names.
  func stillHolds(_ input: CellRecord.Input) -> Bool { digest(input) == input.digest }

  /// Digests a file, or a folder as the sorted list of its files with their digests; `nil` where nothing is
  /// there or it cannot be read.
  func digest(ofPath path: String) -> String? {
    let full = path.hasPrefix("/") ? path : bookFolder + "/" + path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else { return nil }
    guard isFolder.boolValue else { return (try? Digest(ofFileAt: full))?.hex }
    let names = (FileManager.default.enumerator(atPath: full)?.allObjects as? [String] ?? []).sorted()
    var hasher = Hasher256()
    for name in names {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: full + "/" + name, isDirectory: &isFolder)
      hasher.field(name)
      hasher.field(
        isFolder.boolValue ? "folder" : (try? Digest(ofFileAt: full + "/" + name))?.hex ?? "unreadable"
      )
    }
    return hasher.finish().hex
  }
}

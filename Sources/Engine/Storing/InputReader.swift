internal import Digests
internal import Findings
internal import Foundation
internal import Planning

/// Computes digests of the files, data roots, variables and parameters that cells may read.
struct InputReader {
  var bookFolder: String
  var conditions: Conditions
  /// Where the digests of data roots are cached.
  var store: Store

  /// Returns files and folders of the book as inputs, by path.
  func inputs(at paths: [String]) -> [String: CellRecord.Input] {
    Dictionary(
      paths.map { ($0, CellRecord.Input(kind: .file, name: $0, digest: digest(ofPath: $0))) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  func variable(_ name: String) -> CellRecord.Input {
    let value = conditions.variables[name] ?? nil
    return .init(kind: .variable, name: name, digest: value.map { Digest(of: $0).hex })
  }

  func parameter(_ name: String) -> CellRecord.Input {
    .init(kind: .parameter, name: name, digest: conditions.parameters[name].map { Digest(of: $0.text).hex })
  }

  /// A data root as an input: see `FolderDigest`.
  func dataRoot(_ name: String) -> CellRecord.Input {
    let digest = conditions.dataRoots[name].flatMap { folder in
      FolderDigest(folder: folder, list: store.dataRootList(name, folder: folder)).digest()
    }
    return .init(kind: .file, name: CellRecord.Input.dataPrefix + name, digest: digest)
  }

  /// Returns the digest that a file, variable or parameter has now.
  ///
  /// Other inputs keep their digest: `FreshnessCheck` compares findings, and recipes and data sets follow from the code,
  /// which is in the key, and from files that are inputs themselves.
  func digest(_ input: CellRecord.Input) -> String? {
    switch input.kind {
    case .file where input.name.hasPrefix(CellRecord.Input.dataPrefix):
      dataRoot(String(input.name.dropFirst(CellRecord.Input.dataPrefix.count))).digest
    case .file: digest(ofPath: input.name)
    case .variable: variable(input.name).digest
    case .parameter: parameter(input.name).digest
    case .finding, .recipe, .data: input.digest
    }
  }

  /// Whether an input still has its recorded digest.
  func isUnchanged(_ input: CellRecord.Input) -> Bool { digest(input) == input.digest }

  /// Digests a file or a folder, links followed; of what is neither, its kind. `nil` where nothing is there or it cannot be read.
  func digest(ofPath path: String) -> String? {
    let full = path.hasPrefix("/") ? path : bookFolder + "/" + path
    var status = stat()
    guard stat(full, &status) == 0 else { return nil }
    if let kind = FolderContents.special(status.st_mode) { return Digest(of: kind).hex }
    if status.st_mode & S_IFMT == S_IFDIR { return FolderDigest(folder: full, list: nil).digest() }
    return (try? Digest(ofFileAt: full))?.hex
  }
}

internal import Foundation

extension Book {
  /// Reads `sources:`, a list of Swift files. The compiler tells the files of a module apart by their names alone.
  mutating func readSources(
    _ settings: YAMLReader.Settings,
    _ files: Set<String>,
    _ reader: inout YAMLReader
  ) {
    let key = "sources"
    guard let value = settings[key] else { return }
    var places: [String: (path: String, line: Int)] = [:]
    for (text, location) in reader.texts(value, key: key) {
      guard let path = Self.existing(text, location, key: key, files, &reader) else { continue }
      let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
      var expected: String?
      if isFolder(path, files) {
        expected = "a file, and this is a folder: list each of its files"
      } else if name == "main.swift" {
        expected = "a file of another name, since main.swift is that of a chapter's cells: rename it"
      } else if let first = places[name] {
        expected =
          first.path == path
          ? "each source once; it is listed in line \(first.line)"
          : "a file name that no other source has, and '\(first.path)' in line \(first.line) has it: rename one"
      }
      if let expected {
        reader.add(.badValue(key: key, value: text, expected: expected, suggestion: nil, location))
      } else {
        places[name] = (path, location.line)
        sources.append(path)
      }
    }
  }

  /// Whether a path among those of the book's folder is that of a folder, which may be empty.
  private func isFolder(_ path: String, _ files: Set<String>) -> Bool {
    var isFolder: ObjCBool = false
    return files.contains { $0.hasPrefix(path + "/") }
      || FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
        && isFolder.boolValue
  }
}

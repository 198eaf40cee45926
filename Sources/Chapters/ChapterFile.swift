/// File names of chapters.
package enum ChapterFile {
  /// Returns the number and the id in the name of a chapter's file: `08-experiment-4.md` is number 8 and id `experiment-4`.
  package static func numberAndID(_ file: String) -> (number: Int?, id: String) {
    // Bytes, since characters take ten times as long and every file of a large book is named several times.
    let bytes = file.utf8
    let start = bytes.lastIndex(of: UInt8(ascii: "/")).map(bytes.index(after:)) ?? bytes.startIndex
    var stem = file[start...]
    if stem.hasSuffix(".md") { stem.removeLast(3) }
    let digits = stem.utf8.prefix { (48...57).contains($0) }
    let rest = stem.utf8[digits.endIndex...]
    guard let number = Int(Substring(digits)), rest.first == UInt8(ascii: "-"), rest.count > 1 else {
      return (nil, String(stem))
    }
    return (number, String(Substring(rest.dropFirst())))
  }

  /// Returns the name of a chapter's page: its file's path with hyphens for slashes and another ending, and not the name of a
  /// page that every report has.
  ///
  /// What an address cannot hold, or reads as something else, is a hyphen too: `a#b.html` would lead to a place in `a`.
  package static func page(of file: String) -> String {
    let path = String(
      decoding: file.utf8.map {
        ($0 > 32 && $0 != 127 && !notInAddresses.contains($0)) ? $0 : UInt8(ascii: "-")
      },
      as: UTF8.self
    )
    let name = path.hasSuffix(".md") ? String(path.dropLast(3)) : path
    return name + (["index", "contents", "provenance"].contains(name) ? "-chapter" : "") + ".html"
  }

  private static let notInAddresses = Set("/\\#?%:\"<>[]^`{|}".utf8)

  /// Returns files in the order of a book that lists no chapters: by number, then by name; files without a number come
  /// last.
  package static func sorted(_ files: [String]) -> [String] {
    // Each name is read once, and not at every comparison.
    let named = files.map { file -> (number: Int, file: String) in (numberAndID(file).number ?? .max, file) }
    let ordered = named.sorted { first, second in
      first.number == second.number ? first.file < second.file : first.number < second.number
    }
    return ordered.map(\.file)
  }
}

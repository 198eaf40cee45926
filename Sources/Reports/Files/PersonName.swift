internal import Chapters

/// The parts of an author's name, as catalogues and reference managers ask for them.
struct PersonName: Hashable {
  /// The family's name with its particles, `van der Berg`; all of the name of a group.
  let family: String
  /// Empty for a group and for a person of one name.
  let given: String
  /// What follows the family's name: `Jr.`, `III`.
  let suffix: String

  private static let suffixes: Set<String> = ["jr", "sr", "ii", "iii", "iv"]

  /// Divides a name: at its comma, or before the last word and the particles in lower case that lead to it.
  init(_ author: Book.Author) {
    if author.isGroup {
      (family, given, suffix) = (author.name, "", "")
      return
    }
    var parts = author.name.split(separator: ",").map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    var suffix = ""
    if let index = parts.indices.dropFirst().first(where: { Self.isSuffix(parts[$0]) }) {
      suffix = parts.remove(at: index)
    }
    if parts.count > 1 {
      (family, given) = (parts[0], parts.dropFirst().joined(separator: ", "))
      self.suffix = suffix
      return
    }
    var words = (parts.first ?? "").split(separator: " ").map(String.init)
    if suffix.isEmpty, words.count > 2, let last = words.last, Self.isSuffix(last) {
      suffix = words.removeLast()
    }
    var start = max(0, words.count - 1)
    while start > 1, words[start - 1].first?.isLowercase == true { start -= 1 }
    family = words[start...].joined(separator: " ")
    given = words[..<start].joined(separator: " ")
    self.suffix = suffix
  }

  private static func isSuffix(_ word: String) -> Bool {
    suffixes.contains(word.lowercased().filter { $0 != "." })
  }

  /// The name as lists are sorted: `Berg, Anna`.
  var inverted: String { [family, given, suffix].filter { !$0.isEmpty }.joined(separator: ", ") }
}

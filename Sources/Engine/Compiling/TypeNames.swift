internal import Chapters
internal import Foundation

/// Compares the names of the types in cells with those in the sources that chapters share.
enum TypeNames {
  /// Whether a cell may declare a type by whose name the sources mean a type of another module.
  ///
  /// Swift prefers the type of the same module. So the cells would see properties of the sources' types with that type, while the
  /// sources that were compiled without the cells have the other: the cells would read nonsense. Words tell enough here, since
  /// an error to the safe side costs only time.
  static func shadow(_ cells: [Cell], sources: [String]) -> Bool {
    let declared = cells.flatMap { Self.declared(in: words($0.code)) }
    if declared.isEmpty { return false }
    var used: Set<Substring> = []
    var own: Set<Substring> = []
    for source in sources {
      let words = Self.words((try? String(contentsOfFile: source, encoding: .utf8)) ?? "")
      used.formUnion(words)
      own.formUnion(Self.declared(in: words) + parameters(in: words))
    }
    return !used.subtracting(own).isDisjoint(with: declared)
  }

  /// The names and brackets `<` of a text, without its comments.
  private static func words(_ text: String) -> [Substring] {
    text.split(separator: "\n").flatMap { line in
      let code = line[..<(line.firstRange(of: "//")?.lowerBound ?? line.endIndex)]
      return code.replacing("<", with: " < ")
        .split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "<" }
    }
  }

  private static let keywords: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]

  /// The words after the keywords. A small letter begins no type: there is prose in strings, too.
  private static func declared(in words: [Substring]) -> [Substring] {
    zip(words, words.dropFirst()).compactMap { keyword, name in
      keywords.contains(keyword) && name.first?.isUppercase == true ? name : nil
    }
  }

  /// The first type parameter of each function.
  private static func parameters(in words: [Substring]) -> [Substring] {
    words.indices.dropLast(3).compactMap { index in
      words[index] == "func" && words[index + 2] == "<" ? words[index + 3] : nil
    }
  }
}

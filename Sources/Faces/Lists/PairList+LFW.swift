internal import Tensors

extension PairList {
  /// Reads LFW's `pairs.txt`.
  ///
  /// The first line holds the number of folds and of pairs of each kind in a fold, for example `10 300`. Then,
  /// fold by fold, the pairs of one person (name, number, number) and as many of two (name, number, name,
  /// number), separated by tabs. An image is `name/name_0001.jpg`.
  ///
  /// Kaggle's `pairs.csv` has the same lines between commas under the names of columns (`name,imagenum1,imagenum2,`) in
  /// place of the numbers: its folds are ten.
  ///
  /// - Parameter ending: of the images' names.
  /// - Throws: a ``DataError`` with the line: wrong fields, a pair of the wrong kind, a pair that stands twice,
  ///   too few or too many lines.
  public static func lfw(_ path: String, ending: String = "jpg") throws -> PairList {
    let file = try ListFile(path)
    let count = try pairsOfAKind(file)
    let pairs = try (1..<file.lines.count).map { index in
      let (fold, place) = (index - 1).quotientAndRemainder(dividingBy: 2 * count)
      return try lfwPair(file, index, isSame: place < count, fold: fold, ending: ending)
    }
    return try PairList(pairs).checked(file.path)
  }

  /// The number of pairs of each kind in a fold; the lines are as many as it says.
  private static func pairsOfAKind(_ file: ListFile) throws -> Int {
    guard let header = file.lines.first else {
      throw DataError(
        .lineCount(found: 0, expected: "a line of two numbers, then the pairs"),
        file: file.path
      )
    }
    if try lfwColumns(file) != nil { return try pairsOfAKindUnderColumns(file) }
    let words = try file.words(0, counts: 2...2)
    let numbers = words.compactMap { Int($0) }
    guard numbers.count == words.count, numbers.count == 2,
      numbers.allSatisfy({ (1...1_000_000).contains($0) })
    else {
      let expected = "the number of folds and of pairs of each kind in a fold"
      throw file.error(.header(found: String(header.prefix(60)), expected: expected), at: 0)
    }
    let expected = numbers[0] * 2 * numbers[1] + 1
    try file.checkLineCount({ $0 == expected }, expected: "\(expected) by its first line")
    return numbers[1]
  }

  /// ``pairsOfAKind(_:)`` of a list without numbers: it has ten folds.
  private static func pairsOfAKindUnderColumns(_ file: ListFile) throws -> Int {
    let lineCount = file.lines.count - 1
    try file.refuseBlankLines()
    let sameCount = try (1...max(1, lineCount)).count {
      try $0 <= lineCount && file.words($0, counts: 3...4).count == 3
    }
    if lineCount > 0, sameCount == 0 || sameCount == lineCount {
      throw DataError(
        .format(
          found: "pairs of \(sameCount == 0 ? "two persons" : "one person") only",
          expected: "ten folds of both kinds; matchpairsDev*.csv and mismatchpairsDev*.csv are of view 1"
        ),
        file: file.path
      )
    }
    guard lineCount > 0, lineCount.isMultiple(of: 20) else {
      let expected = "a multiple of 20 after the names of its columns: ten folds, pairs of both kinds in each"
      throw DataError(.lineCount(found: lineCount, expected: expected), file: file.path)
    }
    return lineCount / 20
  }

  /// The names of the columns of Kaggle's lists, in lower case; `nil` where the first line has none.
  static func lfwColumns(_ file: ListFile) throws -> [String]? {
    guard !file.lines.isEmpty else { return nil }
    let names = try file.words(0, counts: 3...4)
    return areLFWColumns(names) ? names : nil
  }

  private static func areLFWColumns(_ names: [String]) -> Bool {
    let names = names.map { $0.lowercased() }
    return names.count > 2 && ["name", "name1"].contains(names[0]) && names[1] == "imagenum1"
  }

  /// Whether a file begins as LFW's lists: with a line of two integers, or the columns of Kaggle's.
  package static func beginsAsLFW(_ path: String) -> Bool {
    struct Found: Error {}
    var isLFW = false
    try? TextLines(path).forEach { _, line in
      let separator = FieldSeparator.all.first { $0.byte.map(line.contains) ?? true } ?? .blanks
      let words = QuotedField.fields(of: line, between: separator) ?? []
      isLFW =
        words.count == 2 && words.allSatisfy { integer($0.bytes) != nil }
        || areLFWColumns(words.map { $0.text ?? "" })
      throw Found()
    }
    return isLFW
  }

  /// Reads a line of LFW's lists: name, number, number of a pair of one person; name, number, name, number of two.
  ///
  /// - Parameter isOfSeveral: whether the list consists of several files.
  static func lfwPair(
    _ file: ListFile,
    _ index: Int,
    isSame: Bool,
    fold: Int,
    ending: String,
    isOfSeveral: Bool = false
  ) throws -> Pair {
    let words = try file.words(index, counts: 3...4)
    func image(_ name: String, _ number: String) throws -> String {
      let value = try file.number(number, "an image's number", at: index)
      guard value >= 0 else {
        let expected = "a number from 0 on"
        throw file.error(
          .value(number, column: "an image's number", expected: expected),
          at: index
        )
      }
      return "\(name)/\(name)_\(padded(value, to: 4)).\(ending)"
    }
    guard words.count == (isSame ? 3 : 4) else {
      let form = isSame ? "3: name, number, number" : "4: name, number, name, number"
      throw file.error(.columns(found: words.count, expected: form), at: index)
    }
    let second = isSame ? words[0] : words[2]
    if !isSame, words[0] == second {
      throw file.error(.pairKind(expected: "a pair of two persons"), at: index)
    }
    return Pair(
      first: try image(words[0], words[1]),
      second: try image(second, words[isSame ? 2 : 3]),
      isSame: isSame,
      fold: fold,
      line: file.lineNumber(index),
      file: isOfSeveral ? file.path : nil
    )
  }

  /// Reads SLLFW's `pair_SLLFW.txt`: one image a line, two lines a pair, no header; ten folds, in each first the
  /// pairs of one person, then as many of two look-alikes. Of a longer path the last two components count.
  ///
  /// - Throws: a ``DataError`` with the line.
  public static func sllfw(_ path: String, foldCount: Int = 10) throws -> PairList {
    require(foldCount > 0, "\(foldCount) folds")
    let file = try ListFile(path)
    let step = 4 * foldCount
    try file.checkLineCount(
      { $0 > 0 && $0.isMultiple(of: step) },
      expected: "a multiple of \(step): two a pair, \(foldCount) folds, pairs of both kinds in each"
    )
    let perFold = file.lines.count / 2 / foldCount
    let pairs = try (0..<file.lines.count / 2).map { pair in
      let names = try [2 * pair, 2 * pair + 1].map { index in
        let name = canonicalPath(unquoted(file.lines[index]))
        let parts = name.split(separator: "/").suffix(2)
        guard let person = parts.first, parts.count == 2 else {
          throw file.error(.columns(found: parts.count, expected: "2 between slashes: name/image"), at: index)
        }
        return (path: parts.joined(separator: "/"), person: person)
      }
      let isSame = pair % perFold < perFold / 2
      guard (names[0].person == names[1].person) == isSame else {
        let kind = isSame ? "a pair of one person" : "a pair of two persons"
        throw file.error(.pairKind(expected: kind), at: 2 * pair)
      }
      return Pair(
        first: names[0].path,
        second: names[1].path,
        isSame: isSame,
        fold: pair / perFold,
        line: file.lineNumber(2 * pair)
      )
    }
    return try PairList(pairs).checked(file.path)
  }
}

/// A number with leading zeros.
package func padded(_ number: Int, to length: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, length - digits.count)) + digits
}

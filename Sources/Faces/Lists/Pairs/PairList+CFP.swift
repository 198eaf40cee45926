extension PairList {
  /// The two protocols of CFP.
  public enum CFPProtocol: String, CaseIterable, Hashable, Sendable {
    /// Frontal with frontal.
    case frontal = "FF"
    /// Frontal with profile.
    case profile = "FP"
  }

  /// Reads CFP's protocol folder: `Pair_list_F.txt` and `Pair_list_P.txt` (a number and an image a line), and
  /// `Split/FP/01/same.txt` and `diff.txt` to `10` (two numbers between a comma a line): ten folds.
  ///
  /// An image's path begins with the person's folder, `001/profile/01.jpg`.
  ///
  /// - Throws: a ``DataError`` with the file and line, also for a pair that stands in two folds. One that stands twice in one
  ///   file is counted twice, as ``RepeatedPairs`` says.
  public static func cfp(_ folder: String, _ kind: CFPProtocol = .profile) throws -> PairList {
    let frontal = try images(ListFile("\(folder)/Pair_list_F.txt"))
    let second = kind == .frontal ? frontal : try images(ListFile("\(folder)/Pair_list_P.txt"))
    var pairs: [Pair] = []
    for fold in 0..<10 {
      for isSame in [true, false] {
        let number = padded(fold + 1, to: 2)
        let path = "\(folder)/Split/\(kind.rawValue)/\(number)/\(isSame ? "same" : "diff").txt"
        let file = try ListFile(path)
        try file.checkLineCount({ $0 > 0 }, expected: "at least one pair")
        for index in file.lines.indices {
          let fields = try file.fields(index, between: .comma)
          guard fields.count == 2 else {
            throw file.error(
              .columns(found: fields.count, expected: "2: image number, image number"),
              at: index
            )
          }
          let numbers = try fields.map { try file.number($0, "an image's number", at: index) }
          guard let a = frontal[numbers[0]], let b = second[numbers[1]] else {
            let unknown = frontal[numbers[0]] == nil ? numbers[0] : numbers[1]
            throw file.error(
              .format(found: "image \(unknown)", expected: "a number of the image lists"),
              at: index
            )
          }
          guard (a.prefix { $0 != "/" } == b.prefix { $0 != "/" }) == isSame else {
            let expected = isSame ? "a pair of one person" : "a pair of two persons"
            throw file.error(.pairKind(expected: expected), at: index)
          }
          pairs.append(
            Pair(
              first: a,
              second: b,
              isSame: isSame,
              fold: fold,
              line: file.lineNumber(index),
              file: path
            )
          )
        }
      }
    }
    return try PairList(pairs).checked(folder, allowsRepeats: true)
  }

  private static func images(_ file: ListFile) throws -> [Int: String] {
    var images: [Int: String] = [:]
    for index in file.lines.indices {
      let words = try file.words(index, counts: 2...2)
      guard words.count == 2 else {
        throw file.error(.columns(found: words.count, expected: "2: number, image"), at: index)
      }
      let number = try file.number(words[0], "the image's number", at: index)
      let parts = words[1].split(separator: "/").filter { $0 != ".." && $0 != "." }
      let path = parts.drop { $0 == "Data" || $0 == "Images" }.joined(separator: "/")
      guard images.updateValue(path, forKey: number) == nil else {
        throw file.error(.format(found: "number \(number) again", expected: "each number once"), at: index)
      }
    }
    return images
  }
}

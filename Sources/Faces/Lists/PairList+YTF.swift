extension PairList {
  /// Reads YouTube Faces' `splits.txt` in any of the forms that go round.
  ///
  /// - five fields between commas under a header: split, pair, first video, second video, same;
  /// - six, with a last one that is not used (the original has it in some copies);
  /// - without a header, between spaces: split, first video, second video, same, with or without the pair's
  ///   number after the split.
  ///
  /// A video is `Name/index`, a folder of frames; fields may stand in double quotes. Splits count from 1. Splits may hold different numbers of pairs
  /// of either kind: the corrected labels do.
  ///
  /// - Throws: a ``DataError`` with the line: wrong fields, a split that is out of turn, a pair that stands twice.
  public static func ytf(_ path: String) throws -> PairList {
    let file = try ListFile(path)
    let hasCommas = file.lines.contains { $0.contains(",") }
    let first = file.lines.first.map { $0.contains { $0.isLetter } && !$0.contains("/") } == true ? 1 : 0
    try file.checkLineCount({ $0 > first }, expected: "at least one pair")
    var fold = 0
    let pairs = try (first..<file.lines.count).map { index in
      let fields = hasCommas ? file.fields(index, separator: ",") : file.words(index).map(String.init)
      let record = try YTFRecord(fields.map(unquoted), in: file, at: index)
      guard record.split == fold + 1 || record.split == fold else {
        throw file.error(.fold(found: record.split, expected: max(1, fold)), at: index)
      }
      guard record.split > 0 else { throw file.error(.fold(found: 0, expected: 1), at: index) }
      fold = record.split
      return Pair(
        first: record.first,
        second: record.second,
        isSame: record.isSame,
        fold: fold - 1,
        line: index + 1
      )
    }
    return try PairList(pairs).checked(file)
  }
}

/// Returns a field without the double quotes around it.
func unquoted(_ field: String) -> String {
  field.count >= 2 && field.first == "\"" && field.last == "\"" ? String(field.dropFirst().dropLast()) : field
}

private struct YTFRecord {
  var split: Int
  var first: String
  var second: String
  var isSame: Bool

  init(_ fields: [String], in file: ListFile, at index: Int) throws {
    guard let place = fields.firstIndex(where: { $0.contains("/") }), place == 1 || place == 2,
      (place + 3...place + 4).contains(fields.count), fields[place + 1].contains("/")
    else {
      throw file.error(.columns(found: fields.count, expected: "split, pair, video, video, same"), at: index)
    }
    for column in 0..<place { _ = try file.number(fields[column], "split or pair", at: index) }
    split = try file.number(fields[0], "the split", at: index)
    first = canonicalPath(fields[place])
    second = canonicalPath(fields[place + 1])
    let same = try file.number(fields[place + 2], "'same'", at: index)
    if fields.count == place + 4 { _ = try file.number(fields[place + 3], "the last field", at: index) }
    guard same == 0 || same == 1 else {
      throw file.error(.value(fields[place + 2], column: "'same'", expected: "0 or 1"), at: index)
    }
    isSame = same == 1
  }
}

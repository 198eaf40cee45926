extension PairList {
  /// Reads YouTube Faces' `splits.txt` in any of the forms that go round.
  ///
  /// - five fields between commas or semicolons under a header: split, pair, first video, second video, same;
  /// - six, with a last one that is not used (the original has it in some copies);
  /// - without a header, between spaces: split, first video, second video, same, with or without the pair's
  ///   number after the split.
  ///
  /// A video is `Name/index`, a folder of frames. Fields may stand in double quotes; an index column, whose name in the
  /// header is empty, is left out. Splits count from 1, and may hold different numbers of pairs of either kind: the
  /// corrected labels do.
  ///
  /// - Throws: a ``DataError`` with the line: wrong fields, a split that is out of turn, a pair that stands twice.
  public static func ytf(_ path: String) throws -> PairList {
    let file = try ListFile(path)
    let separator =
      file.separators.filter { [.comma, .semicolon].contains($0) }.first { separator in
        file.lines.contains { $0.utf8.contains { $0 == separator.byte } }
      } ?? .blanks
    let first = file.lines.first.map { $0.contains { $0.isLetter } && !hasSlash($0) } == true ? 1 : 0
    try file.checkLineCount({ $0 > first }, expected: "at least one pair")
    let hasIndex = first == 1 ? try file.fields(0, between: separator).first == "" : false
    var fold = 0
    let pairs = try (first..<file.lines.count).map { index in
      var fields = try file.fields(index, between: separator)
      if hasIndex, let number = fields.first {
        _ = try file.number(number, "the index column that the header names", at: index)
        fields.removeFirst()
      }
      // A separator at the end of the line.
      if fields.last == "" { fields.removeLast() }
      let record = try YTFRecord(fields, in: file, at: index)
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
        line: file.lineNumber(index)
      )
    }
    return try PairList(pairs).checked(file.path)
  }
}

/// Whether a text has a slash of either kind, as paths of videos have.
private func hasSlash(_ text: String) -> Bool { text.utf8.contains { $0 == 47 || $0 == 92 } }

private struct YTFRecord {
  var split: Int
  var first: String
  var second: String
  var isSame: Bool

  init(_ fields: [String], in file: ListFile, at index: Int) throws {
    guard let place = fields.firstIndex(where: hasSlash), place == 1 || place == 2,
      (place + 3...place + 4).contains(fields.count), hasSlash(fields[place + 1])
    else {
      throw file.error(.columns(found: fields.count, expected: "split, pair, video, video, same"), at: index)
    }
    for column in 0..<place { _ = try file.number(fields[column], "split or pair", at: index) }
    split = try file.number(fields[0], "the split", at: index)
    first = canonicalPath(fields[place])
    second = canonicalPath(fields[place + 1])
    if fields.count == place + 4 { _ = try file.number(fields[place + 3], "the last field", at: index) }
    guard ["0", "1"].contains(fields[place + 2]) else {
      throw file.error(.value(fields[place + 2], column: "'same'", expected: "0 or 1"), at: index)
    }
    isSame = fields[place + 2] == "1"
  }
}

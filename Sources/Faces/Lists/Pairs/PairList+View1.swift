extension PairList {
  /// Reads LFW's view 1: `pairsDevTrain.txt` and `pairsDevTest.txt`. The first line of each is the number of pairs of each
  /// kind, then come the pairs of one person and of two as in `pairs.txt`.
  ///
  /// Fold 0 is the training part, on which a threshold is chosen, fold 1 the test part.
  ///
  /// - Throws: a ``DataError`` with the file and line.
  public static func lfwView1(train: String, test: String, ending: String = "jpg") throws -> PairList {
    let parts = try [train, test].enumerated().map { fold, path in
      let file = try ListFile(path)
      let header = file.lines.isEmpty ? [] : try file.words(0)
      guard header.count == 1, let count = Int(header[0]), (1...1_000_000).contains(count) else {
        let found = String((file.lines.first ?? "").prefix(60))
        throw file.error(.header(found: found, expected: "the number of pairs of each kind"), at: 0)
      }
      let expected = 2 * count + 1
      try file.checkLineCount({ $0 == expected }, expected: "\(expected) by its first line")
      return try PairList(
        (1..<expected).map { index in
          try lfwPair(file, index, isSame: index <= count, fold: fold, ending: ending)
        }
      ).checked(file)
    }
    return PairList(parts.flatMap(\.pairs))
  }
}

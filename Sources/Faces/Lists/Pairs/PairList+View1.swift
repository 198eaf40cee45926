extension PairList {
  /// Reads LFW's view 1: `pairsDevTrain.txt` and `pairsDevTest.txt`. The first line of each is the number of pairs of each
  /// kind, then come the pairs of one person and of two as in `pairs.txt`.
  ///
  /// Kaggle has two lists of each part, of the pairs of one person (`matchpairsDevTrain.csv`) and of two
  /// (`mismatchpairsDevTrain.csv`), under the names of columns.
  ///
  /// Fold 0 is the training part, on which a threshold is chosen, fold 1 the test part.
  ///
  /// - Parameters:
  ///   - train: the list of the training part, or two lists, that of the pairs of one person first.
  ///   - test: the same of the test part.
  /// - Throws: a ``DataError`` with the file and line, also for a pair that stands twice, in one part or in both.
  public static func lfwView1(train: [String], test: [String], ending: String = "jpg") throws -> PairList {
    try requireDistinct(train + test, expected: "each file once, in one part")
    return try PairList(
      [train, test].enumerated().flatMap { fold, paths in
        let files = try paths.map { try ListFile($0) }
        return try files.count == 1
          ? view1Part(files[0], fold: fold, ending: ending)
          : files.enumerated().flatMap {
            try view1Kind($0.element, isSame: $0.offset == 0, fold: fold, ending: ending)
          }
      }
    ).checked(train.first ?? "")
  }

  /// The pairs of both kinds.
  private static func view1Part(_ file: ListFile, fold: Int, ending: String) throws -> [Pair] {
    let header = file.lines.isEmpty ? [] : try file.words(0)
    guard header.count == 1, let count = Int(header[0]), (1...1_000_000).contains(count) else {
      let found = String((file.lines.first ?? "").prefix(60))
      let expected =
        try lfwColumns(file) == nil
        ? "the number of pairs of each kind"
        : "the number of pairs of each kind; of lists with columns give two, matchpairsDev*.csv and mismatchpairsDev*.csv"
      throw file.error(.header(found: found, expected: expected), at: 0)
    }
    let expected = 2 * count + 1
    try file.checkLineCount({ $0 == expected }, expected: "\(expected) by its first line")
    return try (1..<expected).map {
      try lfwPair(file, $0, isSame: $0 <= count, fold: fold, ending: ending, isOfSeveral: true)
    }
  }

  /// The pairs of one kind, under the names of columns.
  private static func view1Kind(_ file: ListFile, isSame: Bool, fold: Int, ending: String) throws -> [Pair] {
    guard try lfwColumns(file)?.count == (isSame ? 3 : 4) else {
      let columns =
        isSame
        ? "name,imagenum1,imagenum2: the pairs of one person, which come first"
        : "name,imagenum1,name,imagenum2: the pairs of two persons, which come second"
      let found = String((file.lines.first ?? "").prefix(60))
      throw file.error(.header(found: found, expected: "the columns \(columns)"), at: 0)
    }
    try file.checkLineCount({ $0 > 1 }, expected: "the names of columns, then a pair a line")
    return try file.lines.indices.dropFirst().map {
      try lfwPair(file, $0, isSame: isSame, fold: fold, ending: ending, isOfSeveral: true)
    }
  }
}

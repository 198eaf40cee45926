extension PairList {
  /// Reads a plain list: on each line two images and a label, 1, `True` or `yes` for one person and 0, −1, `False` or `no`
  /// for two; or the label first.
  ///
  /// Fields lie between tabs, commas, semicolons or spaces, and may stand in double quotes. A line that begins with # and is
  /// no pair is a comment. A first line whose fields name columns (`image1,image2,label`) is a header; an index column that
  /// it names by an empty name or `index` is left out.
  ///
  /// Folds are contiguous parts of the list, as scikit-learn's `KFold` without shuffling makes them; where a fold would
  /// have pairs of one kind only, each kind is divided so by itself.
  ///
  /// - Parameter foldCount: at least 2.
  /// - Throws: a ``DataError`` with the line.
  public static func labelled(_ path: String, foldCount: Int = 10) throws -> PairList {
    let file = try ListFile(path)
    let records = try file.records(of: 3, "image, image, label", isRecord: { label($0[2]) != nil }) { names in
      names.allSatisfy { label($0) == nil } && [names[0], names[2]].contains(where: labelNames.contains)
    }
    guard records.rows.count >= foldCount else {
      let expected = "at least \(foldCount), one for each of \(foldCount) folds"
      throw DataError(.format(found: "\(records.rows.count) pairs", expected: expected), file: path)
    }
    let place = try labelPlace(records, file)
    try checkLabels(records.rows.map { ($0.index, $0.fields[place]) }, file)
    let pairs = try records.rows.map { index, fields in
      let images = place == 2 ? fields[..<2] : fields[1...]
      guard let first = images.first, let second = images.last, !first.isEmpty, !second.isEmpty else {
        throw file.error(.value("", column: "an image", expected: "its path"), at: index)
      }
      return Pair(
        first: first,
        second: second,
        isSame: label(fields[place]) == true,
        fold: 0,
        line: file.lineNumber(index)
      )
    }
    return try PairList(inFolds(pairs, foldCount)).checked(file.path)
  }

  /// Names of a label's column in headers.
  private static let labelNames: Set<String> = [
    "label", "labels", "is_same", "issame", "same", "is same", "target", "actual_issame",
  ]

  /// Whether a label says that a pair shows one person; `nil` for another word. Numbers may have decimals, as NumPy writes
  /// them.
  private static func label(_ word: String) -> Bool? {
    switch word.lowercased() {
    case "true", "yes": true
    case "false", "no": false
    case let word where word.utf8.allSatisfy("+-.0123456789e".utf8.contains):
      Double(word).flatMap { $0 == 1 ? true : $0 == 0 || $0 == -1 ? false : nil }
    default: nil
    }
  }

  /// Which field of all records is the label: the last, 2, or the first, 0; the one that the header names, if it names one.
  private static func labelPlace(_ records: ListFile.Records, _ file: ListFile) throws -> Int {
    let rows = records.rows
    let named = [2, 0].filter { place in records.header.map { labelNames.contains($0[place]) } ?? false }
    let candidates = named.count == 1 ? named : [2, 0]
    let places = candidates.filter { place in rows.allSatisfy { label($0.fields[place]) != nil } }
    if places.count == 1 { return places[0] }
    if places.count == 2 {
      throw file.error(
        .format(
          found: "labels in the first and in the last field of every line",
          expected: "a header that names the label, as image1,image2,label"
        ),
        at: rows[0].index
      )
    }
    let meant = candidates[0]
    let wrong = rows.first { label($0.fields[meant]) == nil } ?? rows[0]
    throw file.error(
      .value(
        wrong.fields[meant],
        column: "the label",
        expected: "0 or 1, -1 or 1, False or True, no or yes; a header names the column 'label'"
      ),
      at: wrong.index
    )
  }

  /// Refuses a list with the labels 1, 0 and −1: its 0 may mean a pair of two persons, or one that nobody has judged.
  private static func checkLabels(_ labels: [(index: Int, word: String)], _ file: ListFile) throws {
    let firsts = [-1.0, 0].compactMap { number in labels.first { Double($0.word) == number } }
    guard firsts.count == 2 else { return }
    let (earlier, later) = firsts[0].index < firsts[1].index ? (firsts[0], firsts[1]) : (firsts[1], firsts[0])
    throw file.error(
      .value(
        later.word,
        column: "the label",
        expected:
          "either 0 or -1 for two persons throughout: line \(file.lineNumber(earlier.index)) has '\(earlier.word)'"
      ),
      at: later.index
    )
  }

  /// Reads CALFW's `pairs_CALFW.txt` or CPLFW's `pairs_CPLFW.txt`: one image a line with its label after a space, two
  /// lines a pair; 0 for two persons, any other number for one. Folds as ``labelled(_:foldCount:)``.
  ///
  /// - Throws: a ``DataError`` with the line, also where two lines of a pair have different labels, or a label contradicts
  ///   the names (`Name_0001.jpg`).
  public static func crossLFW(_ path: String, foldCount: Int = 10) throws -> PairList {
    let file = try ListFile(path)
    let rows = try file.records(
      of: 2,
      "image, label",
      isRecord: { Int($0[1]) != nil },
      isHeader: { labelNames.contains($0[1]) }
    ).rows
    guard rows.count.isMultiple(of: 2), rows.count >= 2 * foldCount else {
      let expected = "an even number of at least \(2 * foldCount): two lines a pair"
      throw DataError(.lineCount(found: rows.count, expected: expected), file: path)
    }
    let images = try rows.map { index, fields in
      (index: index, path: fields[0], label: try file.number(fields[1], "the label", at: index))
    }
    let pairs = try stride(from: 0, to: images.count, by: 2).map { place in
      let (first, second) = (images[place], images[place + 1])
      guard first.label == second.label else {
        let expected = "\(first.label), as the first image of the pair"
        throw file.error(.format(found: "the label \(second.label)", expected: expected), at: second.index)
      }
      let isSame = first.label != 0
      guard (person(of: first.path) == person(of: second.path)) == isSame else {
        let kind =
          isSame ? "a pair of one person, as its label says" : "a pair of two persons, as its label says"
        throw file.error(.pairKind(expected: kind), at: first.index)
      }
      return Pair(
        first: "\(person(of: first.path))/\(first.path)",
        second: "\(person(of: second.path))/\(second.path)",
        isSame: isSame,
        fold: 0,
        line: file.lineNumber(first.index)
      )
    }
    return try PairList(inFolds(pairs, foldCount)).checked(file.path)
  }

  /// The name before the number: `Name_Surname` of `Name_Surname_0001.jpg`.
  private static func person(of image: String) -> Substring {
    let end = image.lastIndex(of: "_") ?? image.endIndex
    return image[..<end]
  }

  /// Puts pairs into contiguous folds; each kind by itself where a fold would lack one.
  private static func inFolds(_ pairs: [Pair], _ foldCount: Int) -> [Pair] {
    func fold(_ place: Int, of count: Int) -> Int { contiguousFold(place, of: count, foldCount: foldCount) }
    var result = pairs
    for index in pairs.indices { result[index].fold = fold(index, of: pairs.count) }
    let kinds = Set(result.map { 2 * $0.fold + ($0.isSame ? 1 : 0) })
    guard kinds.count < 2 * foldCount else { return result }
    let counts = [pairs.count { !$0.isSame }, pairs.count { $0.isSame }]
    var places = [0, 0]
    for index in pairs.indices {
      let kind = pairs[index].isSame ? 1 : 0
      result[index].fold = fold(places[kind], of: counts[kind])
      places[kind] += 1
    }
    return Set(result.map(\.fold)).count == foldCount
      ? result
      : pairs.indices.map { index in
        var pair = pairs[index]
        pair.fold = fold(index, of: pairs.count)
        return pair
      }
  }
}

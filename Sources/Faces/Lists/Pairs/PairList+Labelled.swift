extension PairList {
  /// Reads a plain list: on each line two images and a label, 1, `True` or `yes` for one person and 0, −1, `False` or `no` for
  /// two; or the label first. Lines that begin with # are comments. Fields lie between tabs, commas, semicolons or spaces, and may stand in double quotes. A first line
  /// whose fields name columns (`image1,image2,label`) is a header.
  ///
  /// Folds are contiguous parts of the list, as scikit-learn's `KFold` without shuffling makes them; where a fold would
  /// have pairs of one kind only, each kind is divided so by itself.
  ///
  /// - Parameter foldCount: at least 2.
  /// - Throws: a ``DataError`` with the line.
  public static func labelled(_ path: String, foldCount: Int = 10) throws -> PairList {
    let file = try ListFile(path)
    try file.checkLineCount(
      { $0 >= foldCount },
      expected: "at least \(foldCount) pairs for \(foldCount) folds"
    )
    let labels = [
      "0": false, "0.0": false, "-1": false, "-1.0": false, "false": false, "no": false, "1": true,
      "1.0": true, "true": true,
      "yes": true,
    ]
    func label(_ fields: [String], _ place: Int) -> Bool? { labels[fields[place].lowercased()] }
    let lines = file.lines.indices.filter { !file.lines[$0].hasPrefix("#") }
    guard let firstLine = lines.first else {
      throw DataError(.lineCount(found: 0, expected: "at least \(foldCount) pairs"), file: path)
    }
    let first = separated(file.lines[firstLine])
    let isHeader =
      first.count == 3
      && [first.first, first.last].contains {
        ["label", "is_same", "issame", "same", "is same", "target"].contains($0?.lowercased())
      }
    let records = try lines.dropFirst(isHeader ? 1 : 0).map { index in
      let fields = separated(file.lines[index])
      guard fields.count == 3 else {
        throw file.error(.columns(found: fields.count, expected: "3: image, image, label"), at: index)
      }
      return (index: index, fields: fields)
    }
    let isLast = records.allSatisfy { label($0.fields, 2) != nil }
    guard isLast || records.allSatisfy({ label($0.fields, 0) != nil }) else {
      let wrong = records.first { label($0.fields, 2) == nil } ?? records[0]
      throw file.error(
        .value(wrong.fields[2], column: "the label", expected: "0 or 1, -1 or 1, False or True, no or yes"),
        at: wrong.index
      )
    }
    let pairs = records.map { index, fields in
      Pair(
        first: fields[isLast ? 0 : 1],
        second: fields[isLast ? 1 : 2],
        isSame: label(fields, isLast ? 2 : 0) == true,
        fold: 0,
        line: index + 1
      )
    }
    return try PairList(inFolds(pairs, foldCount)).checked(file)
  }

  /// Reads CALFW's `pairs_CALFW.txt` or CPLFW's `pairs_CPLFW.txt`: one image a line with its label after a space, two
  /// lines a pair; 0 for two persons, any other number for one. Folds as ``labelled(_:foldCount:)``.
  ///
  /// - Throws: a ``DataError`` with the line, also where two lines of a pair have different labels, or a label contradicts
  ///   the names (`Name_0001.jpg`).
  public static func crossLFW(_ path: String, foldCount: Int = 10) throws -> PairList {
    let file = try ListFile(path)
    try file.checkLineCount(
      { $0.isMultiple(of: 2) && $0 >= 2 * foldCount },
      expected: "an even number of at least \(2 * foldCount): two lines a pair"
    )
    let images = try file.lines.indices.map { index in
      let fields = separated(file.lines[index])
      guard fields.count == 2 else {
        throw file.error(.columns(found: fields.count, expected: "2: image, label"), at: index)
      }
      return (path: fields[0], label: try file.number(fields[1], "the label", at: index))
    }
    let pairs = try stride(from: 0, to: images.count, by: 2).map { index in
      let (first, second) = (images[index], images[index + 1])
      guard first.label == second.label else {
        let expected = "\(first.label), as the first image of the pair"
        throw file.error(.format(found: "the label \(second.label)", expected: expected), at: index + 1)
      }
      let isSame = first.label != 0
      guard (person(of: first.path) == person(of: second.path)) == isSame else {
        let kind =
          isSame ? "a pair of one person, as its label says" : "a pair of two persons, as its label says"
        throw file.error(.pairKind(expected: kind), at: index)
      }
      return Pair(
        first: "\(person(of: first.path))/\(first.path)",
        second: "\(person(of: second.path))/\(second.path)",
        isSame: isSame,
        fold: 0,
        line: index + 1
      )
    }
    return try PairList(inFolds(pairs, foldCount)).checked(file)
  }

  /// The name before the number: `Name_Surname` of `Name_Surname_0001.jpg`.
  private static func person(of image: String) -> Substring {
    let end = image.lastIndex(of: "_") ?? image.endIndex
    return image[..<end]
  }

  private static func separated(_ line: some StringProtocol) -> [String] {
    let separator: Character? = ["\t", ",", ";"].first { line.contains($0) }
    let parts =
      separator.map { line.split(separator: $0, omittingEmptySubsequences: false) }
      ?? line.split { $0 == " " }
    return parts.map { part in
      let text = String(part).drop { $0 == " " }
      let trimmed = text.reversed().drop { $0 == " " }.reversed()
      let isQuoted = trimmed.count >= 2 && trimmed.first == "\"" && trimmed.last == "\""
      return String(isQuoted ? trimmed.dropFirst().dropLast() : trimmed[...])
    }
  }

  /// Puts pairs into contiguous folds; each kind by itself where a fold would lack one.
  private static func inFolds(_ pairs: [Pair], _ foldCount: Int) -> [Pair] {
    func fold(_ place: Int, of count: Int) -> Int {
      let (length, rest) = count.quotientAndRemainder(dividingBy: foldCount)
      return place < rest * (length + 1) ? place / (length + 1) : (place - rest) / max(1, length)
    }
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

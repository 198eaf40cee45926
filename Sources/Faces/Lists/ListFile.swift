/// A text file of one record a line: fields, numbers and the places of errors.
struct ListFile {
  let path: String
  /// The lines, as ``TextLines`` has them.
  let lines: [String]

  /// - Throws: a ``DataError``, also for bytes that are not UTF-8.
  init(_ path: String) throws {
    var lines: [String] = []
    try TextLines(path).forEach { index, line in
      guard let text = String(validating: line, as: UTF8.self) else {
        let expected = "text in UTF-8: save the file with that encoding"
        throw DataError(
          .format(found: "bytes that are not UTF-8", expected: expected),
          file: path,
          line: index + 1
        )
      }
      lines.append(text)
    }
    self.path = path
    self.lines = lines
  }

  /// Returns an error on a line counted from 0.
  func error(_ problem: DataError.Problem, at index: Int) -> DataError {
    DataError(problem, file: path, line: index + 1)
  }

  /// Returns the fields of a line: between tabs where that gives one of the wanted counts, so that names may hold
  /// spaces, else between any white space.
  func words(_ index: Int, counts: ClosedRange<Int>? = nil) -> [Substring] {
    let line = lines[index].utf8
    if let counts, line.contains(9) {
      let fields = line.split(separator: 9).map { Substring($0).trimmed }.filter { !$0.isEmpty }
      if counts.contains(fields.count) { return fields }
    }
    return line.split { isBlank($0) }.map(Substring.init)
  }

  /// Returns the fields of a line between a separator, without white space at their ends.
  func fields(_ index: Int, separator: Character) -> [String] {
    lines[index].split(separator: separator, omittingEmptySubsequences: false).map { String($0.trimmed) }
  }

  /// Reads an integer of a line.
  func number(_ text: some StringProtocol, _ column: String, at index: Int) throws -> Int {
    guard let value = Int(text) else { throw error(.notANumber(String(text), column: column), at: index) }
    return value
  }

  func checkLineCount(_ isRight: (Int) -> Bool, expected: String) throws {
    guard isRight(lines.count) else {
      throw DataError(.lineCount(found: lines.count, expected: expected), file: path)
    }
  }
}

extension Substring {
  /// The text without spaces and tabs at its ends.
  var trimmed: Substring {
    var bytes = utf8
    while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return Substring(bytes)
  }
}

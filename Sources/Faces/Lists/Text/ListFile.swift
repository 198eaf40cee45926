/// A text file of one record a line: fields, numbers and the places of errors.
struct ListFile {
  let path: String
  /// The lines from the first that is not blank, as ``TextLines`` has them.
  let lines: [String]
  /// The separators of fields to try in turn: that which a line `sep=;` names, where there is one.
  let separators: [FieldSeparator]
  /// The number of lines before: blank ones, and that of the separator.
  private let blankCount: Int

  /// - Throws: a ``DataError``, also for bytes that are not UTF-8.
  init(_ path: String) throws {
    var lines: [String] = []
    var blankCount = 0
    let text = try TextLines(path)
    try text.forEach { index, line in
      if lines.isEmpty { blankCount = index }
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
    separators = text.separator.map { [$0] } ?? FieldSeparator.all
    self.blankCount = blankCount
  }

  /// The number in the file, counted from 1, of a line of ``lines``, counted from 0.
  func lineNumber(_ index: Int) -> Int { blankCount + index + 1 }

  /// Returns an error on a line of ``lines``, counted from 0.
  func error(_ problem: DataError.Problem, at index: Int) -> DataError {
    DataError(problem, file: path, line: lineNumber(index))
  }

  /// Returns the fields of a line between a separator, without white space and quotes around them.
  ///
  /// - Throws: a ``DataError`` where a double quote does not close its field.
  func fields(_ index: Int, between separator: FieldSeparator) throws(DataError) -> [String] {
    var line = lines[index]
    let fields = line.withUTF8 {
      // A line in UTF-8 is split at ASCII characters: its parts are text, too.
      QuotedField.fields(of: UnsafeRawBufferPointer($0), between: separator)?.map { $0.text ?? "" }
    }
    guard let fields else { throw error(.openQuote, at: index) }
    return fields
  }

  /// Returns the fields of a line: between tabs, commas or semicolons where that gives one of the wanted counts, so that
  /// names may hold spaces, else between any white space.
  ///
  /// - Throws: a ``DataError`` where a double quote does not close its field.
  func words(_ index: Int, counts: ClosedRange<Int>? = nil) throws(DataError) -> [String] {
    if let counts {
      for separator in separators {
        guard let byte = separator.byte, lines[index].utf8.contains(byte) else { continue }
        let fields = try fields(index, between: separator).filter { !$0.isEmpty }
        if counts.contains(fields.count) { return fields }
      }
    }
    return try fields(index, between: separators.last ?? .blanks)
  }

  /// Reads an integer of a line.
  func number(_ text: some StringProtocol, _ column: String, at index: Int) throws -> Int {
    guard let value = Int(text) else { throw error(.notANumber(String(text), column: column), at: index) }
    return value
  }

  /// Refuses a list with another number of lines; a blank line among them, which no such list has, is named first.
  func checkLineCount(_ isRight: (Int) -> Bool, expected: String) throws {
    guard isRight(lines.count) else {
      try refuseBlankLines()
      throw DataError(.lineCount(found: lines.count, expected: expected), file: path)
    }
  }

  /// - Throws: a ``DataError`` with the first blank line.
  func refuseBlankLines() throws {
    if let index = lines.firstIndex(where: \.isEmpty) { throw error(.blankLine, at: index) }
  }
}

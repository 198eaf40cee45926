/// A table (CSV) with a header, between commas, semicolons or tabs, whichever the header has most of. Fields may stand in
/// double quotes (``QuotedField``); columns that are not asked for, an index column among them, are ignored.
struct SeparatedTable {
  let path: String
  /// The wanted columns that the header has, in the order in which they were asked for.
  let columns: [String]
  private let places: [Int]
  private let columnCount: Int
  private let separator: FieldSeparator
  /// The line of the header, counted from 0.
  private let headerIndex: Int

  /// One row: the values of the wanted columns.
  struct Row {
    let path: String
    let columns: [String]
    /// The line, counted from 0.
    let index: Int
    fileprivate let fields: UnsafeBufferPointer<QuotedField>

    /// The text of a column.
    func text(_ column: Int) throws(DataError) -> String {
      guard let text = fields[column].text else {
        let expected = "text in UTF-8: save the file with that encoding"
        throw error(.format(found: "bytes that are not UTF-8", expected: expected))
      }
      return text
    }

    /// The integer of a column.
    func number(_ column: Int) throws(DataError) -> Int {
      guard let value = integer(fields[column].bytes) else {
        throw error(.notANumber(try text(column), column: columns[column]))
      }
      return value
    }

    /// The error of a template that has another subject than in a row before.
    func twoSubjects(of template: Int, _ subject: Int, before other: Int) -> DataError {
      error(
        .format(found: "subject \(subject) for template \(template)", expected: "subject \(other) as before")
      )
    }

    func error(_ problem: DataError.Problem) -> DataError {
      DataError(problem, file: path, line: index + 1)
    }
  }

  /// Reads the header.
  ///
  /// - Parameter wanted: for each column its possible names, in any case.
  /// - Throws: a ``DataError`` where the header has no name of a column.
  init(_ path: String, columns wanted: [[String]]) throws {
    struct Found: Error {}
    var header = ""
    var headerIndex = 0
    let lines = try TextLines(path)
    do {
      try lines.forEach { index, line in
        headerIndex = index
        header = String(decoding: line, as: UTF8.self)
        throw Found()
      }
    } catch is Found {}
    guard !header.isEmpty else {
      throw DataError(.lineCount(found: 0, expected: "a header, then one row for each record"), file: path)
    }
    let counts = [FieldSeparator.comma, .semicolon, .tab].map { separator in
      (separator, header.utf8.count { $0 == separator.byte })
    }
    let separator = lines.separator ?? counts.max { $0.1 < $1.1 }?.0 ?? .comma
    var text = header
    let fields = text.withUTF8 {
      QuotedField.fields(of: UnsafeRawBufferPointer($0), between: separator)?.map { $0.text ?? "" }
    }
    guard let fields else { throw DataError(.openQuote, file: path, line: headerIndex + 1) }
    let names = fields.map { $0.uppercased().filter { $0 != " " } }
    var (columns, places): ([String], [Int]) = ([], [])
    for candidates in wanted {
      guard let name = candidates.first(where: { names.contains($0.uppercased()) }),
        let place = names.firstIndex(of: name.uppercased())
      else {
        let expected = "a header with " + wanted.map { $0.joined(separator: " or ") }.joined(separator: ", ")
        throw DataError(
          .header(found: String(header.prefix(80)), expected: expected),
          file: path,
          line: headerIndex + 1
        )
      }
      guard names.count(where: { $0 == name.uppercased() }) == 1 else {
        let found = "several columns \(name)"
        throw DataError(.format(found: found, expected: "one"), file: path, line: headerIndex + 1)
      }
      columns.append(name)
      places.append(place)
    }
    self.path = path
    self.columns = columns
    self.places = places
    columnCount = names.count
    self.separator = separator
    self.headerIndex = headerIndex
  }

  /// Calls the body with each row after the header.
  ///
  /// Rows may begin with an index that the header has no name for: R writes none, and the tab that pandas writes for it is
  /// white space at the start of a line.
  ///
  /// - Throws: what the body throws, or a ``DataError`` for a row with another number of fields.
  func forEach(_ body: (Row) throws -> Void) throws {
    var indexCount: Int?
    try TextLines(path).forEach { index, line in
      guard index > headerIndex else { return }
      guard let fields = QuotedField.fields(of: line, between: separator) else {
        throw DataError(.openQuote, file: path, line: index + 1)
      }
      let skipped = indexCount ?? (hasIndex(fields) ? 1 : 0)
      indexCount = skipped
      guard fields.count == columnCount + skipped, skipped == 0 || hasIndex(fields) else {
        throw DataError(
          .columns(
            found: fields.count,
            expected: "\(columnCount) as the header has" + (skipped == 0 ? "" : ", after an index")
          ),
          file: path,
          line: index + 1
        )
      }
      try places.map { fields[$0 + skipped] }.withUnsafeBufferPointer {
        try body(Row(path: path, columns: columns, index: index, fields: $0))
      }
    }
  }

  /// Whether a row has an integer more than the header has names. A last field that is empty may be what is too much.
  private func hasIndex(_ fields: [QuotedField]) -> Bool {
    fields.count == columnCount + 1 && integer(fields[0].bytes) != nil && fields.last?.bytes.isEmpty == false
  }
}

/// A table (CSV) with a header, between commas, semicolons or tabs, whichever the header has most of; fields may stand
/// within double quotes, in which a doubled quote is one.
struct SeparatedTable {
  let path: String
  /// The wanted columns that the header has, in the order in which they were asked for.
  let columns: [String]
  private let places: [Int]
  private let columnCount: Int
  private let separator: UInt8

  /// One row: the values of the wanted columns.
  struct Row {
    let path: String
    let columns: [String]
    /// The line, counted from 0.
    let index: Int
    fileprivate let fields: UnsafeBufferPointer<UnsafeRawBufferPointer>

    /// The text of a column.
    func text(_ column: Int) throws(DataError) -> String {
      guard let text = String(validating: fields[column], as: UTF8.self) else {
        let expected = "text in UTF-8: save the file with that encoding"
        throw error(.format(found: "bytes that are not UTF-8", expected: expected))
      }
      return text.utf8.contains(34) ? text.replacing("\"\"", with: "\"") : text
    }

    /// The integer of a column.
    func number(_ column: Int) throws(DataError) -> Int {
      guard let value = integer(fields[column]) else {
        throw error(.notANumber(try text(column), column: columns[column]))
      }
      return value
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
    do {
      try TextLines(path).forEach { _, line in
        header = String(decoding: line, as: UTF8.self)
        throw Found()
      }
    } catch is Found {}
    guard !header.isEmpty else {
      throw DataError(.lineCount(found: 0, expected: "a header, then one row for each record"), file: path)
    }
    let counts = [UInt8(44), 59, 9].map { byte in (byte, header.utf8.count { $0 == byte }) }
    separator = counts.max { $0.1 < $1.1 }?.0 ?? 44
    var text = header
    let names = text.withUTF8 { [separator] bytes in
      Self.fields(UnsafeRawBufferPointer(bytes), separator).map {
        String(decoding: $0, as: UTF8.self).uppercased().filter { $0 != " " }
      }
    }
    var (columns, places): ([String], [Int]) = ([], [])
    for candidates in wanted {
      guard let name = candidates.first(where: { names.contains($0.uppercased()) }),
        let place = names.firstIndex(of: name.uppercased())
      else {
        let expected = "a header with " + wanted.map { $0.joined(separator: " or ") }.joined(separator: ", ")
        throw DataError(.header(found: String(header.prefix(80)), expected: expected), file: path, line: 1)
      }
      columns.append(name)
      places.append(place)
    }
    self.path = path
    self.columns = columns
    self.places = places
    columnCount = names.count
  }

  /// Calls the body with each row after the header.
  ///
  /// - Throws: what the body throws, or a ``DataError`` for a row with another number of fields.
  func forEach(_ body: (Row) throws -> Void) throws {
    try TextLines(path).forEach { index, line in
      guard index > 0 else { return }
      let fields = Self.fields(line, separator)
      guard fields.count == columnCount else {
        throw DataError(
          .columns(found: fields.count, expected: "\(columnCount) as the header has"),
          file: path,
          line: index + 1
        )
      }
      try places.map { fields[$0] }.withUnsafeBufferPointer {
        try body(Row(path: path, columns: columns, index: index, fields: $0))
      }
    }
  }

  /// The fields of a line, without white space and quotes around them.
  private static func fields(_ line: UnsafeRawBufferPointer, _ separator: UInt8) -> [UnsafeRawBufferPointer] {
    var fields: [UnsafeRawBufferPointer] = []
    var (start, isQuoted) = (0, false)
    for place in 0...line.count {
      guard place == line.count || line[place] == separator && !isQuoted else {
        if line[place] == 34 { isQuoted.toggle() }
        continue
      }
      var field = trimmed(UnsafeRawBufferPointer(rebasing: line[start..<place]))
      if field.count >= 2, field.first == 34, field.last == 34 {
        field = trimmed(UnsafeRawBufferPointer(rebasing: field[1..<field.count - 1]))
      }
      fields.append(field)
      start = place + 1
    }
    return fields
  }
}

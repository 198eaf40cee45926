extension ListFile {
  /// The records of a list whose lines have as many fields each.
  struct Records {
    /// The names of the columns, in lower case; `nil` without a header.
    var header: [String]?
    /// The fields of each record, with its index in ``ListFile/lines``.
    var rows: [(index: Int, fields: [String])]
  }

  /// Reads records: all lines but comments.
  ///
  /// A comment begins with # and cannot be a record: it has another number of fields, a first field of # alone, or others
  /// that are none of a record. So an image in a folder `#Ana` is not taken for a comment.
  ///
  /// One separator divides all lines: that which the file names, or the first of tab, comma, semicolon and blanks with which
  /// they have the wanted number of fields. The first line is a header where its fields are names of columns. An index
  /// column, as pandas and R write it, is left out: the header has an empty name for it, or `index`, or none; its values are
  /// integers. A separator that ends every line is left out, too.
  ///
  /// - Parameters:
  ///   - width: how many fields a record has.
  ///   - expected: their meaning, for error messages.
  ///   - isRecord: whether the fields of a line that begins with # may be a record.
  ///   - isHeader: whether the fields of the first line, in lower case, are names of columns.
  /// - Throws: a ``DataError`` with the line: another number of fields, a double quote that does not close its field.
  func records(
    of width: Int,
    _ expected: String,
    isRecord: ([String]) -> Bool,
    isHeader: ([String]) -> Bool
  ) throws -> Records {
    // Where every line begins with #, any of them may be the first record.
    let first = lines.first { !$0.hasPrefix("#") }.map { [$0] } ?? lines
    var errors: [DataError] = []
    for separator in separators {
      guard separator.byte.map({ byte in first.contains { $0.utf8.contains(byte) } }) ?? true else {
        continue
      }
      do throws(DataError) {
        let rows = try rows(between: separator, width, isRecord)
        guard !rows.isEmpty else {
          throw DataError(.lineCount(found: 0, expected: "lines of \(width) fields: \(expected)"), file: path)
        }
        return try records(rows, width, expected, isHeader)
      } catch { errors.append(error) }
    }
    // The separator that divides the most lines is meant; of several the first.
    let farthest = errors.map { $0.line ?? 0 }.max()
    throw errors.first { $0.line ?? 0 == farthest } ?? error(.openQuote, at: 0)
  }

  /// The fields of all lines but comments.
  private func rows(
    between separator: FieldSeparator,
    _ width: Int,
    _ isRecord: ([String]) -> Bool
  ) throws(DataError) -> [(index: Int, fields: [String])] {
    var rows: [(index: Int, fields: [String])] = []
    for index in lines.indices {
      guard lines[index].hasPrefix("#") else {
        rows.append((index, try fields(index, between: separator)))
        continue
      }
      // A comment may hold any quotes.
      guard let fields = try? fields(index, between: separator), fields[0] != "#" else { continue }
      let own = fields.count == width + 1 && fields.last == "" ? Array(fields.dropLast()) : fields
      if own.count == width, isRecord(own) { rows.append((index, fields)) }
    }
    return rows
  }

  private func records(
    _ rows: [(index: Int, fields: [String])],
    _ width: Int,
    _ expected: String,
    _ isHeader: ([String]) -> Bool
  ) throws(DataError) -> Records {
    var rows = rows
    if rows.allSatisfy({ $0.fields.count > width && $0.fields.last == "" }) {
      for place in rows.indices { rows[place].fields.removeLast() }
    }
    var header: [String]?
    var hasIndex = false
    var names = rows[0].fields.map { $0.lowercased() }
    if names.count == width + 1, indexNames.contains(names[0]) {
      hasIndex = true
      names.removeFirst()
    }
    if names.count == width, isHeader(names) || rows[0].fields[0].isEmpty && hasIndex {
      header = names
      rows.removeFirst()
      // A tab before the names is white space at the start of a line; R writes no name at all.
      hasIndex = hasIndex || !rows.isEmpty && rows.allSatisfy { $0.fields.count == width + 1 }
    } else {
      hasIndex = false
    }
    for place in rows.indices {
      let index = rows[place].index
      if hasIndex, rows[place].fields.count == width + 1 {
        let number = rows[place].fields.removeFirst()
        guard Int(number) != nil else {
          throw error(.notANumber(number, column: "the index column that the header names"), at: index)
        }
      }
      guard rows[place].fields.count == width else {
        let found = lines[index].isEmpty ? 0 : rows[place].fields.count
        throw error(.columns(found: found, expected: "\(width): \(expected)"), at: index)
      }
    }
    return Records(header: header, rows: rows)
  }
}

/// What pandas and spreadsheets call an index column in a header, in lower case.
let indexNames: Set<String> = ["", "index", "unnamed: 0"]

/// Whether a text may be the name of a column: letters first, and no path, number or name of a file.
func isColumnName(_ text: String) -> Bool {
  text.first?.isLetter == true && text.allSatisfy { $0.isLetter || $0.isNumber || " _-".contains($0) }
}

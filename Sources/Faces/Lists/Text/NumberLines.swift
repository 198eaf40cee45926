/// A text file of integers, as many on each line, between white space, commas or semicolons, read without making strings:
/// lists of millions of pairs.
///
/// Numbers may stand in double quotes. A first line of names is a header; if it names an index column (as pandas does by an
/// empty name, R by none), each line begins with a number of its own, which is left out.
struct NumberLines {
  let path: String
  /// How many numbers a line has.
  let count: Int
  /// The meaning of the numbers, for error messages.
  let expected: String

  /// Calls the body with the numbers of each line, and its index from 0 in the file.
  ///
  /// - Throws: what the body throws, or a ``DataError`` with the line.
  func read(_ body: (_ index: Int, _ numbers: UnsafeBufferPointer<Int>) throws -> Void) throws {
    try withUnsafeTemporaryAllocation(of: Int.self, capacity: count + 1) { all in
      all.initialize(repeating: 0)
      var line: Line = .first
      try TextLines(path).forEach { index, bytes in
        if case .first = line {
          line = header(bytes)
          if case .first = line { line = .numbers(indexes: 0) } else { return }
        }
        if case .afterHeader = line {
          line = .numbers(
            indexes: parse(bytes, into: UnsafeMutableBufferPointer(rebasing: all[..<(count + 1)])) ? 1 : 0
          )
        }
        guard case .numbers(let indexes) = line else { return }
        let numbers = UnsafeMutableBufferPointer(rebasing: all[..<(count + indexes)])
        guard parse(bytes, into: numbers) else { throw error(bytes, count + indexes, at: index) }
        try body(index, UnsafeBufferPointer(rebasing: numbers[indexes...]))
      }
    }
  }

  /// What the next line is, and how many index columns it has.
  private enum Line {
    case first, afterHeader
    case numbers(indexes: Int)
  }

  /// What follows the first line; `.first` where it is no header.
  private func header(_ line: UnsafeRawBufferPointer) -> Line {
    let separator = FieldSeparator.all.first { $0.byte.map(line.contains) ?? true } ?? .blanks
    let names = (QuotedField.fields(of: line, between: separator) ?? []).map { $0.text ?? "" }
    if names.count == count, names.allSatisfy(isColumnName) { return .afterHeader }
    guard names.count == count + 1, indexNames.contains(names[0].lowercased()) else { return .first }
    return names.dropFirst().allSatisfy { isColumnName($0) || names[0].isEmpty }
      ? .numbers(indexes: 1) : .first
  }

  private func parse(_ line: UnsafeRawBufferPointer, into numbers: UnsafeMutableBufferPointer<Int>) -> Bool {
    func isSeparator(_ byte: UInt8) -> Bool { byte == 44 || byte == 59 }
    var place = 0
    for column in numbers.indices {
      let first = place
      while place < line.count, !isBlank(line[place]), !isSeparator(line[place]) { place += 1 }
      let field = UnsafeRawBufferPointer(rebasing: line[first..<place])
      // Most numbers have no quotes to look for.
      let digits = field.first == 34 ? QuotedField(field)?.bytes : field
      guard let digits, let value = integer(digits) else { return false }
      numbers[column] = value
      // One separator, with or without white space around it, or white space alone.
      while place < line.count, isBlank(line[place]) { place += 1 }
      if place < line.count, isSeparator(line[place]), column < numbers.count - 1 { place += 1 }
      while place < line.count, isBlank(line[place]) { place += 1 }
    }
    return place == line.count
  }

  private func error(_ line: UnsafeRawBufferPointer, _ count: Int, at index: Int) -> DataError {
    let separator = FieldSeparator.all.first { $0.byte.map(line.contains) ?? true } ?? .blanks
    guard let fields = QuotedField.fields(of: line, between: separator), !line.isEmpty else {
      let problem =
        line.isEmpty ? .columns(found: 0, expected: "\(count): \(expected)") : DataError.Problem.openQuote
      return DataError(problem, file: path, line: index + 1)
    }
    if fields.count == count, let wrong = fields.first(where: { integer($0.bytes) == nil }) {
      let text = wrong.text ?? "bytes that are not UTF-8"
      return DataError(.notANumber(text, column: "one of \(expected)"), file: path, line: index + 1)
    }
    let meaning =
      "\(count): \(expected)" + (count > self.count ? ", after the index that the header names" : "")
    return DataError(.columns(found: fields.count, expected: meaning), file: path, line: index + 1)
  }
}

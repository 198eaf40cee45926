/// A text file of integers, as many on each line, between white space or commas, read without making strings: lists of
/// millions of pairs.
struct NumberLines {
  let path: String
  /// How many numbers a line has.
  let count: Int
  /// The meaning of the numbers, for error messages.
  let expected: String

  /// Calls the body with the numbers of each line, and its index from 0.
  ///
  /// - Throws: what the body throws, or a ``DataError`` with the line.
  func read(_ body: (_ index: Int, _ numbers: UnsafeBufferPointer<Int>) throws -> Void) throws {
    try withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { numbers in
      numbers.initialize(repeating: 0)
      try TextLines(path).forEach { index, line in
        guard parse(line, into: numbers) else { throw error(line, at: index) }
        try body(index, UnsafeBufferPointer(numbers))
      }
    }
  }

  private func parse(_ line: UnsafeRawBufferPointer, into numbers: UnsafeMutableBufferPointer<Int>) -> Bool {
    var place = 0
    for column in 0..<count {
      let first = place
      while place < line.count, !isBlank(line[place]), line[place] != 44 { place += 1 }
      guard let value = integer(UnsafeRawBufferPointer(rebasing: line[first..<place])) else { return false }
      numbers[column] = value
      // One comma, with or without white space around it, or white space alone.
      while place < line.count, isBlank(line[place]) { place += 1 }
      if place < line.count, line[place] == 44, column < count - 1 { place += 1 }
      while place < line.count, isBlank(line[place]) { place += 1 }
    }
    return place == line.count
  }

  private func error(_ line: UnsafeRawBufferPointer, at index: Int) -> DataError {
    let words = String(decoding: line, as: UTF8.self).split { $0.isWhitespace || $0 == "," }
    let problem: DataError.Problem
    if words.count == count, let word = words.first(where: { Int($0) == nil }) {
      problem = .notANumber(String(word), column: "one of \(expected)")
    } else {
      problem = .columns(found: words.count, expected: "\(count): \(expected)")
    }
    return DataError(problem, file: path, line: index + 1)
  }
}

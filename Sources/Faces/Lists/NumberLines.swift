internal import Foundation

/// A text file of whole numbers between white space, as many on each line, read without making strings: lists of
/// millions of pairs.
struct NumberLines {
  let path: String
  /// How many numbers a line has.
  let count: Int
  /// What they are, for errors.
  let expected: String

  /// Calls the body with the numbers of each line, and its index from 0.
  ///
  /// - Throws: what the body throws, or a ``DataError`` with the line.
  func read(_ body: (_ index: Int, _ numbers: [Int]) throws -> Void) throws {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw DataError(.unreadable(reason: reason(of: error)), file: path)
    }
    var numbers = [Int](repeating: 0, count: count)
    try data.withUnsafeBytes { bytes in
      var start = 0
      var index = 0
      while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        guard parse(line, into: &numbers) else { throw error(line, at: index) }
        try body(index, numbers)
        start = end + 1
        index += 1
      }
    }
  }

  private func parse(_ line: UnsafeRawBufferPointer, into numbers: inout [Int]) -> Bool {
    var place = 0
    for column in 0...count {
      while place < line.count, line[place] == 32 || line[place] == 9 || line[place] == 13 { place += 1 }
      guard column < count else { break }
      let isNegative = place < line.count && line[place] == 45
      if isNegative { place += 1 }
      let first = place
      var value = 0
      while place < line.count, (48...57).contains(line[place]), place - first < 18 {
        value = value * 10 + Int(line[place] - 48)
        place += 1
      }
      guard place > first, place == line.count || line[place] <= 32 else { return false }
      numbers[column] = isNegative ? -value : value
    }
    return place == line.count
  }

  private func error(_ line: UnsafeRawBufferPointer, at index: Int) -> DataError {
    let words = String(decoding: line, as: UTF8.self).split { $0.isWhitespace }
    let problem: DataError.Problem
    if words.count == count, let word = words.first(where: { Int($0) == nil }) {
      problem = .notANumber(String(word), column: "one of \(expected)")
    } else {
      problem = .columns(found: words.count, expected: "\(count): \(expected)")
    }
    return DataError(problem, file: path, line: index + 1)
  }
}

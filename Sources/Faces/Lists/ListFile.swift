internal import Foundation

/// A text file of one record a line, with what every reader of lists needs: fields, numbers and places.
struct ListFile {
  let path: String
  /// The lines without their ends; an empty last line is not counted.
  let lines: [Substring]

  init(_ path: String) throws {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw DataError(.unreadable(reason: reason(of: error)), file: path)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw DataError(.format(found: "bytes that are no UTF-8", expected: "text"), file: path)
    }
    self.path = path
    // Some published lists have CR LF; both end a line.
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    if lines.last?.isEmpty == true { lines.removeLast() }
    self.lines = lines
  }

  /// Returns an error on a line counted from 0.
  func error(_ problem: DataError.Problem, at index: Int) -> DataError {
    DataError(problem, file: path, line: index + 1)
  }

  /// The fields of a line between white space.
  func words(_ index: Int) -> [Substring] { lines[index].split { $0 == " " || $0 == "\t" } }

  /// The fields of a line between a separator, trimmed.
  func fields(_ index: Int, separator: Character) -> [String] {
    lines[index].split(separator: separator, omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Reads a whole number of a line.
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

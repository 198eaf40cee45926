/// One message of the compiler, with the place it named.
struct Diagnostic: Hashable, Sendable {
  var file: String
  var line: Int
  var column: Int
  var severity: String
  var message: String

  /// Reads the header lines of messages in the style `file:line:column: error: text`.
  static func read(_ text: String) -> [Diagnostic] {
    text.split(separator: "\n").compactMap { line in Diagnostic(header: line) }
  }

  private init?(header: Substring) {
    for severity in ["error", "warning", "note", "remark"] {
      guard let range = header.firstRange(of: ": \(severity): ") else { continue }
      let place = header[..<range.lowerBound].split(separator: ":", omittingEmptySubsequences: false)
      guard place.count >= 3, let line = Int(place[place.count - 2]), let column = Int(place[place.count - 1])
      else { continue }
      self.file = place.dropLast(2).joined(separator: ":")
      self.line = line
      self.column = column
      self.severity = severity
      message = String(header[range.upperBound...])
      return
    }
    return nil
  }
}

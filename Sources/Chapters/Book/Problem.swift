/// An error or a warning about a book's text, with its place: one line of what `check` prints.
package struct Problem: Hashable, Sendable, CustomStringConvertible {
  package var severity: Severity
  package var location: SourceLocation
  /// A sentence: what was found, what was expected, and what to do.
  package var sentence: String

  package init(_ severity: Severity, at location: SourceLocation, _ sentence: String) {
    self.severity = severity
    self.location = location
    self.sentence = sentence
  }

  /// An error gives exit status 1; a warning does not.
  package enum Severity: String, Hashable, Sendable { case error, warning }

  package var description: String { "\(location): \(severity.rawValue): \(sentence)" }
}

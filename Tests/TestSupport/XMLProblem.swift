internal import Foundation
internal import FoundationXML

/// Returns why a text is not well-formed XML, with line and column, or nil if it is. The parser is libxml2.
public func xmlProblem(in text: String) -> String? {
  let parser = XMLParser(data: Data(text.utf8))
  if parser.parse() { return nil }
  let reason = parser.parserError.map { "\($0)" } ?? "unknown error"
  return "line \(parser.lineNumber), column \(parser.columnNumber): \(reason)"
}

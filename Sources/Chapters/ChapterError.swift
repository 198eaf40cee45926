/// An error in the text of a chapter, with its place.
package enum ChapterError: Error, Hashable, Sendable {
  case notUTF8(SourceLocation)
  /// Blocks or inlines inside each other beyond `CMarkReader.deepestNesting`.
  case nestedTooDeeply(limit: Int, SourceLocation)
  /// A word of an info string without an equals sign.
  case notAnAttribute(String, SourceLocation)
  case unknownAttribute(String, suggestion: String?, SourceLocation)
  case repeatedAttribute(String, SourceLocation)
  /// An invalid value of an attribute; `expected` describes the valid ones.
  case badValue(attribute: String, value: String, expected: String, suggestion: String?, SourceLocation)
  case missingCellID(SourceLocation)
  /// A fence of another language with the attributes of a cell.
  case misspelledSwift(String, SourceLocation)
  case unclosedCell(String, SourceLocation)
  case duplicateCellID(String, first: SourceLocation, second: SourceLocation)
  case duplicateEquationLabel(String, first: SourceLocation, second: SourceLocation)
  case repeatedNote(String, SourceLocation)
  case duplicateFigureLabel(String, first: SourceLocation, second: SourceLocation)
  case badReference(kind: Reference.Kind, target: String, expected: String, SourceLocation)

  /// Where the author should look.
  package var location: SourceLocation {
    switch self {
    case .notUTF8(let place), .nestedTooDeeply(_, let place), .notAnAttribute(_, let place),
      .unknownAttribute(_, _, let place), .repeatedAttribute(_, let place),
      .badValue(_, _, _, _, let place), .missingCellID(let place), .misspelledSwift(_, let place),
      .unclosedCell(_, let place), .duplicateCellID(_, _, let place),
      .duplicateEquationLabel(_, _, let place), .repeatedNote(_, let place),
      .duplicateFigureLabel(_, _, let place),
      .badReference(_, _, _, let place):
      place
    }
  }
}

extension ChapterError {
  /// Whether the error concerns prose alone, so that the chapter can still be run and shown.
  var isOfProse: Bool {
    switch self {
    case .badReference, .duplicateEquationLabel, .repeatedNote, .duplicateFigureLabel: true
    case .notUTF8, .nestedTooDeeply, .notAnAttribute, .unknownAttribute, .repeatedAttribute, .badValue,
      .missingCellID,
      .misspelledSwift, .unclosedCell, .duplicateCellID:
      false
    }
  }
}

/// Every error of one chapter, in the order of the text.
package struct ChapterErrors: Error, Hashable, Sendable, CustomStringConvertible {
  package var errors: [ChapterError]

  package init(_ errors: [ChapterError]) { self.errors = errors }

  package var description: String { errors.map(\.description).joined(separator: "\n") }
}

extension ChapterError: CustomStringConvertible {
  package var description: String { "\(location): \(sentence)" }

  /// The error as a sentence without the place: what was found, what was expected, and what to do.
  package var sentence: String {
    switch self {
    case .notUTF8:
      "these bytes are not UTF-8; save the file in that encoding"
    case .nestedTooDeeply(let limit, _):
      "more than \(limit) levels of quotes, lists or emphasis inside each other; write it flatter"
    case .notAnAttribute(let word, _):
      "'\(word)' is not an attribute; attributes are written name=value, such as id=roc"
    case .unknownAttribute(let name, let suggestion, _):
      "there is no attribute '\(name)'" + question(suggestion)
    case .repeatedAttribute(let name, _):
      "the attribute '\(name)' is given twice; keep one"
    case .badValue(let attribute, let value, let expected, let suggestion, _):
      "'\(value)' is not a value of '\(attribute)'; expected \(expected)" + question(suggestion)
    case .missingCellID:
      "a cell needs an id, such as id=roc; without any attribute the fence is a listing"
    case .misspelledSwift(let word, _):
      "a cell begins with the word 'swift', this fence with '\(word)'"
    case .unclosedCell(let id, _):
      "the cell '\(id)' is never closed; end it with a line of the same fence"
    case .duplicateCellID(let id, let first, _):
      "the id '\(id)' is already taken at \(first); give each cell its own"
    case .duplicateEquationLabel(let label, let first, _):
      "the label '\(label)' is already taken at \(first); give each equation its own"
    case .repeatedNote(let label, _):
      "the note '\(label)' has a text already; give each note its own label"
    case .duplicateFigureLabel(let label, let first, _):
      "the picture's label '\(label)' is already taken at \(first); give each picture its own"
    case .badReference(let kind, let target, let expected, _):
      "'\(kind.rawValue):\(target)' leads nowhere; expected \(expected)"
    }
  }
}

/// The end of a sentence that offers another spelling.
func question(_ suggestion: String?) -> String {
  suggestion.map { "; did you mean '\($0)'?" } ?? ""
}

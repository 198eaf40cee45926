/// An error in `book.yml`, or a missing file that it names, with its place.
package enum BookError: Error, Hashable, Sendable {
  case unreadable(path: String, reason: String)
  /// The text is not valid YAML: what the parser says, and where.
  case syntax(String, SourceLocation)
  case unknownKey(String, suggestion: String?, SourceLocation)
  /// A key of `phrases:` that is no phrase of the pages.
  case unknownPhrase(String, suggestion: String?, SourceLocation)
  case repeatedKey(String, SourceLocation)
  case missingKey(String, SourceLocation)
  case wrongType(key: String, expected: String, found: String, SourceLocation)
  case badValue(key: String, value: String, expected: String, suggestion: String?, SourceLocation)
  /// A file that `book.yml` names and that is not there.
  case missingFile(String, suggestion: String?, SourceLocation)
  case repeatedChapter(String, SourceLocation)
  /// Two files whose names differ only in the number.
  case sameChapterID(String, first: String, second: String, SourceLocation)
  /// Two files whose chapters would have one page.
  case samePage(String, first: String, second: String, SourceLocation)
  /// A macro for formulas that cannot be used: a sentence.
  case macro(String, SourceLocation)
}

/// Every error of a book's `book.yml`, in the order of the file.
package struct BookErrors: Error, Hashable, Sendable, CustomStringConvertible {
  package var errors: [BookError]

  package init(_ errors: [BookError]) { self.errors = errors }

  package var description: String { errors.map(\.description).joined(separator: "\n") }
}

extension BookError: CustomStringConvertible {
  package var description: String { "\(location): \(sentence)" }

  /// Where the author should look.
  package var location: SourceLocation {
    switch self {
    case .unreadable(let path, _): SourceLocation(file: path, line: 1)
    case .syntax(_, let place), .unknownKey(_, _, let place), .unknownPhrase(_, _, let place),
      .repeatedKey(_, let place),
      .missingKey(_, let place), .wrongType(_, _, _, let place), .badValue(_, _, _, _, let place),
      .missingFile(_, _, let place), .repeatedChapter(_, let place), .sameChapterID(_, _, _, let place),
      .samePage(_, _, _, let place), .macro(_, let place):
      place
    }
  }

  /// The error as a sentence without the place: what was found, what was expected, and what to do.
  package var sentence: String {
    switch self {
    case .unreadable(_, let reason): "cannot be read: \(reason)"
    case .syntax(let problem, _): "this is not YAML: \(problem)"
    case .unknownKey(let key, let suggestion, _): "there is no setting '\(key)'" + question(suggestion)
    case .unknownPhrase(let text, let suggestion, _):
      "'\(text)' is not a phrase of the pages; expected the English words that a page shows, such as Figure"
        + question(suggestion)
    case .repeatedKey(let key, _): "the setting '\(key)' is given twice; keep one"
    case .missingKey(let key, _): "the setting '\(key)' is missing; a book needs it"
    case .wrongType(let key, let expected, let found, _):
      "'\(key)' must be \(expected), and is \(found)"
    case .badValue(let key, let value, let expected, let suggestion, _):
      "'\(value)' is not a value of '\(key)'; expected \(expected)" + question(suggestion)
    case .missingFile(let file, let suggestion, _):
      "there is no file '\(file)' in the book's folder" + question(suggestion)
    case .repeatedChapter(let file, _): "the chapter '\(file)' is listed twice; keep one"
    case .sameChapterID(let id, let first, let second, _):
      "'\(first)' and '\(second)' both have the id '\(id)'; rename one"
    case .samePage(let page, let first, let second, _):
      "'\(first)' and '\(second)' both have the page '\(page)'; rename one"
    case .macro(let sentence, _): sentence
    }
  }
}

internal import Findings

/// Reads the info string of a fence: `swift id=roc needs=a,b reads=data/pairs.txt echo=fold timeout=90s`.
///
/// - A `swift` fence with attributes is a cell, without any it is a listing.
/// - A `math` fence is a display formula; `label=name` makes it `equation:name`.
/// - Any other fence is a listing, whatever else its info string says.
struct FenceReader {
  enum Fence {
    case cell(Cell)
    case math(label: String?)
    case listing
  }

  let info: String
  let code: String
  /// The place of the fence.
  let location: SourceLocation
  /// Returns the place of a word of the info string.
  let place: (String) -> SourceLocation
  private(set) var errors: [ChapterError] = []

  init(info: String, code: String, location: SourceLocation, place: @escaping (String) -> SourceLocation) {
    self.info = info
    self.code = code
    self.location = location
    self.place = place
  }

  mutating func read() -> Fence {
    let words = info.split { $0 == " " || $0 == "\t" }.map(String.init)
    guard let language = words.first else { return .listing }
    let rest = words.dropFirst()
    switch language {
    case "swift":
      return rest.isEmpty ? .listing : cell(rest)
    case "math":
      return .math(label: attributes(rest, known: ["label"])["label"].flatMap { label($0) })
    default:
      let looksLikeCell = rest.contains { $0.hasPrefix("id=") }
      if looksLikeCell, Spelling.nearest(to: language, in: ["swift"]) != nil {
        errors.append(.misspelledSwift(language, place(language)))
      }
      return .listing
    }
  }

  private mutating func cell(_ words: ArraySlice<String>) -> Fence {
    let given = attributes(words, known: ["id", "needs", "reads", "echo", "timeout"])
    var cell = Cell(id: "", code: code, location: location)
    if let id = given["id"] {
      cell.id = name(id, attribute: "id") ?? id
    } else if errors.isEmpty {
      errors.append(.missingCellID(location))
    }
    if let needs = given["needs"] {
      cell.needs = items(of: needs).compactMap { name($0, attribute: "needs") }
    }
    if let reads = given["reads"] { cell.reads = items(of: reads).compactMap { path($0) } }
    if let echo = given["echo"] { cell.echo = self.echo(echo) }
    if let timeout = given["timeout"] { cell.timeout = seconds(timeout) }
    return .cell(cell)
  }

  /// Parses words of the form `name=value`; each name must be among `known` and occur once.
  private mutating func attributes(_ words: ArraySlice<String>, known: [String]) -> [String: String] {
    var values: [String: String] = [:]
    for word in words {
      guard let equals = word.firstIndex(of: "=") else {
        errors.append(.notAnAttribute(word, place(word)))
        continue
      }
      let name = String(word[..<equals])
      if !known.contains(name) {
        let suggestion = Spelling.nearest(to: name, in: known)
        errors.append(.unknownAttribute(name, suggestion: suggestion, place(word)))
      } else if values[name] != nil {
        errors.append(.repeatedAttribute(name, place(word)))
      } else {
        values[name] = String(word[word.index(after: equals)...])
      }
    }
    return values
  }

  private mutating func name(_ value: String, attribute: String) -> String? {
    if Finding.isName(value) { return value }
    let expected = "lower-case letters, digits and single hyphens, a letter first"
    reject(value, for: attribute, expected: expected)
    return nil
  }

  private func items(of list: String) -> [String] {
    list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  private mutating func path(_ value: String) -> String? {
    if let path = BookPath.normalised(value) { return path }
    reject(value, for: "reads", expected: "a path inside the book's folder, such as data/pairs.txt")
    return nil
  }

  private mutating func label(_ value: String) -> String? { name(value, attribute: "label") }

  private mutating func echo(_ value: String) -> Cell.Echo {
    if let echo = Cell.Echo(rawValue: value) { return echo }
    let words = Cell.Echo.allCases.map(\.rawValue)
    reject(
      value,
      for: "echo",
      expected: words.joined(separator: ", "),
      suggestion: Spelling.nearest(to: value, in: words)
    )
    return .show
  }

  /// Reads `90s`, `15m`, `2h` or a bare number of seconds.
  private mutating func seconds(_ value: String) -> Double? {
    if let seconds = TimeText.seconds(value) { return seconds }
    reject(value, for: "timeout", expected: TimeText.expected)
    return nil
  }

  private mutating func reject(
    _ value: String,
    for attribute: String,
    expected: String,
    suggestion: String? = nil
  ) {
    errors.append(
      .badValue(
        attribute: attribute,
        value: value,
        expected: expected,
        suggestion: suggestion,
        place("\(attribute)=")
      )
    )
  }
}

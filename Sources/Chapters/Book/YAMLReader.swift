internal import Yams

/// Reads a YAML mapping by a schema and collects every error with its line. No other file uses Yams.
struct YAMLReader {
  private let file: String
  private(set) var errors: [BookError] = []

  /// A setting's value before its type is known.
  struct Value {
    fileprivate let node: Node
    let location: SourceLocation

    var isMapping: Bool {
      if case .mapping = node { return true }
      return false
    }
  }

  /// A mapping whose keys have been checked.
  struct Settings {
    fileprivate(set) var values: [String: Value] = [:]
    /// Keys in the order of the file.
    fileprivate(set) var keys: [String] = []
    let location: SourceLocation

    subscript(key: String) -> Value? { values[key] }
  }

  init(file: String) { self.file = file }

  mutating func add(_ error: BookError) { errors.append(error) }

  /// Reads the whole text as one mapping.
  mutating func settings(in text: String, known: [String]) -> Settings? {
    do {
      guard let node = try root(of: text) else {
        return Settings(location: SourceLocation(file: file, line: 1))
      }
      return settings(Value(node: node, location: location(of: node)), key: "book.yml", known: known)
    } catch let error as YamlError {
      add(describe(error))
    } catch let error as BookError {
      add(error)
    } catch {
      add(.syntax("\(error)", SourceLocation(file: file, line: 1)))
    }
    return nil
  }

  /// Stands for `*` where no alias may be read: a sign that no name of YAML may have.
  private static let asterisk: Unicode.Scalar = "\u{E000}"

  /// Parses a text without anchors (`&name`) and aliases (`*name`).
  ///
  /// A few lines of aliases can expand to more than fits into memory, and the parser expands those among the keys of a
  /// mapping itself. So the text is first parsed with another sign for each `*`: only what has no anchor, and so no alias
  /// that means anything, is parsed as it stands.
  private func root(of text: String) throws -> Node? {
    var signs = String.UnicodeScalarView()
    signs.append(contentsOf: text.unicodeScalars.lazy.map { $0 == "*" ? Self.asterisk : $0 })
    let parser = try Parser(yaml: String(signs))
    let node = try parser.singleRoot()
    // A node's anchor lives as long as the parser.
    if let anchored = withExtendedLifetime(parser, { node.flatMap(Self.firstAnchored) }) {
      throw BookError.syntax(
        "anchors and aliases are not used here; write the value out",
        location(of: anchored)
      )
    }
    guard text.unicodeScalars.contains("*") else { return node }
    do { return try Yams.compose(yaml: text) } catch let error as YamlError {
      // With another sign for `*` it was YAML.
      guard case .syntax(let problem, let place) = describe(error) else { throw error }
      let hint = "; a text that begins with * needs quotation marks, such as title: \"*Faces*\""
      throw BookError.syntax(problem + hint, place)
    }
  }

  /// The first node with an anchor, in the order of the file.
  private static func firstAnchored(_ node: Node) -> Node? {
    if node.anchor != nil { return node }
    switch node {
    case .scalar, .alias: return nil
    case .sequence(let nodes): return nodes.lazy.compactMap(firstAnchored).first
    case .mapping(let pairs):
      return pairs.lazy.flatMap { [$0.key, $0.value] }.compactMap(firstAnchored).first
    }
  }

  /// Reads a value as a mapping; `known` lists the keys it may have, `nil` any, and `unknown` makes the error of another.
  mutating func settings(
    _ value: Value,
    key: String,
    known: [String]?,
    unknown: (String, String?, SourceLocation) -> BookError = BookError.unknownKey
  ) -> Settings? {
    guard case .mapping(let mapping) = value.node else {
      mismatch(value, key: key, expected: "a mapping of settings")
      return nil
    }
    var settings = Settings(location: value.location)
    for (keyNode, node) in mapping {
      let place = location(of: keyNode)
      guard case .scalar(let scalar) = keyNode else {
        add(.wrongType(key: key, expected: "a mapping with words as keys", found: kind(keyNode), place))
        continue
      }
      let name = scalar.string
      if let known, !known.contains(name) {
        add(unknown(name, Spelling.nearest(to: name, in: known), place))
      } else {
        settings.keys.append(name)
        settings.values[name] = Value(node: node, location: location(of: node))
      }
    }
    return settings
  }

  /// Reads a value as a text that is not empty; numbers and dates are texts too.
  mutating func text(_ value: Value, key: String) -> String? {
    if case .scalar(let scalar) = value.node, value.node.tag != Tag(.null), !scalar.string.isEmpty {
      return scalar.string
    }
    mismatch(value, key: key, expected: "a text")
    return nil
  }

  /// Reads a value as a list of texts.
  mutating func texts(_ value: Value, key: String) -> [(text: String, location: SourceLocation)] {
    values(value, key: key).compactMap { item in text(item, key: key).map { ($0, item.location) } }
  }

  /// Reads a value as one text or a list of texts.
  mutating func oneOrMoreTexts(_ value: Value, key: String) -> [(text: String, location: SourceLocation)] {
    if case .scalar = value.node { return text(value, key: key).map { [($0, value.location)] } ?? [] }
    return texts(value, key: key)
  }

  /// Reads a value as a list, whose items may have any type.
  mutating func values(_ value: Value, key: String) -> [Value] {
    guard case .sequence(let nodes) = value.node else {
      mismatch(value, key: key, expected: "a list of texts")
      return []
    }
    return nodes.map { Value(node: $0, location: location(of: $0)) }
  }

  private mutating func mismatch(_ value: Value, key: String, expected: String) {
    add(.wrongType(key: key, expected: expected, found: kind(value.node), value.location))
  }

  private func kind(_ node: Node) -> String {
    switch node {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    case .scalar(let scalar):
      node.tag == Tag(.null) || scalar.string.isEmpty ? "empty" : "'\(scalar.string.prefix(80))'"
    }
  }

  private func location(of node: Node) -> SourceLocation {
    SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private func describe(_ error: YamlError) -> BookError {
    func place(_ mark: Mark) -> SourceLocation {
      SourceLocation(file: file, line: mark.line, column: mark.column)
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let hint =
        problem.contains("mapping values are not allowed")
        ? "; a text that contains a colon and a space needs quotation marks, such as title: \"Part 1: Faces\""
        : ""
      return .syntax(problem + hint, place(mark))
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = (duplicates.first ?? "").replacing(String(Self.asterisk), with: "*")
      return .repeatedKey(key, place(context.mark))
    case .reader(let problem, _, _, _):
      return .syntax(problem, SourceLocation(file: file, line: 1))
    default:
      return .syntax("\(error)", SourceLocation(file: file, line: 1))
    }
  }
}

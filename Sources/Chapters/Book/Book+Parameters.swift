package import Findings

extension Book {
  /// A value of the book that `marginalia render --set NAME=VALUE` may change, and that cells read by
  /// `Notebook.current.parameter`.
  package struct Parameter: Hashable, Sendable {
    /// In kebab-case.
    package var name: String
    package var meaning: String
    /// The value without `--set`.
    package var standard: ParameterValue
    /// The least and the greatest value of a number or an integer; `nil` for any.
    package var range: ClosedRange<Double>?
    /// The values that a text may have; empty for any.
    package var choices: [String]

    package init(
      name: String,
      meaning: String = "",
      standard: ParameterValue,
      range: ClosedRange<Double>? = nil,
      choices: [String] = []
    ) {
      self.name = name
      self.meaning = meaning
      self.standard = standard
      self.range = range
      self.choices = choices
    }

    /// The values that are allowed, as the end of a sentence: `a number from 0 to 1`.
    package var expectation: String {
      let kind = standard.kind
      switch kind {
      case .number, .integer:
        let noun = kind == .number ? "a number" : "a whole number"
        guard let range else { return noun }
        return "\(noun) from \(Self.bound(range.lowerBound, kind)) to \(Self.bound(range.upperBound, kind))"
      case .boolean: return "true or false"
      case .text: return choices.isEmpty ? "a text" : "one of " + choices.joined(separator: ", ")
      }
    }

    private static func bound(_ number: Double, _ kind: ParameterValue.Kind) -> String {
      kind == .integer ? Int(exactly: number).map { "\($0)" } ?? "\(number)" : "\(number)"
    }

    /// Reads a value; `nil` where it is not of the parameter's type or not allowed.
    package func value(parsing text: String) -> ParameterValue? {
      guard let value = ParameterValue(standard.kind, parsing: text) else { return nil }
      if let range, let number = value.number, !range.contains(number) { return nil }
      if !choices.isEmpty, !choices.contains(value.text) { return nil }
      return value
    }
  }

  /// Reads `parameters:`, a mapping of names to `type`, `default`, `range` or `values`, and `description`.
  mutating func readParameters(_ settings: YAMLReader.Settings, _ reader: inout YAMLReader) {
    let key = "parameters"
    guard let value = settings[key], let list = reader.settings(value, key: key, known: nil) else { return }
    for name in list.keys {
      guard let value = list[name] else { continue }
      guard Finding.isName(name) else {
        let expected = "a name in kebab-case, such as margin"
        reader.add(.badValue(key: key, value: name, expected: expected, suggestion: nil, value.location))
        continue
      }
      if let parameter = Self.parameter(name, value, &reader) { parameters.append(parameter) }
    }
  }

  private static func parameter(
    _ name: String,
    _ value: YAMLReader.Value,
    _ reader: inout YAMLReader
  ) -> Parameter? {
    let key = "parameters: \(name)"
    let known = ["type", "default", "range", "values", "description"]
    guard let fields = reader.settings(value, key: key, known: known) else { return nil }
    for needed in ["type", "default"] where fields[needed] == nil {
      reader.add(.missingKey("\(key): \(needed)", value.location))
    }
    guard let type = fields["type"], let default_ = fields["default"],
      let word = reader.text(type, key: "type")
    else { return nil }
    let kinds = ParameterValue.Kind.allCases.map(\.rawValue)
    guard let kind = ParameterValue.Kind(rawValue: word) else {
      let expected = "one of " + kinds.joined(separator: ", ")
      let nearest = Spelling.nearest(to: word, in: kinds)
      reader.add(.badValue(key: "type", value: word, expected: expected, suggestion: nearest, type.location))
      return nil
    }
    guard let text = reader.text(default_, key: "default") else { return nil }
    guard let standard = ParameterValue(kind, parsing: text) else {
      let expected = Parameter(name: name, standard: Self.example(kind)).expectation
      reader.add(
        .badValue(key: "default", value: text, expected: expected, suggestion: nil, default_.location)
      )
      return nil
    }
    var parameter = Parameter(name: name, standard: standard)
    parameter.meaning = fields["description"].flatMap { reader.text($0, key: "description") } ?? ""
    if let range = fields["range"] { parameter.range = Self.range(range, kind, &reader) }
    if let values = fields["values"] { parameter.choices = Self.choices(values, kind, &reader) }
    if parameter.value(parsing: text) == nil {
      let expected = parameter.expectation
      reader.add(
        .badValue(key: "default", value: text, expected: expected, suggestion: nil, default_.location)
      )
    }
    return parameter
  }

  /// Some value of a kind.
  private static func example(_ kind: ParameterValue.Kind) -> ParameterValue {
    let text =
      switch kind {
      case .number, .integer, .text: "0"
      case .boolean: "true"
      }
    guard let value = ParameterValue(kind, parsing: text) else {
      preconditionFailure("\(text) is of any kind")
    }
    return value
  }

  private static func range(
    _ value: YAMLReader.Value,
    _ kind: ParameterValue.Kind,
    _ reader: inout YAMLReader
  ) -> ClosedRange<Double>? {
    let texts = reader.texts(value, key: "range").map(\.text)
    let bounds = texts.compactMap { ParameterValue(kind, parsing: $0)?.number }
    if bounds.count == 2, texts.count == 2, bounds[0] <= bounds[1] { return bounds[0]...bounds[1] }
    let isNumber = kind == .number || kind == .integer
    let expected =
      isNumber ? "the least and the greatest value, such as [0, 1]" : "no range: it is for number and integer"
    let found = texts.joined(separator: ", ")
    reader.add(.badValue(key: "range", value: found, expected: expected, suggestion: nil, value.location))
    return nil
  }

  private static func choices(
    _ value: YAMLReader.Value,
    _ kind: ParameterValue.Kind,
    _ reader: inout YAMLReader
  ) -> [String] {
    let texts = reader.texts(value, key: "values").map(\.text)
    if kind == .text, !texts.isEmpty { return texts }
    let expected = kind == .text ? "at least one value" : "no values: they are for text"
    let found = texts.joined(separator: ", ")
    reader.add(.badValue(key: "values", value: found, expected: expected, suggestion: nil, value.location))
    return []
  }
}

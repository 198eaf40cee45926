/// A value of a parameter that a book declares under `parameters:`.
package struct ParameterValue: Hashable, Sendable {
  package let kind: Kind
  /// The value as text, in one form for each value: `0.50` and `.5` are `0.5`. Its digest is what a cell has read.
  package let text: String

  /// The kinds of parameters, by their words in `book.yml`.
  package enum Kind: String, CaseIterable, Codable, Hashable, Sendable { case number, integer, boolean, text }

  /// Reads a value as it stands in `book.yml` or behind `--set NAME=`; `nil` where it is not of the kind. NaN and infinity
  /// are no numbers here.
  package init?(_ kind: Kind, parsing text: String) {
    self.kind = kind
    switch kind {
    case .number:
      guard let number = Double(text), number.isFinite else { return nil }
      // Minus zero is zero.
      self.text = "\(number + 0)"
    case .integer:
      guard let integer = Int(text) else { return nil }
      self.text = "\(integer)"
    case .boolean:
      guard ["true", "false"].contains(text) else { return nil }
      self.text = text
    case .text:
      guard !text.utf8.contains(where: { $0 < 32 }) else { return nil }
      self.text = text
    }
  }

  /// The value of a number or an integer; `nil` for another kind.
  package var number: Double? { kind == .number || kind == .integer ? Double(text) : nil }
}

extension ParameterValue: Codable {
  private enum CodingKeys: String, CodingKey { case kind, text }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try values.decode(Kind.self, forKey: .kind)
    guard let value = ParameterValue(kind, parsing: try values.decode(String.self, forKey: .text)) else {
      throw DecodingError.dataCorruptedError(
        forKey: .text,
        in: values,
        debugDescription: "the value is not of its kind, \(kind.rawValue)"
      )
    }
    self = value
  }
}

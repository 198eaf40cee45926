/// What a place of a table holds: a text is a JSON string, a number a number, a measurement an object, and what was not
/// measured `null`. A number that is not finite is `{"number": "NaN"}`, so that it is no text.
extension Table.Value: Codable {
  private enum Key: String, CodingKey { case number }

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .missing
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let number = try? decoder.container(keyedBy: Key.self).decode(Double.self, forKey: .number) {
      self = .number(number)
    } else {
      self = .measurement(try value.decode(Measured.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .number(let number) where !number.isFinite:
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(number, forKey: .number)
    case .text(let text):
      var value = encoder.singleValueContainer()
      try value.encode(text)
    case .number(let number):
      var value = encoder.singleValueContainer()
      try value.encode(number)
    case .measurement(let measured):
      var value = encoder.singleValueContainer()
      try value.encode(measured)
    case .missing:
      var value = encoder.singleValueContainer()
      try value.encodeNil()
    }
  }
}

/// The JSON form of a table's cell: a text is a string, a number a number, a measurement an object, a value that was not
/// measured `null`. NaN and infinity are objects such as `{"number": "NaN"}`, since a string would be a text.
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

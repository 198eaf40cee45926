/// The JSON form of a finding's content: its kind, and under the name of the kind the value.
///
///     {"kind": "measurement", "measurement": {"value": 0.9963, "unit": "fraction", …}}
extension Finding.Content: Codable {
  private enum Kind: String, Codable { case measurement, claim, table, chart, images, note }
  private enum Key: String, CodingKey { case kind, measurement, claim, table, chart, images, note }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self =
      switch try values.decode(Kind.self, forKey: .kind) {
      case .measurement: .measurement(try values.decode(Measured.self, forKey: .measurement))
      case .claim: .claim(try values.decode(Claim.self, forKey: .claim))
      case .table: .table(try values.decode(Table.self, forKey: .table))
      case .chart: .chart(try values.decode(Chart.self, forKey: .chart))
      case .images: .images(try values.decode(ImageGrid.self, forKey: .images))
      case .note: .note(try values.decode(Note.self, forKey: .note))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .measurement(let measured):
      try values.encode(Kind.measurement, forKey: .kind)
      try values.encode(measured, forKey: .measurement)
    case .claim(let claim):
      try values.encode(Kind.claim, forKey: .kind)
      try values.encode(claim, forKey: .claim)
    case .table(let table):
      try values.encode(Kind.table, forKey: .kind)
      try values.encode(table, forKey: .table)
    case .chart(let chart):
      try values.encode(Kind.chart, forKey: .kind)
      try values.encode(chart, forKey: .chart)
    case .images(let images):
      try values.encode(Kind.images, forKey: .kind)
      try values.encode(images, forKey: .images)
    case .note(let note):
      try values.encode(Kind.note, forKey: .kind)
      try values.encode(note, forKey: .note)
    }
  }
}

/// A unit is a word, `none`, `fraction`, `count`, `seconds` or `bytes`, and any other `{"symbol": "images/s"}`.
extension Measured.Unit: Codable {
  private enum Key: String, CodingKey { case symbol }

  private var word: String? {
    switch self {
    case .none: "none"
    case .fraction: "fraction"
    case .count: "count"
    case .seconds: "seconds"
    case .bytes: "bytes"
    case .symbol: nil
    }
  }

  public init(from decoder: any Decoder) throws {
    if let values = try? decoder.container(keyedBy: Key.self) {
      self = .symbol(try values.decode(String.self, forKey: .symbol))
      return
    }
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let unit = [Self.none, .fraction, .count, .seconds, .bytes].first(where: { $0.word == text }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a unit")
      )
    }
    self = unit
  }

  public func encode(to encoder: any Encoder) throws {
    if let word {
      var value = encoder.singleValueContainer()
      try value.encode(word)
    } else if case .symbol(let symbol) = self {
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(symbol, forKey: .symbol)
    }
  }
}

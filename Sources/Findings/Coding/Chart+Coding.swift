/// A scale is the word `linear`, `log` or `date`, or `{"categories": ["a", "b"]}`.
extension Chart.Scale: Codable {
  private enum Key: String, CodingKey { case categories }

  public init(from decoder: any Decoder) throws {
    if let values = try? decoder.container(keyedBy: Key.self) {
      self = .categorical(try values.decode([String].self, forKey: .categories))
      return
    }
    let word = try decoder.singleValueContainer().decode(String.self)
    switch word {
    case "linear": self = .linear
    case "log": self = .log
    case "date": self = .date
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(word)' is not a scale")
      )
    }
  }

  public func encode(to encoder: any Encoder) throws {
    let word: String
    switch self {
    case .linear: word = "linear"
    case .log: word = "log"
    case .date: word = "date"
    case .categorical(let names):
      var values = encoder.container(keyedBy: Key.self)
      return try values.encode(names, forKey: .categories)
    }
    var value = encoder.singleValueContainer()
    try value.encode(word)
  }
}

/// A point is `[x, y]`.
extension Chart.Point: Codable {
  public init(from decoder: any Decoder) throws {
    let numbers = try decoder.numbers(2)
    self.init(numbers[0], numbers[1])
  }

  public func encode(to encoder: any Encoder) throws { try encoder.encode([x, y]) }
}

/// A span is `[x, lower, upper]`.
extension Chart.Span: Codable {
  public init(from decoder: any Decoder) throws {
    let numbers = try decoder.numbers(3)
    self.init(numbers[0], numbers[1], numbers[2])
  }

  public func encode(to encoder: any Encoder) throws { try encoder.encode([x, lower, upper]) }
}

/// A tile is `[x, y, value]`.
extension Chart.Tile: Codable {
  public init(from decoder: any Decoder) throws {
    let numbers = try decoder.numbers(3)
    self.init(numbers[0], numbers[1], numbers[2])
  }

  public func encode(to encoder: any Encoder) throws { try encoder.encode([x, y, value]) }
}

extension Decoder {
  /// A list of so many numbers.
  fileprivate func numbers(_ count: Int) throws -> [Double] {
    let numbers = try singleValueContainer().decode([Double].self)
    if numbers.count == count { return numbers }
    throw DecodingError.dataCorrupted(
      .init(codingPath: codingPath, debugDescription: "\(numbers.count) numbers instead of \(count)")
    )
  }
}

extension Encoder {
  fileprivate func encode(_ numbers: [Double]) throws {
    var value = singleValueContainer()
    try value.encode(numbers)
  }
}

/// A mark is an object with its kind and its own fields, for example `{"kind": "line", "series": "a", "points": [[0, 1]]}`.
extension Chart.Mark: Codable {
  private enum Kind: String, Codable {
    case line, dots, rule, text, band, area, bars, errorBars, histogram, tiles
  }

  private enum Key: String, CodingKey {
    case kind, series, points, spans, symbol, from, to, at, text, edges, counts, tiles, label
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func series() throws -> String { try values.decode(String.self, forKey: .series) }
    func points() throws -> [Chart.Point] { try values.decode([Chart.Point].self, forKey: .points) }
    func spans() throws -> [Chart.Span] { try values.decode([Chart.Span].self, forKey: .spans) }
    func point(_ key: Key) throws -> Chart.Point { try values.decode(Chart.Point.self, forKey: key) }
    func numbers(_ key: Key) throws -> [Double] { try values.decode([Double].self, forKey: key) }
    switch try values.decode(Kind.self, forKey: .kind) {
    case .line: self = .line(series: try series(), points: try points())
    case .dots:
      let symbol = try values.decode(Chart.Symbol.self, forKey: .symbol)
      self = .dots(series: try series(), points: try points(), symbol: symbol)
    case .rule: self = .rule(series: try series(), from: try point(.from), to: try point(.to))
    case .text: self = .text(try point(.at), try values.decode(String.self, forKey: .text))
    case .band: self = .band(series: try series(), spans: try spans())
    case .area: self = .area(series: try series(), points: try points())
    case .bars: self = .bars(series: try series(), points: try points())
    case .errorBars: self = .errorBars(series: try series(), spans: try spans())
    case .histogram:
      self = .histogram(series: try series(), edges: try numbers(.edges), counts: try numbers(.counts))
    case .tiles:
      let label = try values.decode(String.self, forKey: .label)
      self = .tiles(try values.decode([Chart.Tile].self, forKey: .tiles), label: label)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    func write(_ kind: Kind, _ series: String?) throws {
      try values.encode(kind, forKey: .kind)
      try values.encodeIfPresent(series, forKey: .series)
    }
    switch self {
    case .line(let series, let points):
      try write(.line, series)
      try values.encode(points, forKey: .points)
    case .dots(let series, let points, let symbol):
      try write(.dots, series)
      try values.encode(points, forKey: .points)
      try values.encode(symbol, forKey: .symbol)
    case .rule(let series, let from, let to):
      try write(.rule, series)
      try values.encode(from, forKey: .from)
      try values.encode(to, forKey: .to)
    case .text(let point, let text):
      try write(.text, nil)
      try values.encode(point, forKey: .at)
      try values.encode(text, forKey: .text)
    case .band(let series, let spans):
      try write(.band, series)
      try values.encode(spans, forKey: .spans)
    case .area(let series, let points):
      try write(.area, series)
      try values.encode(points, forKey: .points)
    case .bars(let series, let points):
      try write(.bars, series)
      try values.encode(points, forKey: .points)
    case .errorBars(let series, let spans):
      try write(.errorBars, series)
      try values.encode(spans, forKey: .spans)
    case .histogram(let series, let edges, let counts):
      try write(.histogram, series)
      try values.encode(edges, forKey: .edges)
      try values.encode(counts, forKey: .counts)
    case .tiles(let tiles, let label):
      try write(.tiles, nil)
      try values.encode(tiles, forKey: .tiles)
      try values.encode(label, forKey: .label)
    }
  }
}

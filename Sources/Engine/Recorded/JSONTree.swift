/// A JSON value as a tree, to name the place and the kind of what a file holds.
enum JSONTree: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    if let values = try? decoder.singleValueContainer().decode([String: JSONTree].self) {
      self = .object(values)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .list(try value.decode([JSONTree].self))
    }
  }

  /// What the value is, for an error: `the text 'abc'`, `a list of 3`.
  var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): "the number \(value)"
    case .text(let text): "the text '\(text.prefix(60))'"
    case .list(let values): "a list of \(values.count)"
    case .object: "an object"
    }
  }

  /// The value at a path; `nil` where there is none.
  func value(at path: [any CodingKey]) -> JSONTree? {
    var value = self
    for key in path {
      switch value {
      case .object(let fields):
        guard let next = fields[key.stringValue] else { return nil }
        value = next
      case .list(let values):
        guard let index = key.intValue, values.indices.contains(index) else { return nil }
        value = values[index]
      default: return nil
      }
    }
    return value
  }

  /// Calls a function with every text, names of fields among them, and its path.
  func forEachText(path: String = "", _ body: (_ text: String, _ path: String) throws -> Void) rethrows {
    switch self {
    case .text(let text): try body(text, path)
    case .list(let values):
      for (index, value) in values.enumerated() { try value.forEachText(path: "\(path)[\(index)]", body) }
    case .object(let fields):
      for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
        try body(name, path)
        try value.forEachText(path: Self.join(path, name), body)
      }
    case .null, .bool, .number: break
    }
  }

  /// Calls a function with every number that is a field of an object, with the field's name and path.
  func forEachNumber(
    path: String = "",
    _ body: (_ number: Double, _ name: String, _ path: String) throws -> Void
  )
    rethrows
  {
    switch self {
    case .list(let values):
      for (index, value) in values.enumerated() { try value.forEachNumber(path: "\(path)[\(index)]", body) }
    case .object(let fields):
      for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
        let place = Self.join(path, name)
        if case .number(let number) = value { try body(number, name, place) }
        try value.forEachNumber(path: place, body)
      }
    case .null, .bool, .number, .text: break
    }
  }

  /// Returns the first place at which another tree lacks what this one has, or has another value there.
  func firstDifference(from other: JSONTree, path: String = "") -> (path: String, found: String)? {
    switch (self, other) {
    case (.object(let mine), .object(let others)):
      for (name, value) in mine.sorted(by: { $0.key < $1.key }) {
        guard let theirs = others[name] else { return (Self.join(path, name), value.description) }
        if let found = value.firstDifference(from: theirs, path: Self.join(path, name)) { return found }
      }
      return nil
    case (.list(let mine), .list(let others)) where mine.count == others.count:
      for (index, value) in mine.enumerated() {
        if let found = value.firstDifference(from: others[index], path: "\(path)[\(index)]") { return found }
      }
      return nil
    default: return self == other ? nil : (path, description)
    }
  }

  static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// A path as errors write it, for example `findings[3].content.kind`.
  static func text(_ path: [any CodingKey]) -> String {
    path.reduce("") { text, key in key.intValue.map { "\(text)[\($0)]" } ?? join(text, key.stringValue) }
  }
}

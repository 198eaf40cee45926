internal import Foundation

/// Checks a value against a JSON Schema, as far as the schemas of this project go; a keyword that it does not know is a
/// fault, so that no rule is passed over.
public struct JSONSchema {
  private let root: [String: Any]

  public init(_ text: some Sequence<UInt8>) throws {
    let value = try JSONSerialization.jsonObject(with: Data(text))
    guard let schema = value as? [String: Any] else { throw CocoaError(.coderReadCorrupt) }
    root = schema
  }

  /// Returns what is wrong with a file of JSON, each with the path to it.
  public func problems(in text: some Sequence<UInt8>) throws -> [String] {
    problems(try JSONSerialization.jsonObject(with: Data(text)), root, "")
  }

  private static let remarks: Set<String> = ["$schema", "$defs", "title", "description"]

  private func problems(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    schema.flatMap { keyword, rule -> [String] in
      switch (keyword, rule) {
      case (let keyword, _) where Self.remarks.contains(keyword): return []
      case ("$ref", let name as String):
        let definition = (root["$defs"] as? [String: Any])?[String(name.dropFirst("#/$defs/".count))]
        guard let definition = definition as? [String: Any] else { return ["\(path): no definition \(name)"] }
        return problems(value, definition, path)
      case ("type", let name as String):
        return Self.isType(name, value) ? [] : ["\(path): \(value) is no \(name)"]
      case ("type", let names as [String]):
        return names.contains { Self.isType($0, value) } ? [] : ["\(path): \(value) is none of \(names)"]
      case ("const", let constant):
        return Self.areEqual(constant, value) ? [] : ["\(path): \(value) is not \(constant)"]
      case ("enum", let values as [Any]):
        return values.contains { Self.areEqual($0, value) } ? [] : ["\(path): \(value) is none of \(values)"]
      case ("minimum", let least as Double):
        return (value as? Double).map { $0 >= least } ?? true ? [] : ["\(path): \(value) is below \(least)"]
      case ("anyOf", let schemas as [[String: Any]]), ("oneOf", let schemas as [[String: Any]]):
        let count = schemas.count { problems(value, $0, path).isEmpty }
        return count == 1 || (count > 1 && keyword == "anyOf")
          ? [] : ["\(path): \(count) alternatives fit \(value)"]
      case ("items", let schema as [String: Any]):
        return (value as? [Any] ?? []).enumerated().flatMap { problems($1, schema, "\(path)/\($0)") }
      case ("prefixItems", let schemas as [[String: Any]]):
        return zip(value as? [Any] ?? [], schemas).enumerated().flatMap {
          problems($1.0, $1.1, "\(path)/\($0)")
        }
      case ("minItems", let least as Int):
        return (value as? [Any]).map { $0.count >= least } ?? true ? [] : ["\(path): fewer than \(least)"]
      case ("maxItems", let most as Int):
        return (value as? [Any]).map { $0.count <= most } ?? true ? [] : ["\(path): more than \(most)"]
      case ("properties", let schemas as [String: [String: Any]]):
        let members = value as? [String: Any] ?? [:]
        return schemas.flatMap { name, schema in
          members[name].map { problems($0, schema, "\(path)/\(name)") } ?? []
        }
      case ("required", let names as [String]):
        guard let members = value as? [String: Any] else { return [] }
        return names.filter { members[$0] == nil }.map { "\(path): no \($0)" }
      case ("additionalProperties", _):
        let known = Set((schema["properties"] as? [String: Any] ?? [:]).keys)
        let others = (value as? [String: Any] ?? [:]).filter { !known.contains($0.key) }
        if let schema = rule as? [String: Any] {
          return others.flatMap { problems($1, schema, "\(path)/\($0)") }
        }
        return rule as? Bool == false ? others.keys.sorted().map { "\(path): unknown \($0)" } : []
      default: return ["\(path): the schema's keyword \(keyword) is not known here"]
      }
    }
  }

  private static func isType(_ name: String, _ value: Any) -> Bool {
    switch name {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": value is Bool
    case "number": value is Double && !(value is String)
    case "integer": (value as? Double).map { $0 == $0.rounded() } ?? false
    case "null": value is NSNull
    default: false
    }
  }

  private static func areEqual(_ one: Any, _ other: Any) -> Bool {
    if let one = one as? String, let other = other as? String { return one == other }
    if let one = one as? Double, let other = other as? Double { return one == other }
    return false
  }
}

internal import Digests
internal import Findings

/// A type that a parameter of the book can be read as: `Double`, `Int`, `Bool` or `String`.
public protocol ParameterType {
  /// The value that a text in `book.yml` or behind `--set` stands for; `nil` where the parameter is declared with another
  /// type.
  init?(parameterType: String, text: String)
}

extension Double: ParameterType {
  /// The value of a `number` or an `integer`.
  public init?(parameterType: String, text: String) {
    guard ["number", "integer"].contains(parameterType) else { return nil }
    self.init(text)
  }
}

extension Int: ParameterType {
  /// The value of an `integer`.
  public init?(parameterType: String, text: String) {
    guard parameterType == "integer" else { return nil }
    self.init(text)
  }
}

extension Bool: ParameterType {
  /// The value of a `boolean`.
  public init?(parameterType: String, text: String) {
    guard parameterType == "boolean" else { return nil }
    self.init(text)
  }
}

extension String: ParameterType {
  /// The value of a `text`.
  public init?(parameterType: String, text: String) {
    guard parameterType == "text" else { return nil }
    self = text
  }
}

extension Notebook {
  /// Returns the value of a parameter that `book.yml` declares under `parameters:`: its default, or that of
  /// `marginalia render --set NAME=VALUE`.
  ///
  /// The type of the result must be the declared one: `Double` for `number` (and `integer`), `Int` for `integer`, `Bool` for
  /// `boolean`, `String` for `text`; for example `let margin: Double = try Notebook.current.parameter("margin")`. The cell
  /// runs again when the value changes, and so do those below it in its chapter; other cells do not.
  ///
  /// - Throws: `NotebookError` if the book declares no such parameter, or one of another type.
  public func parameter<Value: ParameterType>(_ name: String, as type: Value.Type = Value.self) throws
    -> Value
  {
    guard let parameter = parameters[name] else {
      throw NotebookError.noParameter(name, known: parameters.keys.sorted())
    }
    guard let value = Value(parameterType: parameter.kind.rawValue, text: parameter.text) else {
      throw NotebookError.otherParameter(name, kind: parameter.kind.rawValue, wanted: "\(Value.self)")
    }
    EventChannel.shared.send(
      .read(.init(kind: .parameter, name: name, digest: Digest(of: parameter.text).hex))
    )
    return value
  }
}

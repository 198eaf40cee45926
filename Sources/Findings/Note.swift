/// A sentence from a cell to the reader, for example why a section was not run.
public struct Note: Codable, Hashable, Sendable {
  public var text: String
  public var kind: Kind

  /// Creates a note.
  public init(_ text: String, kind: Kind = .remark) {
    self.text = text
    self.kind = kind
  }

  public enum Kind: String, Codable, Hashable, Sendable {
    case remark, warning, notRun
  }
}

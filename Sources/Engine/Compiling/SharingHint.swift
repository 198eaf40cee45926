/// What to do about errors that come from the border between cells and the sources that chapters share.
enum SharingHint {
  /// Follows an error in a source.
  static func inSource(_ message: String) -> String {
    guard isUnknownName(message) else { return "" }
    return "; a source sees the other sources and what it imports, but no cell: "
      + "declare in a source what cells and sources share"
  }

  /// Follows an error in a cell of a book with sources.
  ///
  /// - Parameter details: all that the compiler said.
  static func inCell(_ message: String, details: String) -> String {
    let module = SharedModule.name
    if message.contains("must be declared public because it matches a requirement in") {
      return "; to a cell the types of the book's sources are public: "
        + "write 'public' before it, or move the conformance to a source"
    }
    if message.hasPrefix("'self' used before 'self.init' call") {
      return
        "; where the struct is declared in a source of the book, an initialiser in a cell must call another one by "
        + "self.init(…)"
    }
    if message.contains("ambiguous"), details.contains("in module '\(module)'") {
      return "; write \(module). before the name for the one in the book's sources"
    }
    return ""
  }

  private static func isUnknownName(_ message: String) -> Bool {
    message.hasPrefix("cannot find ") && message.hasSuffix(" in scope")
      || message.contains(" has no member '")
  }
}

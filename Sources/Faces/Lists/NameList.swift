/// A file of names, one a line: which image or video each row of a feature file belongs to.
public enum NameList {
  /// Reads the names. Each may stand in double quotes; else a line is a name, whatever it holds.
  ///
  /// A table of an index column and names, as pandas writes a column (`,path`, then `0,a.jpg`), is read, too: its header
  /// has an empty name for the index and no other than that of the names.
  ///
  /// - Throws: a ``DataError``, also for an empty line.
  public static func read(_ path: String) throws -> [String] { try entries(ListFile(path)).map(\.name) }

  /// Reads names of which none may stand twice, however it is spelled (`A\1.jpg`, `./A/1.jpg`).
  ///
  /// - Throws: a ``DataError`` with the line of a name that stands there again.
  package static func readUnique(_ path: String) throws -> [String] {
    let file = try ListFile(path)
    var lines: [String: Int] = [:]
    return try entries(file).map { index, name in
      if let first = lines.updateValue(file.lineNumber(index), forKey: canonicalPath(name)) {
        throw file.error(.duplicate(name, firstLine: first), at: index)
      }
      return name
    }
  }

  /// Whether a list gives a name back as it is: it has no line breaks, white space at its ends, or quotes around it.
  package static func canHold(_ name: String) -> Bool {
    var line = name
    let inner = line.withUTF8 { String(decoding: trimmed(UnsafeRawBufferPointer($0)), as: UTF8.self) }
    return !name.utf8.contains { $0 == 10 || $0 == 13 } && inner == name && unquoted(name) == name
  }

  /// The names, each with the index of its line.
  private static func entries(_ file: ListFile) throws -> [(index: Int, name: String)] {
    if let names = try indexed(file) { return names }
    return try file.lines.enumerated().map { index, line in
      let name = unquoted(line)
      guard !name.isEmpty else { throw file.error(.columns(found: 0, expected: "a name"), at: index) }
      return (index, name)
    }
  }

  /// The names of a table with an index column; `nil` where the file is none.
  private static func indexed(_ file: ListFile) throws -> [(index: Int, name: String)]? {
    guard let header = file.lines.first, file.lines.count > 1 else { return nil }
    let isNamed = header.hasPrefix(",") || header.hasPrefix("\"\",") || header.hasPrefix(";")
    // A tab before the name is white space at the start of the line.
    let isTabbed = !header.utf8.contains(9) && file.lines[1].hasPrefix("0\t")
    guard isNamed || isTabbed else { return nil }
    let separator: FieldSeparator = isTabbed ? .tab : header.hasPrefix(";") ? .semicolon : .comma
    guard try isTabbed || file.fields(0, between: separator).count == 2 else { return nil }
    return try file.lines.indices.dropFirst().map { index in
      let fields = try file.fields(index, between: separator)
      guard fields.count == 2, !fields[1].isEmpty else {
        throw file.error(
          .columns(found: fields.count, expected: "2 as the header has: index, name"),
          at: index
        )
      }
      _ = try file.number(fields[0], "the index column that the header names", at: index)
      return (index, fields[1])
    }
  }
}

/// A file of names, one a line: which image or video each row of a feature file belongs to.
public enum NameList {
  /// Reads the names.
  ///
  /// - Throws: a ``DataError``, also for an empty line.
  public static func read(_ path: String) throws -> [String] {
    let file = try ListFile(path)
    return try file.lines.enumerated().map { index, line in
      guard !line.isEmpty else { throw file.error(.columns(found: 0, expected: "a name"), at: index) }
      return line
    }
  }
}

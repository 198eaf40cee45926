/// VGGFace2's lists beside its image folders.
public enum VGGFace2 {
  /// A line of `identity_meta.csv`.
  public struct Identity: Hashable, Sendable {
    /// The folder's name, for example `n000001`.
    public var id: String
    public var name: String
    public var imageCount: Int
    /// Whether the identity is in the training part.
    public var isTraining: Bool
    /// `m` or `f`.
    public var gender: String
  }

  /// Reads `identity_meta.csv`: `Class_ID, Name, Sample_Num, Flag, Gender`; names may hold commas within quotes.
  ///
  /// - Throws: a ``DataError`` with the line.
  public static func identities(_ path: String) throws -> [Identity] {
    let columns = ["Class_ID", "Name", "Sample_Num", "Flag", "Gender"]
    var lines: [String: Int] = [:]
    var identities: [Identity] = []
    try SeparatedTable(path, columns: columns.map { [$0] }).forEach { row in
      let id = try row.text(0)
      if let first = lines.updateValue(row.index + 1, forKey: id) {
        throw row.error(.duplicate(id, firstLine: first))
      }
      let flag = try row.number(3)
      guard flag == 0 || flag == 1 else {
        throw row.error(.value(String(flag), column: "Flag", expected: "0 or 1"))
      }
      identities.append(
        Identity(
          id: id,
          name: try row.text(1),
          imageCount: try row.number(2),
          isTraining: flag == 1,
          gender: try row.text(4)
        )
      )
    }
    return identities
  }

  /// Reads an overlap list: the id of an identity is the first word of each line. One may stand twice.
  public static func overlap(_ path: String) throws -> [String] {
    let file = try ListFile(path)
    var seen: Set<String> = []
    return try file.lines.indices.compactMap { index in
      guard let id = try file.words(index).first else {
        throw file.error(.columns(found: 0, expected: "the id of an identity"), at: index)
      }
      return seen.insert(id).inserted ? id : nil
    }
  }
}

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
    let file = try ListFile(path)
    let table = try SeparatedTable(file, columns: ["Class_ID", "Name", "Sample_Num", "Flag", "Gender"])
    var lines: [String: Int] = [:]
    return try table.rows.map { row in
      let id = row.values[0]
      if let first = lines.updateValue(row.index + 1, forKey: id) {
        throw file.error(.duplicate(id, firstLine: first), at: row.index)
      }
      let flag = try file.number(row.values[3], "Flag", at: row.index)
      guard flag == 0 || flag == 1 else {
        throw file.error(.notANumber(row.values[3], column: "Flag, 0 or 1"), at: row.index)
      }
      return Identity(
        id: id,
        name: row.values[1],
        imageCount: try file.number(row.values[2], "Sample_Num", at: row.index),
        isTraining: flag == 1,
        gender: row.values[4]
      )
    }
  }

  /// Reads an overlap list: the id of an identity is the first word of each line. One may stand twice.
  public static func overlap(_ path: String) throws -> [String] {
    let file = try ListFile(path)
    var seen: Set<String> = []
    return try file.lines.indices.compactMap { index in
      guard let id = file.words(index).first else {
        throw file.error(.columns(found: 0, expected: "the id of an identity"), at: index)
      }
      return seen.insert(String(id)).inserted ? String(id) : nil
    }
  }
}

/// A table between commas with a header; fields may stand within double quotes.
struct SeparatedTable {
  struct Row {
    /// The line, counted from 0.
    var index: Int
    /// The values of the wanted columns, in their order.
    var values: [String]
  }

  let rows: [Row]

  /// - Throws: where a wanted column is missing in the header or a line has another number of fields.
  init(_ file: ListFile, columns: [String]) throws {
    guard let header = file.lines.first else {
      throw DataError(.lineCount(found: 0, expected: "a header and a line a record"), file: file.path)
    }
    let names = Self.fields(header).map { $0.uppercased() }
    let places = columns.map { names.firstIndex(of: $0.uppercased()) }
    guard places.allSatisfy({ $0 != nil }) else {
      let expected = "a header with " + columns.joined(separator: ", ")
      throw file.error(.header(found: String(header.prefix(80)), expected: expected), at: 0)
    }
    rows = try (1..<max(1, file.lines.count)).map { index in
      let fields = Self.fields(file.lines[index])
      guard fields.count == names.count else {
        throw file.error(
          .columns(found: fields.count, expected: "\(names.count) as the header has"),
          at: index
        )
      }
      return Row(index: index, values: places.compactMap { $0 }.map { fields[$0] })
    }
  }

  private static func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields.map { field in
      var text = Substring(field)
      while text.first == " " || text.first == "\t" { text.removeFirst() }
      while text.last == " " || text.last == "\t" { text.removeLast() }
      return String(text)
    }
  }
}

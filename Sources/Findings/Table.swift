/// A table with typed columns.
public struct Table: Codable, Hashable, Sendable {
  public let columns: [Column]
  /// The rows; each has one value for each column.
  public private(set) var rows: [Row]

  /// Creates a table.
  ///
  /// - Precondition: every row has one value for each column.
  public init(columns: [Column], rows: [Row] = []) {
    self.columns = columns
    self.rows = rows
    for (index, row) in rows.enumerated() {
      guard row.values.count == columns.count else {
        fatalError("row \(index + 1) has \(row.values.count) values for \(columns.count) columns")
      }
    }
  }

  /// Adds a row.
  ///
  /// - Precondition: there is one value for each column.
  public mutating func append(_ values: [Value], group: String? = nil) {
    guard values.count == columns.count else {
      fatalError("the row has \(values.count) values for \(columns.count) columns")
    }
    rows.append(Row(values, group: group))
  }

  private enum CodingKeys: CodingKey { case columns, rows }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    columns = try values.decode([Column].self, forKey: .columns)
    rows = try values.decode([Row].self, forKey: .rows)
    for (index, row) in rows.enumerated() where row.values.count != columns.count {
      throw DecodingError.dataCorruptedError(
        forKey: .rows,
        in: values,
        debugDescription: "row \(index + 1) has \(row.values.count) values for \(columns.count) columns"
      )
    }
  }

  /// The heading, unit and format of a column.
  public struct Column: Codable, Hashable, Sendable {
    public var title: String
    public var unit: Measured.Unit
    /// Where not neutral, the best value of the column is marked.
    public var direction: Direction
    /// Digits after the decimal point; `nil` lets the page choose by the spread of the column.
    public var digits: Int?
    /// A heading above this and its neighbours of the same group.
    public var group: String?

    /// Creates a column.
    public init(
      _ title: String,
      unit: Measured.Unit = .none,
      direction: Direction = .neutral,
      digits: Int? = nil,
      group: String? = nil
    ) {
      self.title = title
      self.unit = unit
      self.direction = direction
      self.digits = digits
      self.group = group
    }
  }

  /// One row, under the heading of its group where it has one.
  public struct Row: Codable, Hashable, Sendable {
    public var values: [Value]
    public var group: String?

    /// Creates a row.
    public init(_ values: [Value], group: String? = nil) {
      self.values = values
      self.group = group
    }
  }

  /// The value of one cell of a table.
  public enum Value: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
    ExpressibleByIntegerLiteral
  {
    case text(String)
    case number(Double)
    /// A number with spread, sample count and interval.
    case measurement(Measured)
    /// Not measured; shown as a dash.
    case missing

    public init(stringLiteral value: String) { self = .text(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
  }
}

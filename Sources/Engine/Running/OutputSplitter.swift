internal import Foundation

/// Splits the output of a chapter by cell.
///
/// The laboratory writes a line with a record separator and the cell's id where a cell begins, so the split does not
/// depend on when the pipe is read.
struct OutputSplitter {
  /// The byte before a cell's id on a line that marks its beginning.
  static let mark: UInt8 = 0x1e

  private(set) var outputs: [String: Data] = [:]
  private(set) var cut: Set<String> = []
  /// Bytes that each cell wrote, kept or not.
  private var counts: [String: Int] = [:]
  private var current = ""
  private var line = Data()
  private let limit: Int

  /// Keeps at most `limit` bytes for each cell.
  init(limit: Int) { self.limit = limit }

  mutating func add(_ data: Data) {
    var rest = data[...]
    while !rest.isEmpty {
      guard line.isEmpty else {
        rest = finishMark(rest)
        continue
      }
      let end = rest.firstIndex(of: Self.mark) ?? rest.endIndex
      keep(rest[..<end])
      rest = rest[end...]
      if let first = rest.first {
        line.append(first)
        rest = rest.dropFirst()
      }
    }
  }

  /// Bytes that the cell wrote whose mark came last, kept or not.
  var countOfCurrent: Int { count(of: current) }

  /// Returns how many bytes a cell wrote, kept or not.
  func count(of cell: String) -> Int { counts[cell] ?? 0 }

  /// Returns the output of a cell, with invalid UTF-8 replaced.
  func output(of cell: String) -> String { String(decoding: outputs[cell] ?? Data(), as: UTF8.self) }

  private mutating func finishMark(_ rest: Data) -> Data {
    let end = rest.firstIndex(of: 10) ?? rest.endIndex
    line.append(rest[..<end])
    if end == rest.endIndex && line.count <= 200 { return Data() }
    let id = String(decoding: line.dropFirst(), as: UTF8.self)
    if id.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) || (97...122).contains($0) }), !id.isEmpty {
      current = id
      line = Data()
      return Data(rest[end...].dropFirst())
    }
    // A cell's own use of the byte.
    let text = line
    line = Data()
    keep(text)
    return Data(rest[end...])
  }

  private mutating func keep(_ data: Data) {
    guard !data.isEmpty else { return }
    counts[current, default: 0] += data.count
    let room = limit - (outputs[current]?.count ?? 0)
    outputs[current, default: Data()].append(data.prefix(max(0, room)))
    if data.count > room { cut.insert(current) }
  }
}

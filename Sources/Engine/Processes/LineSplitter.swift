package import Foundation

/// Divides bytes that arrive in pieces into lines. Each byte is searched once and copied once at most, however long a line is.
package struct LineSplitter {
  /// The most bytes of a line that are kept; the others are dropped.
  private let limit: Int
  /// The bytes of the line that has not ended, as far as they are kept.
  package private(set) var open = Data()
  /// How many bytes the line that has not ended has, kept or not.
  package private(set) var openCount = 0

  package init(limit: Int) { self.limit = limit }

  /// Returns the lines that end within a piece, without their ends.
  package mutating func lines(in piece: Data) -> [Data] {
    var lines: [Data] = []
    var rest = piece
    while let end = Self.end(in: rest) {
      let line = rest[..<end]
      if openCount == 0 {
        lines.append(line.prefix(limit))
      } else {
        keep(line)
        lines.append(open)
        (open, openCount) = (Data(), 0)
      }
      rest = rest[(end + 1)...]
    }
    keep(rest)
    return lines
  }

  private mutating func keep(_ data: Data) {
    open.append(data.prefix(limit - open.count))
    openCount += data.count
  }

  /// The place of the first line feed, by the C library's search.
  private static func end(in data: Data) -> Int? {
    data.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let found = memchr(base, 10, bytes.count) else { return nil }
      return data.startIndex + (UnsafeRawPointer(found) - base)
    }
  }
}

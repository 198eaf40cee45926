internal import Foundation

/// The lines of a text file as bytes: what every reader of lists is built on.
///
/// A byte order mark (BOM) of UTF-8 is skipped, and so is the Ctrl-Z with which old programs end a file. LF, CR LF and CR
/// alone end a line. White space at both ends of a line (no-break spaces as well) is no part of it; blank lines at both
/// ends of the file are left out, and count in the numbers of the lines that follow. UTF-16, which Excel and Notepad write
/// as "Unicode", compressed and binary files are errors.
struct TextLines {
  let path: String
  private let bytes: Data

  /// - Throws: a ``DataError``.
  init(_ path: String) throws(DataError) {
    let data = try fileContents(path)
    let start = Array(data.prefix(4096))
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) || Self.looksLikeUTF16(start) {
      throw DataError(
        .format(found: "UTF-16 text", expected: "UTF-8: save it with that encoding"),
        file: path
      )
    }
    if let problem = DataError.Problem.compression(start) { throw DataError(problem, file: path) }
    guard !start.contains(0) else {
      throw DataError(.format(found: "binary data", expected: "text"), file: path)
    }
    self.path = path
    let text = start.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
    bytes = text.last == 0x1A ? text.dropLast() : text
  }

  private static func looksLikeUTF16(_ start: [UInt8]) -> Bool {
    guard start.count >= 4 else { return false }
    let (even, odd) = (start.indices.filter { $0 % 2 == 0 }, start.indices.filter { $0 % 2 == 1 })
    func isZero(_ places: [Int]) -> Bool { places.allSatisfy { start[$0] == 0 } }
    func isText(_ places: [Int]) -> Bool { places.allSatisfy { start[$0] != 0 } }
    return isZero(even) && isText(odd) || isZero(odd) && isText(even)
  }

  /// Calls the body with each line and its index from 0 in the file; the memory is valid during the call only.
  func forEach(_ body: (_ index: Int, _ line: UnsafeRawBufferPointer) throws -> Void) throws {
    try bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var (start, index, blanks) = (0, 0, 0)
      var isFirst = true
      // The next LF, found once even where many CR come before it.
      var feed = -1
      while start < bytes.count {
        if feed < start {
          feed = memchr(base + start, 10, bytes.count - start).map { base.distance(to: $0) } ?? bytes.count
        }
        let carriage = memchr(base + start, 13, feed - start).map { base.distance(to: $0) }
        let end = carriage ?? feed
        let next = carriage.map { $0 + 1 == feed ? $0 + 2 : $0 + 1 } ?? feed + 1
        let line = trimmed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        if line.isEmpty {
          blanks += 1
        } else {
          // Blank lines are lines only between others.
          if !isFirst {
            for blank in 0..<blanks { try body(index + blank, UnsafeRawBufferPointer(rebasing: line[..<0])) }
          }
          isFirst = false
          try body(index + blanks, line)
          index += blanks + 1
          blanks = 0
        }
        start = next
      }
    }
  }
}

/// Whether a byte is a space, a tab, a vertical tab or a form feed.
@inline(__always)
func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 11 || byte == 12 }

/// Returns bytes without white space at both ends.
@inline(__always)
func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  var (start, end) = (0, bytes.count)
  /// The number of bytes of the white space that begins at a place: 2 for a no-break space in UTF-8, 0 for none.
  func blank(at place: Int) -> Int {
    isBlank(bytes[place]) ? 1 : place + 1 < end && bytes[place] == 0xC2 && bytes[place + 1] == 0xA0 ? 2 : 0
  }
  while start < end, blank(at: start) > 0 { start += blank(at: start) }
  while end > start {
    if isBlank(bytes[end - 1]) {
      end -= 1
    } else if end - start > 1, blank(at: end - 2) == 2 {
      end -= 2
    } else {
      break
    }
  }
  return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
}

/// Returns the integer that the bytes spell in decimal digits with an optional sign; `nil` where they do not.
@inline(__always)
func integer(_ bytes: UnsafeRawBufferPointer) -> Int? {
  let isSigned = bytes.count > 1 && (bytes[0] == 45 || bytes[0] == 43)
  guard bytes.count - (isSigned ? 1 : 0) <= 18, !bytes.isEmpty else { return nil }
  var value = 0
  for place in (isSigned ? 1 : 0)..<bytes.count {
    let digit = Int(bytes[place]) - 48
    guard digit >= 0, digit <= 9 else { return nil }
    value = value * 10 + digit
  }
  return bytes[0] == 45 ? -value : value
}

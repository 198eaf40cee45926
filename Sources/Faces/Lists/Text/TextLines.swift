internal import Foundation

/// The lines of a text file as bytes: what every reader of lists is built on.
///
/// A byte order mark (BOM) of UTF-8 is skipped, and so is the Ctrl-Z with which old programs end a file. UTF-16 with its mark,
/// which Excel and Notepad write as "Unicode", is read as UTF-8 would be; without the mark it is an error, as compressed and
/// binary files are. LF, CR LF and CR alone end a line. White space at both ends of a line (no-break spaces as well) is no
/// part of it; blank lines at both ends of the file are left out, and count in the numbers of the lines that follow. A first
/// line `sep=;`, which tells Excel the separator, is as a blank one.
struct TextLines {
  let path: String
  /// The separator that the first line names.
  let separator: FieldSeparator?
  private let bytes: Data

  /// - Throws: a ``DataError``.
  init(_ path: String) throws {
    var text = try fileContents(path)
    var start = Array(text.prefix(4096))
    if UTF16Text.hasMark(start) {
      text = try UTF16Text.utf8(text, path: path)
      start = Array(text.prefix(4096))
    } else if UTF16Text.isUTF32(start) || UTF16Text.isLikely(start) {
      let found = UTF16Text.isUTF32(start) ? "UTF-32 text" : "UTF-16 text without a byte-order mark"
      throw DataError(
        .format(found: found, expected: "UTF-8, or UTF-16 with its mark: save it with that encoding"),
        file: path
      )
    }
    if let problem = DataError.Problem.compression(start) { throw DataError(problem, file: path) }
    guard !start.contains(0) else {
      throw DataError(.format(found: "binary data", expected: "text"), file: path)
    }
    self.path = path
    if start.starts(with: [0xEF, 0xBB, 0xBF]) {
      text = text.dropFirst(3)
      start.removeFirst(3)
    }
    if text.last == 0x1A { text = text.dropLast() }
    separator = try FieldSeparator(ofFirstLine: start, path)
    bytes = text
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
        // The line of the separator is as a blank one.
        if line.isEmpty || start == 0 && separator != nil {
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

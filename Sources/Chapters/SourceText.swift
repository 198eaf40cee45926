/// The bytes of a chapter by line and column, which cmark's tree does not keep.
///
/// Lines end with LF, CR or CRLF, as CommonMark has it. Columns count bytes from 1.
struct SourceText {
  let file: String
  let bytes: [UInt8]
  private let lineStarts: [Int]
  /// Where the lines of a text come from that was gathered from others.
  private let origins: [SourceLocation?]

  init(_ text: String, file: String, origins: [SourceLocation?] = []) {
    self.init(Array(text.utf8), file: file, origins: origins)
  }

  /// - Parameter bytes: valid UTF-8.
  init(_ bytes: [UInt8], file: String, origins: [SourceLocation?] = []) {
    self.file = file
    self.origins = origins
    self.bytes = bytes
    lineStarts = bytes.withUnsafeBufferPointer { bytes in
      var starts = [0]
      starts.reserveCapacity(bytes.count / 32 + 1)
      for index in 0..<bytes.count where bytes[index] <= 13 {
        let byte = bytes[index]
        let isEnd = byte == 10 || (byte == 13 && !(index + 1 < bytes.count && bytes[index + 1] == 10))
        if isEnd { starts.append(index + 1) }
      }
      return starts
    }
  }

  /// The offset of a line's first byte; the end of the text for lines beyond it.
  func start(ofLine line: Int) -> Int {
    line < 1 ? 0 : line <= lineStarts.count ? lineStarts[line - 1] : bytes.count
  }

  var lineCount: Int { lineStarts.count }

  /// Calls `body` with all bytes and the offset of each line's first one.
  func withLines<Result>(_ body: (_ bytes: UnsafeBufferPointer<UInt8>, _ starts: [Int]) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { body($0, lineStarts) }
  }

  /// Where a line comes from; `nil` for a line of the file itself.
  func origin(ofLine line: Int) -> SourceLocation? {
    origins.indices.contains(line - 1) ? origins[line - 1] : nil
  }

  /// The bytes of a line without its end.
  func line(_ line: Int) -> ArraySlice<UInt8> {
    let start = start(ofLine: line)
    var end = self.start(ofLine: line + 1)
    while end > start, bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
    return bytes[start..<end]
  }

  subscript(offset: Int) -> UInt8? { bytes.indices.contains(offset) ? bytes[offset] : nil }

  /// Returns the place of an offset.
  func location(of offset: Int) -> SourceLocation {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let column = offset - lineStarts[low]
    guard var origin = origin(ofLine: low + 1) else {
      return SourceLocation(file: file, line: low + 1, column: column + 1)
    }
    origin.column += column
    return origin
  }

  /// Returns the offset of the first occurrence of `needle` that lies within `range`.
  func firstOffset(of needle: String, in range: Range<Int>) -> Int? {
    var needle = needle
    return needle.withUTF8 { pattern in
      guard let first = pattern.first else { return nil }
      return bytes.withUnsafeBufferPointer { bytes in
        let end = min(range.upperBound, bytes.count) - pattern.count
        var offset = range.lowerBound
        while offset <= end {
          if bytes[offset] == first, Self.matches(pattern, bytes, at: offset) { return offset }
          offset += 1
        }
        return nil
      }
    }
  }

  private static func matches(
    _ pattern: UnsafeBufferPointer<UInt8>,
    _ bytes: UnsafeBufferPointer<UInt8>,
    at offset: Int
  ) -> Bool {
    for index in 0..<pattern.count where bytes[offset + index] != pattern[index] { return false }
    return true
  }
}

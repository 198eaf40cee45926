internal import Foundation

/// The bytes of a pickle, which are read from the first to the last: numbers, texts and literals.
struct PickleBytes {
  let data: Data
  let file: String
  private var place = 0

  init(_ data: Data, file: String) {
    self.data = data
    self.file = file
  }

  /// The error for what cannot be read at the current byte.
  func damaged(_ what: String) -> DataError {
    DataError(.unreadable(reason: "\(what) at byte \(place) of a pickled list"), file: file)
  }

  mutating func take(_ count: Int) throws(DataError) -> Range<Int> {
    guard count >= 0, count <= data.count - place else { throw damaged("the file ends") }
    place += count
    return place - count..<place
  }

  mutating func number(_ count: Int, isSigned: Bool = false) throws(DataError) -> Int {
    let bytes = data[relative: try take(count)]
    guard count < 8 || bytes.last ?? 0 < 128 else { throw damaged("a number is too large") }
    let value = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    return isSigned && bytes.last ?? 0 > 127 ? value - 1 << (8 * count) : value
  }

  mutating func text(_ count: Int) throws(DataError) -> String {
    guard let text = String(validating: data[relative: try take(count)], as: UTF8.self) else {
      throw damaged("a text is not UTF-8")
    }
    return text
  }

  mutating func lineBytes() throws(DataError) -> Data {
    guard let end = data.dropFirst(place).firstIndex(of: 10) else { throw damaged("the file ends") }
    let content = data[relative: try take(end - data.startIndex - place)]
    place += 1
    return content
  }

  mutating func line() throws(DataError) -> String {
    guard let text = String(validating: try lineBytes(), as: UTF8.self) else {
      throw damaged("a text is not UTF-8")
    }
    return text
  }

  mutating func decimalLine() throws(DataError) -> Int {
    guard let value = Int(try line()) else { throw damaged("a number is not understood") }
    return value
  }

  /// Reads the text of an instruction `V`: a byte a character, others as `\u0041` or `\U00000041`.
  mutating func escapedText() throws(DataError) -> String {
    var text = String.UnicodeScalarView()
    var bytes = try lineBytes()[...]
    while let byte = bytes.popFirst() {
      let counts: [UInt8: Int] = [UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
      let count = byte == UInt8(ascii: "\\") ? bytes.first.flatMap { counts[$0] } ?? 0 : 0
      guard count > 0 else {
        text.append(Unicode.Scalar(byte))
        continue
      }
      guard let code = UInt32(String(decoding: bytes.dropFirst().prefix(count), as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      else { throw damaged("a character is not understood") }
      text.append(scalar)
      bytes = bytes.dropFirst(count + 1)
    }
    return String(text)
  }

  /// Reads the bytes of an instruction `S`: a literal of Python 2 in quotes.
  mutating func quotedBytes() throws(DataError) -> Data {
    var bytes = try lineBytes()[...]
    guard let quote = bytes.popFirst(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      bytes.popLast() == quote
    else { throw damaged("a string is not understood") }
    let plain: [UInt8: UInt8] = [
      UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "\\"): 92,
      UInt8(ascii: "'"): 39, UInt8(ascii: "\""): 34,
    ]
    var result = Data()
    while let byte = bytes.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      let kind = bytes.popFirst() ?? 0
      if kind == UInt8(ascii: "x") {
        guard let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16) else {
          throw damaged("a string is not understood")
        }
        result.append(value)
        bytes = bytes.dropFirst(2)
      } else if let value = plain[kind] {
        result.append(value)
      } else {
        throw damaged("a string is not understood")
      }
    }
    return result
  }
}

extension Data {
  /// The bytes of a range that counts from the first byte of these.
  subscript(relative range: Range<Int>) -> Data {
    self[(startIndex + range.lowerBound)..<(startIndex + range.upperBound)]
  }
}

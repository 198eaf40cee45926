/// The layout of JSON for commits: a list or an object stands on one line where it fits, else one entry a line.
struct JSONLayout {
  /// The longest line in bytes, where an entry can be broken.
  static let width = 120

  private let bytes: [UInt8]
  private var position = 0
  private(set) var text: [UInt8] = []

  /// - Parameter compact: valid JSON without white space between its tokens, as `FindingsCoding` writes it.
  init(compact: [UInt8]) {
    bytes = compact
    write(indent: 0)
    text.append(10)
  }

  private mutating func write(indent: Int) {
    let end = endOfValue(from: position)
    let opening = bytes[position]
    guard opening == UInt8(ascii: "{") || opening == UInt8(ascii: "["), end - position + indent > Self.width
    else { return copy(to: end) }
    text.append(opening)
    position += 1
    while position < end - 1 {
      text.append(10)
      text += Array(repeating: 32, count: indent + 2)
      if opening == UInt8(ascii: "{") {
        copy(to: endOfValue(from: position))
        copy(to: position + 1)
      }
      write(indent: indent + 2)
      if bytes[position] == UInt8(ascii: ",") {
        text.append(bytes[position])
        position += 1
      }
    }
    text.append(10)
    text += Array(repeating: 32, count: indent)
    copy(to: end)
  }

  /// Copies tokens on one line, with a space after each colon and comma outside of texts.
  private mutating func copy(to end: Int) {
    var isInText = false
    while position < end {
      let byte = bytes[position]
      text.append(byte)
      position += 1
      if isInText, byte == UInt8(ascii: "\\"), position < end {
        text.append(bytes[position])
        position += 1
      } else if byte == UInt8(ascii: "\"") {
        isInText.toggle()
      } else if !isInText, byte == UInt8(ascii: ":") || byte == UInt8(ascii: ",") {
        text.append(32)
      }
    }
  }

  /// The position behind the value that starts at a position.
  private func endOfValue(from start: Int) -> Int {
    var depth = 0
    var isInText = false
    var place = start
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if isInText {
        if byte == UInt8(ascii: "\\") { place += 1 }
        if byte == UInt8(ascii: "\"") { isInText = false }
        if isInText || depth > 0 { continue }
        return place
      }
      switch byte {
      case UInt8(ascii: "\""): isInText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return place - 1 }
        depth -= 1
        if depth == 0 { return place }
      case UInt8(ascii: ","), UInt8(ascii: ":"): if depth == 0 { return place - 1 }
      default: break
      }
    }
    return place
  }
}

/// Bytes of HTML being written, with the escapes of cmark.
struct HTMLBytes {
  private var bytes: [UInt8] = []

  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Ends the line, unless nothing stands on it.
  mutating func startLine() {
    if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
  }

  /// Adds HTML as it is.
  mutating func raw(_ html: String) { bytes.append(contentsOf: html.utf8) }

  /// Adds HTML known when this was compiled.
  mutating func literal(_ html: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: html.utf8Start, count: html.utf8CodeUnitCount))
  }

  /// Adds text with `&`, `<`, `>` and `"` as entities.
  mutating func escaped(_ text: String) {
    var text = text
    text.withUTF8 { source in
      var start = 0
      for index in 0..<source.count {
        let byte = source[index]
        // All four marks lie at or below `>`.
        if byte > UInt8(ascii: ">") { continue }
        let entity: StaticString
        switch byte {
        case UInt8(ascii: "&"): entity = "&amp;"
        case UInt8(ascii: "<"): entity = "&lt;"
        case UInt8(ascii: ">"): entity = "&gt;"
        case UInt8(ascii: "\""): entity = "&quot;"
        default: continue
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index]))
        literal(entity)
        start = index + 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start...]))
    }
  }

  /// Adds an address for an attribute, percent-encoded; nothing where following it would run a script.
  mutating func address(_ address: String) {
    if Self.isDangerous(address) { return }
    for byte in address.utf8 {
      switch byte {
      case UInt8(ascii: "&"): literal("&amp;")
      case UInt8(ascii: "'"): literal("&#x27;")
      case _ where Self.isPlainInAddress[Int(byte)]: bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      }
    }
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static let isPlainInAddress: [Bool] = {
    var table = [Bool](repeating: false, count: 256)
    let plain = "!#$%()*+,-./0123456789:;=?@_~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for byte in plain.utf8 { table[Int(byte)] = true }
    return table
  }()

  /// Whether an address begins with a scheme that can run a script; pictures as `data:` cannot.
  static func isDangerous(_ address: String) -> Bool {
    let head = address.prefix(16).lowercased()
    let pictures = ["data:image/png", "data:image/gif", "data:image/jpeg", "data:image/webp"]
    if pictures.contains(where: head.hasPrefix) { return false }
    return ["javascript:", "vbscript:", "file:", "data:"].contains(where: head.hasPrefix)
  }
}

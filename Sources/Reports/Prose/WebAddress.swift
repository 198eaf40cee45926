/// Addresses that a text may name: which are safe to link to, and how they are written.
enum WebAddress {
  /// An address for an attribute, percent-encoded where it must be; empty where following it could run a script.
  static func encoded(_ address: String) -> String {
    if isDangerous(address) { return "" }
    if address.utf8.allSatisfy({ isPlain[Int($0)] }) { return address }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(address.utf8.count + 16)
    for byte in address.utf8 {
      if isPlain[Int(byte)] {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The address, if it is one of http or https; `nil` for any other.
  static func web(_ address: String) -> String? {
    let lower = address.lowercased()
    return lower.hasPrefix("https://") || lower.hasPrefix("http://") ? address : nil
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static let isPlain: [Bool] = {
    var table = [Bool](repeating: false, count: 256)
    let plain = "!#$%&'()*+,-./0123456789:;=?@_~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for byte in plain.utf8 { table[Int(byte)] = true }
    return table
  }()

  /// Whether an address begins with a scheme that can run a script; `data:` of a raster picture cannot.
  private static func isDangerous(_ address: String) -> Bool {
    // Every dangerous scheme starts with one of these four letters.
    guard let first = address.utf8.first, "dfjvDFJV".utf8.contains(first) else { return false }
    let head = address.prefix(16).lowercased()
    let pictures = ["data:image/png", "data:image/gif", "data:image/jpeg", "data:image/webp"]
    if pictures.contains(where: head.hasPrefix) { return false }
    return ["javascript:", "vbscript:", "file:", "data:"].contains(where: head.hasPrefix)
  }
}

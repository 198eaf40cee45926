internal import Foundation

/// PNG files made by hand, chunk by chunk.
enum PNGParts {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// A chunk with its length and checksum; `wrongChecksum` spoils the latter.
  static func chunk(_ type: String, _ content: [UInt8], wrongChecksum: Bool = false) -> [UInt8] {
    let body = Array(type.utf8) + content
    return big(UInt32(content.count)) + body + big(checksum(body) ^ (wrongChecksum ? 1 : 0))
  }

  /// A picture from its scan lines, each with its filter byte, not compressed.
  static func file(
    width: UInt32,
    height: UInt32,
    depth: UInt8,
    colourType: UInt8,
    lines: [UInt8],
    before: [UInt8] = []
  ) -> Data {
    let header = big(width) + big(height) + [depth, colourType, 0, 0, 0]
    return Data(
      signature + chunk("IHDR", header) + before + chunk("IDAT", stored(lines)) + chunk("IEND", [])
    )
  }

  /// A zlib stream with one block that is not compressed.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let count = UInt16(bytes.count)
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let lengths = [count, ~count].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    return [0x78, 0x01, 1] + lengths + bytes + big(b << 16 | a)
  }

  static func big(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}

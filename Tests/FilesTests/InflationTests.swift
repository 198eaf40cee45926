internal import Files
internal import Testing

@Suite("Decompressed bytes")
struct InflationTests {
  /// `zlib.compress(b"margin " * 40, 9)[2:-4]` of Python.
  private static let packed: [UInt8] = [
    0xCB, 0x4D, 0x2C, 0x4A, 0xCF, 0xCC, 0x53, 0xC8, 0x1D, 0xA5, 0x50, 0x29, 0x00,
  ]

  @Test("are those that were compressed")
  func whole() {
    let wanted = Array(String(repeating: "margin ", count: 40).utf8)
    #expect(inflated(Self.packed, size: 280) == wanted)
  }

  @Test(
    "are refused where they are more or fewer than said, damaged or cut",
    arguments: [279, 281, -1, 1 << 40]
  )
  func sizes(size: Int) {
    #expect(inflated(Self.packed, size: size) == nil)
    #expect(inflated(Self.packed.dropLast(3), size: 280) == nil)
    #expect(inflated([0xFF] + Self.packed, size: 280) == nil)
  }
}

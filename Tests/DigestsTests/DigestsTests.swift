internal import Digests
internal import Foundation
internal import Testing

@Suite("A digest")
struct DigestTests {
  @Test("is SHA-256 as the standard's examples have it")
  func standard() {
    #expect(
      Digest(of: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    #expect(Digest(of: "").hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("of a file is that of its bytes, however many pieces they take")
  func file() throws {
    let bytes = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("digest-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try bytes.write(to: url)
    #expect(try Digest(ofFileAt: url.path) == Digest(of: bytes))
  }

  @Test("of fields tells where one ends")
  func fields() {
    func digest(_ fields: [String]) -> Digest {
      var hasher = Hasher256()
      for field in fields { hasher.field(field) }
      return hasher.finish()
    }
    #expect(digest(["ab", "c"]) != digest(["a", "bc"]))
  }

  @Test("is read only from 64 lower-case hexadecimal digits")
  func reading() {
    let digest = Digest(of: "x")
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == nil)
    #expect(Digest(hex: String(digest.hex.dropLast())) == nil)
  }
}

import Archives
import Foundation
import Testing

@Suite("A signing key")
struct SigningTests {
  @Test("signs and verifies as the examples of RFC 8032 say")
  func standard() throws {
    let examples: [(message: [UInt8], signature: String)] = [
      (
        [0x72],
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
      ),
      (
        [0xAF, 0x82],
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
          + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
      ),
    ]
    for (index, example) in examples.enumerated() {
      let signature = Keys.bytes(example.signature)
      #expect(try Keys.signing(index).signature(of: example.message) == signature)
      let key = try Keys.verifying(index)
      #expect(key.verifies(signature, of: example.message))
      #expect(!key.verifies(signature, of: example.message + [0]))
      #expect(!key.verifies([], of: example.message))
      #expect(try !Keys.verifying(1 - index).verifies(signature, of: example.message))
    }
    #expect(try Keys.signing().id == Keys.verifying().id)
  }

  @Test("of another kind, of the other half, encrypted or cut is refused with the command that makes one")
  func refusals() throws {
    func fault(_ read: () throws -> SigningKey) -> String {
      do {
        _ = try read()
        return "accepted"
      } catch { return "\(error)" }
    }
    let privatePEM = Keys.pem("PRIVATE KEY", "302e020100300506032b657004220420" + Keys.secrets[0])
    // X25519 differs from Ed25519 in the last byte of its identifier.
    let other = Keys.pem("PRIVATE KEY", "302e020100300506032b656e04220420" + Keys.secrets[0])
    let encrypted = Array(
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n".utf8
    )
    for pem in [Keys.publicPEM(), encrypted, [], Array("no key".utf8), Array(privatePEM.prefix(60))] {
      #expect(fault { try .privateKey(pem: pem) }.contains("openssl genpkey -algorithm ed25519"))
    }
    #expect(fault { try .privateKey(pem: other) }.contains("another kind than Ed25519"))
    for pem in [privatePEM, []] {
      #expect(fault { try .publicKey(pem: pem) }.contains("openssl pkey -in PRIVATE.pem -pubout"))
    }
  }

  @Test("signs the pre-authentication encoding of DSSE")
  func encoding() {
    // The example of the protocol's text.
    let bytes = Envelope.signed(Array("hello world".utf8), type: "http://example.com/HelloWorld")
    #expect(
      String(decoding: bytes, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
  }
}

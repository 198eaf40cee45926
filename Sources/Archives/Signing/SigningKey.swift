internal import CCrypto
internal import Digests

/// An Ed25519 key (RFC 8032) from a PEM file, with its operations by libcrypto.
///
/// A pair is made by `openssl genpkey -algorithm ed25519 -out PRIVATE.pem` and
/// `openssl pkey -in PRIVATE.pem -pubout -out PUBLIC.pem`.
package final class SigningKey {
  private let key: OpaquePointer
  /// Whether it is the private half.
  private let isPrivate: Bool

  private init(_ key: OpaquePointer, isPrivate: Bool) {
    self.key = key
    self.isPrivate = isPrivate
  }

  deinit { EVP_PKEY_free(key) }

  /// Reads a private key (PKCS #8, without a password).
  package static func privateKey(pem: [UInt8]) throws(ArchiveFault) -> SigningKey {
    // Without a callback libcrypto would ask on the terminal for the password of an encrypted key.
    let read = read(pem) { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in -1 }, nil) }
    return try checked(
      read,
      isPrivate: true,
      expected: "an Ed25519 private key without a password in PEM: make one with "
        + "'openssl genpkey -algorithm ed25519 -out PRIVATE.pem'"
    )
  }

  /// Reads a public key (SubjectPublicKeyInfo).
  package static func publicKey(pem: [UInt8]) throws(ArchiveFault) -> SigningKey {
    try checked(
      read(pem) { PEM_read_bio_PUBKEY($0, nil, { _, _, _, _ in -1 }, nil) },
      isPrivate: false,
      expected: "an Ed25519 public key in PEM: make it from the private one with "
        + "'openssl pkey -in PRIVATE.pem -pubout -out PUBLIC.pem'"
    )
  }

  private static func read(_ pem: [UInt8], _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
    pem.withUnsafeBytes { bytes in
      guard !bytes.isEmpty, let file = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
        return nil
      }
      defer { BIO_free(file) }
      defer { ERR_clear_error() }
      return read(file)
    }
  }

  private static func checked(_ key: OpaquePointer?, isPrivate: Bool, expected: String)
    throws(ArchiveFault) -> SigningKey
  {
    guard let key else { throw ArchiveFault("it is not \(expected)") }
    let signing = SigningKey(key, isPrivate: isPrivate)
    guard EVP_PKEY_is_a(key, "ED25519") == 1 else {
      throw ArchiveFault("it is a key of another kind than Ed25519; expected \(expected)")
    }
    return signing
  }

  /// SHA-256 of the public key in DER (SubjectPublicKeyInfo), as 64 hexadecimal digits: what
  /// `openssl pkey -pubin -in PUBLIC.pem -outform DER | sha256sum` prints.
  package var id: String {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = i2d_PUBKEY(key, &bytes)
    guard count > 0, let bytes else { return "" }
    defer { CRYPTO_free(bytes, #file, #line) }
    return Digest(of: Array(UnsafeBufferPointer(start: bytes, count: Int(count)))).hex
  }

  /// Returns the signature of a message, 64 bytes; the same message gives the same signature.
  ///
  /// - Precondition: it is a private key.
  package func signature(of message: [UInt8]) -> [UInt8] {
    precondition(isPrivate, "only a private key signs")
    guard let context = EVP_MD_CTX_new() else { fatalError("libcrypto has no memory") }
    defer { EVP_MD_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: 64)
    var count = signature.count
    precondition(
      EVP_DigestSignInit(context, nil, nil, nil, key) == 1
        && EVP_DigestSign(context, &signature, &count, message, message.count) == 1 && count == 64,
      "libcrypto could not sign"
    )
    return signature
  }

  /// Whether a signature is this key's of a message.
  package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard let context = EVP_MD_CTX_new() else { fatalError("libcrypto has no memory") }
    defer { EVP_MD_CTX_free(context) }
    defer { ERR_clear_error() }
    return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

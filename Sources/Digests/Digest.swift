internal import CCrypto
public import Foundation

/// A SHA-256 digest, which names content in the store, in keys, in recipes and in data manifests.
///
/// Printed as 64 lower-case hexadecimal digits, so that `sha256sum` gives the same text for a file.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
  /// The 64 hexadecimal digits.
  public let hex: String

  /// Creates a digest from 64 hexadecimal digits; `nil` where the text is anything else.
  public init?(hex: String) {
    guard hex.utf8.count == 64, hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    self.hex = hex
  }

  fileprivate init(bytes: some Sequence<UInt8>) {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    hex = String(decoding: text, as: UTF8.self)
  }

  /// Digests the UTF-8 bytes of a text.
  public init(of text: String) {
    var hasher = Hasher256()
    hasher.update(text)
    self = hasher.finish()
  }

  /// Digests bytes.
  public init(of data: some DataProtocol) {
    var hasher = Hasher256()
    hasher.update(data)
    self = hasher.finish()
  }

  /// Digests the content of a file, read in pieces of one MiB.
  ///
  /// - Throws: the error of opening or reading the file, which names its path.
  public init(ofFileAt path: String) throws {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    var hasher = Hasher256()
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      hasher.update(piece)
    }
    self = hasher.finish()
  }

  /// The first twelve digits, for people.
  public var short: String { String(hex.prefix(12)) }

  public var description: String { hex }

  public static func < (left: Digest, right: Digest) -> Bool { left.hex < right.hex }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let digest = Digest(hex: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a SHA-256 digest")
      )
    }
    self = digest
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}

/// A SHA-256 computation that is fed piece by piece.
///
/// `field` writes the length before the content, so that two lists of fields with the same
/// concatenation do not collide.
public struct Hasher256: ~Copyable {
  private let context: OpaquePointer

  /// Starts a computation.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      fatalError("libcrypto offers no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  public mutating func update(_ data: some DataProtocol) {
    for region in data.regions {
      region.withUnsafeBytes { update($0) }
    }
  }

  /// Adds the bytes of a buffer.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    precondition(EVP_DigestUpdate(context, base, bytes.count) == 1, "SHA-256 failed")
  }

  /// Adds the UTF-8 bytes of a text.
  public mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// Adds a text preceded by its length, so that fields cannot run into each other.
  public mutating func field(_ text: String) {
    update("\(text.utf8.count):")
    update(text)
  }

  /// Returns the digest of all that was added.
  public consuming func finish() -> Digest {
    var bytes = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &bytes, nil) == 1, "SHA-256 failed")
    return Digest(bytes: bytes)
  }
}

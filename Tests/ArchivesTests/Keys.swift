import Archives
import Foundation

/// The keys of RFC 8032, section 7.1, tests 2 and 3, in the forms that OpenSSL writes.
enum Keys {
  static let secrets = [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
  ]
  static let publics = [
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
  ]

  static func signing(_ index: Int = 0) throws -> SigningKey {
    // PKCS #8: version, algorithm 1.3.101.112, the key in an octet string in another.
    try .privateKey(pem: pem("PRIVATE KEY", "302e020100300506032b657004220420" + secrets[index]))
  }

  static func verifying(_ index: Int = 0) throws -> SigningKey { try .publicKey(pem: publicPEM(index)) }

  static func publicPEM(_ index: Int = 0) -> [UInt8] {
    pem("PUBLIC KEY", "302a300506032b6570032100" + publics[index])
  }

  static func pem(_ label: String, _ hex: String) -> [UInt8] {
    let text = Data(bytes(hex)).base64EncodedString(options: [.lineLength64Characters])
    return Array("-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n".utf8)
  }

  static func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
  }
}

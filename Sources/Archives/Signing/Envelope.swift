internal import Foundation

/// A signed payload: a DSSE envelope (Dead Simple Signing Envelope, version 1) with an in-toto statement.
package struct Envelope: Codable, Hashable {
  static let payloadType = "application/vnd.in-toto+json"

  /// In base64.
  package var payload: String
  package var payloadType: String
  package var signatures: [Signature]

  package struct Signature: Codable, Hashable {
    /// A hint which key signed; it proves nothing.
    package var keyid: String?
    /// In base64.
    package var sig: String
  }

  /// Signs a payload.
  package init(signing payload: [UInt8], with key: SigningKey) {
    let type = Self.payloadType
    let signature = key.signature(of: Self.signed(payload, type: type))
    self.payload = Data(payload).base64EncodedString()
    payloadType = type
    signatures = [Signature(keyid: key.id, sig: Data(signature).base64EncodedString())]
  }

  /// Returns the payload if a signature of the key stands over it.
  package func payload(signedBy key: SigningKey) throws(ArchiveFault) -> [UInt8] {
    guard payloadType == Self.payloadType else {
      throw ArchiveFault("the manifest holds '\(payloadType.prefix(80))'; expected '\(Self.payloadType)'")
    }
    guard let payload = Data(base64Encoded: payload).map(Array.init) else {
      throw ArchiveFault("the payload of the manifest is not in base64")
    }
    let message = Self.signed(payload, type: payloadType)
    let isSigned = signatures.contains { signature in
      Data(base64Encoded: signature.sig).map { key.verifies(Array($0), of: message) } ?? false
    }
    guard isSigned else {
      let named = signatures.compactMap { $0.keyid?.prefix(12) }.joined(separator: ", ")
      throw ArchiveFault(
        named.contains(key.id.prefix(12))
          ? "the signature is not valid: the manifest was changed after it was signed"
          : "the manifest is not signed by this key (\(key.id.prefix(12)))"
            + (named.isEmpty ? "" : "; it names the key \(named)")
      )
    }
    return payload
  }

  /// The bytes that are signed: DSSE's pre-authentication encoding of type and payload.
  package static func signed(_ payload: [UInt8], type: String) -> [UInt8] {
    Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
  }
}

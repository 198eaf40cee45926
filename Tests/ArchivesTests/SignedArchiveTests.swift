import Archives
import Digests
import Foundation
import Testing

@Suite("A signed archive")
struct SignedArchiveTests {
  private static let about = ArchiveDescription(book: "A book", profile: "small", seed: 1, program: "Test 1")
  private static let files = [
    ArchivedFile(path: "book/book.yml", bytes: Array("title: A book\n".utf8)),
    ArchivedFile(path: "report/index.html", bytes: [UInt8](repeating: 65, count: 30)),
  ]

  private static func archive() throws -> [UInt8] {
    try SignedArchive.bytes(of: files, about: about, signedBy: Keys.signing())
  }

  /// An archive of files with a manifest of other subjects.
  private static func archive(
    _ files: [ArchivedFile],
    stating subjects: [Statement.Subject],
    change: (inout Envelope) -> Void = { _ in }
  ) throws -> [UInt8] {
    let payload = try JSONEncoder().encode(Statement(predicate: about, subject: subjects))
    var envelope = try Envelope(signing: Array(payload), with: Keys.signing())
    change(&envelope)
    let manifest = ArchivedFile(
      path: SignedArchive.manifest,
      bytes: Array(try JSONEncoder().encode(envelope))
    )
    return try ZipWriter.archive(files + [manifest])
  }

  private static func subject(_ file: ArchivedFile) -> Statement.Subject {
    .init(name: file.path, size: file.bytes.count, sha256: Digest(of: file.bytes).hex)
  }

  private func fault(_ bytes: [UInt8], key: Int = 0) throws -> String {
    let key = try Keys.verifying(key)
    do throws(ArchiveFault) {
      _ = try SignedArchive.verified(bytes, with: key)
      return "accepted"
    } catch { return error.description }
  }

  @Test("is verified by its public key, and says what it holds")
  func good() throws {
    let bytes = try Self.archive()
    #expect(try Self.archive() == bytes)
    let verified = try SignedArchive.verified(bytes, with: Keys.verifying())
    #expect(verified.description == Self.about && verified.fileCount == 2 && verified.byteCount == 44)
    let fault = try fault(bytes, key: 1)
    #expect(fault.contains("is not signed by this key") && fault.contains("it names the key"))
  }

  @Test("is refused with any one of its bytes changed, and cut at any place")
  func tampering() throws {
    let bytes = try Self.archive()
    let key = try Keys.verifying()
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      #expect(throws: ArchiveFault.self, "byte \(place)") { try SignedArchive.verified(changed, with: key) }
      #expect(throws: ArchiveFault.self, "cut at \(place)") {
        try SignedArchive.verified(Array(bytes[..<place]), with: key)
      }
    }
  }

  @Test("is refused with a file missing, added, changed, of another size, or named twice")
  func manifest() throws {
    let files = Self.files
    let subjects = files.map(Self.subject)
    #expect(try fault(Self.archive(files, stating: subjects)) == "accepted")
    #expect(try fault(Self.archive([files[0]], stating: subjects)) == "'report/index.html' is missing")
    let more = ArchivedFile(path: "report/evil.html", bytes: [])
    #expect(
      try fault(Self.archive(files + [more], stating: subjects))
        == "'report/evil.html' is not in the signed manifest"
    )
    var other = files
    other[1].bytes[7] = 66
    #expect(
      try fault(Self.archive(other, stating: subjects))
        == "'report/index.html' has another SHA-256 than the manifest says"
    )
    other[1].bytes = [UInt8](repeating: 0, count: 5000)
    #expect(
      try fault(Self.archive(other, stating: subjects))
        == "'report/index.html' has 5000 bytes; the manifest says 30"
    )
    #expect(
      try fault(Self.archive(files, stating: subjects + [subjects[0]]))
        == "the manifest names 'book/book.yml' twice"
    )
    #expect(try fault(ZipWriter.archive(files)).contains("it has no 'manifest.dsse.json'"))
  }

  @Test("is refused with a manifest that nobody signed, of another type, or signed over another payload")
  func envelope() throws {
    let files = Self.files
    let subjects = files.map(Self.subject)
    #expect(
      try fault(Self.archive(files, stating: subjects) { $0.signatures = [] })
        .contains("the manifest is not signed by this key")
    )
    #expect(
      try fault(Self.archive(files, stating: subjects) { $0.payloadType = "text/plain" })
        == "the manifest holds 'text/plain'; expected 'application/vnd.in-toto+json'"
    )
    #expect(
      try fault(Self.archive(files, stating: subjects) { $0.payload = Data("{}".utf8).base64EncodedString() })
        == "the signature is not valid: the manifest was changed after it was signed"
    )
    let payload = Array("{}".utf8)
    let other = try Envelope(signing: payload, with: Keys.signing())
    #expect(
      try fault(Self.archive(files, stating: subjects) { $0 = other })
        == "the manifest is signed, but is no statement about an archive of a report"
    )
    let text = ArchivedFile(path: SignedArchive.manifest, bytes: Array("[]".utf8))
    #expect(try fault(ZipWriter.archive([text])) == "'manifest.dsse.json' is no DSSE envelope")
  }
}

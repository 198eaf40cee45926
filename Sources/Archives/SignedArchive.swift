internal import Digests
internal import Foundation

/// A ZIP archive of files with a signed manifest of them, in `manifest.dsse.json`.
///
/// The manifest is an in-toto statement in a DSSE envelope, signed with Ed25519: it names every other file with its size
/// and SHA-256.
package enum SignedArchive {
  /// The path of the manifest in the archive.
  package static let manifest = "manifest.dsse.json"

  /// Returns the archive of some files; the same files and the same key give the same bytes.
  ///
  /// - Throws: `ArchiveFault` for a name that is not allowed or occurs twice, and above 4 GiB or 65534 files.
  package static func bytes(
    of files: [ArchivedFile],
    about description: ArchiveDescription,
    signedBy key: SigningKey
  ) throws -> [UInt8] {
    let sorted = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let statement = Statement(
      predicate: description,
      subject: sorted.map { file in
        .init(name: file.path, size: file.bytes.count, sha256: Digest(of: file.bytes).hex)
      }
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let envelope = Envelope(signing: Array(try encoder.encode(statement)), with: key)
    encoder.outputFormatting.insert(.prettyPrinted)
    let manifest = ArchivedFile(path: manifest, bytes: Array(try encoder.encode(envelope)) + [10])
    return try ZipWriter.archive(files + [manifest])
  }

  /// What a verified archive holds.
  package struct Verified: Hashable, Sendable {
    package var description: ArchiveDescription
    package var fileCount: Int
    /// The size of all files.
    package var byteCount: Int
  }

  /// Checks an archive against its manifest and a public key: the signature, then the names, then size and SHA-256 of
  /// every file. Nothing is written, run or fetched. The memory used is limited by the size of the archive, since
  /// compressed entries are refused.
  ///
  /// - Throws: `ArchiveFault` with everything that is wrong at the first of these steps that finds something.
  package static func verified(_ bytes: [UInt8], with key: SigningKey) throws(ArchiveFault) -> Verified {
    let archive = try ZipReader(bytes)
    guard let entry = archive.entries.first(where: { $0.name == manifest }) else {
      throw ArchiveFault("it has no '\(manifest)': it was not written by 'marginalia archive'")
    }
    let content = try archive.content(of: entry)
    guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(content)) else {
      throw ArchiveFault("'\(manifest)' is no DSSE envelope")
    }
    let payload = try envelope.payload(signedBy: key)
    let statement = try statement(payload)
    var expected: [String: Statement.Subject] = [:]
    for subject in statement.subject {
      guard expected.updateValue(subject, forKey: subject.name) == nil else {
        throw ArchiveFault("the manifest names \(ZipName.shown(subject.name)) twice")
      }
    }
    let files = archive.entries.filter { $0.name != manifest }
    let found = Set(files.map(\.name))
    let names =
      statement.subject.filter { !found.contains($0.name) }.map {
        "\(ZipName.shown($0.name)) is missing"
      }
      + files.filter { expected[$0.name] == nil }.map {
        "\(ZipName.shown($0.name)) is not in the signed manifest"
      }
    if !names.isEmpty { throw ArchiveFault(names) }
    var faults: [String] = []
    for file in files {
      guard let subject = expected[file.name] else { continue }
      do throws(ArchiveFault) {
        guard file.size == subject.annotations.size else {
          throw ArchiveFault(
            "\(ZipName.shown(file.name)) has \(file.size) bytes; the manifest says \(subject.annotations.size)"
          )
        }
        let content = try archive.content(of: file)
        guard Digest(of: content).hex == subject.digest.sha256 else {
          throw ArchiveFault("\(ZipName.shown(file.name)) has another SHA-256 than the manifest says")
        }
      } catch { faults += error.sentences }
    }
    if !faults.isEmpty { throw ArchiveFault(faults) }
    return Verified(
      description: statement.predicate,
      fileCount: files.count,
      byteCount: files.reduce(0) { $0 + $1.size }
    )
  }

  private static func statement(_ payload: [UInt8]) throws(ArchiveFault) -> Statement {
    guard let statement = try? JSONDecoder().decode(Statement.self, from: Data(payload)),
      statement._type == Statement.type, statement.predicateType == Statement.predicateType
    else { throw ArchiveFault("the manifest is signed, but is no statement about an archive of a report") }
    return statement
  }
}

internal import Archives
internal import Engine
internal import Foundation

/// An archive on the disk, with keys on the disk.
struct ArchiveFile {
  /// As the user named it.
  let path: String

  /// Reads the private key that signs an archive.
  func privateKey(_ file: String) throws -> SigningKey {
    let pem = try Self.read(file, as: "the key")
    do { return try SigningKey.privateKey(pem: pem) } catch {
      throw BookProblems(problems: ["'\(file)' cannot sign: \(error)"])
    }
  }

  func write(_ contents: ArchiveContents, signedBy key: SigningKey) throws {
    let bytes: [UInt8]
    do {
      bytes = try SignedArchive.bytes(of: contents.files, about: contents.description, signedBy: key)
    } catch let fault as ArchiveFault { throw BookProblems(problems: fault.sentences) }
    try OutputFile.write(bytes, to: path)
  }

  /// Checks the archive against its signed manifest and says what it holds.
  func verify(key file: String, console: Console) throws {
    let pem = try Self.read(file, as: "the key")
    let key: SigningKey
    do { key = try SigningKey.publicKey(pem: pem) } catch {
      throw BookProblems(problems: ["'\(file)' verifies nothing: \(error)"])
    }
    let bytes = try Self.read(path, as: "the archive")
    do {
      let verified = try SignedArchive.verified(bytes, with: key)
      let about = verified.description
      console.say(
        "\(path): signed by the key \(key.id.prefix(12)); all \(verified.fileCount) files "
          + "(\(verified.byteCount) bytes) are as the manifest says\n"
          + "\(about.book): profile \(about.profile), seed \(about.seed), written by \(about.program)"
      )
    } catch {
      throw BookProblems(problems: error.sentences.map { "'\(path)' is refused: \($0)" })
    }
  }

  private static func read(_ path: String, as what: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: BookOptions.absolute(path)) else {
      throw BookProblems(problems: [
        "\(what) '\(path)' cannot be read: there is no such file, or it may not be read"
      ])
    }
    return Array(data)
  }
}

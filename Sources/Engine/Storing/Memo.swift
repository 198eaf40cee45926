internal import Digests
package import Foundation

/// What can be made again at any time and is kept to save the time: formulas, drawn parts of pages, verdicts.
///
/// Each thing lies in a file named by the digest of all that it was made of, behind the digest of its content; one
/// that does not match counts as absent.
package struct Memo: Sendable {
  private let folder: String?
  /// Beyond this many bytes everything is forgotten when `trim` is called.
  private static let limit = 512 << 20

  /// `nil` keeps nothing.
  init(folder: String?) { self.folder = folder }

  /// Returns what is kept under a key, or makes it and keeps it. Where it cannot be kept it is only made.
  package func recall<Failure: Error>(
    _ key: [String],
    make: () throws(Failure) -> Data?
  ) throws(Failure) -> Data? {
    guard let folder else { return try make() }
    var hasher = Hasher256()
    for field in key { hasher.field(field) }
    let path = "\(folder)/\(hasher.finish().hex)"
    if let known = Self.read(path) { return known }
    guard let made = try make() else { return nil }
    try? AtomicFile.write(Data((Digest(of: made).hex + "\n").utf8) + made, to: path, durable: false)
    return made
  }

  private static func read(_ path: String) -> Data? {
    guard let data = (try? AtomicFile.read(path)) ?? nil, data.count > 64, data[64] == 10 else { return nil }
    let content = data[65...]
    return data[..<64].elementsEqual(Digest(of: content).hex.utf8) ? content : nil
  }

  /// Forgets everything where it has grown too large; only for who holds the lock.
  package func trim() {
    guard let folder else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var size = 0
    for name in names {
      var status = stat()
      if lstat("\(folder)/\(name)", &status) == 0 { size += Int(status.st_size) }
    }
    guard size > Self.limit else { return }
    for name in names { unlink("\(folder)/\(name)") }
  }
}

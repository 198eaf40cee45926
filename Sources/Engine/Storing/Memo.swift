internal import Digests
package import Foundation

/// The one cache of results that can be computed again: formulas, type checks, compiled sources, drawn cells and encoded
/// findings.
///
/// Each value is a file, named by the digest of its key; the file holds the digest of the value and the value. One that
/// does not match counts as absent.
///
/// The gain, measured on the book of `marginalia-bench book` (ten chapters, 60 charts of 800 points, 120 formulas) by editing
/// a sentence and rendering, with the cache and after `rm .marginalia/memo/*`, medians of five in turn on a busy machine of
/// two cores: 0.5 s with the cache, 2.9 s without drawn cells and encoded findings, 14.9 s without formulas too.
package struct Memo: Sendable {
  private let folder: String?
  /// `trim` empties a cache of more bytes than this.
  private static let limit = 512 << 20

  /// A cache in a folder; `nil` for one that keeps nothing.
  init(folder: String?) { self.folder = folder }

  /// Returns the value of a key, or makes it and stores it; `nil` is not stored.
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

  /// Empties the cache where it has grown too large. The caller must hold the lock.
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

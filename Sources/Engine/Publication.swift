internal import Digests
package import Foundation

/// Puts pages into their folder so that nobody ever sees half of one.
///
/// All new pages are written beside their places first; only when every one of them is on the disk are they
/// renamed. So an error leaves the earlier report as it was.
package struct Publication {
  package var folder: String
  private let store: Store

  package init(folder: String, store: Store) {
    self.folder = folder
    self.store = store
  }

  /// Writes pages that differ from what is there, and removes those of the last report that are no more.
  ///
  /// - Parameter stamp: what the pages were made of; `isCurrent` compares with it.
  /// - Returns: how many files were written.
  package func publish(_ pages: [(path: String, bytes: Data)], stamp: String) throws(EngineError) -> Int {
    let earlier = Dictionary((manifest?.pages ?? []).map { ($0.path, $0) }) { first, _ in first }
    let listed = pages.map { (path: $0.path, digest: Digest(of: $0.bytes).hex) }
    let changed = zip(pages, listed).filter { !holds($1.path, $1.digest, earlier[$1.path]) }.map { $0.0 }
    var waiting: [(temporary: String, path: String)] = []
    do throws(EngineError) {
      for page in changed {
        let path = folder + "/" + page.path
        let temporary = path + ".new"
        try AtomicFile.makeFolder((path as NSString).deletingLastPathComponent)
        try AtomicFile.write(page.bytes, to: temporary, durable: false)
        waiting.append((temporary, path))
      }
      for (temporary, path) in waiting where rename(temporary, path) != 0 {
        throw EngineError.file(path: path, doing: "putting the new page in its place", error: errno)
      }
    } catch {
      for (temporary, _) in waiting { unlink(temporary) }
      throw error
    }
    sweep(pages.map(\.path))
    for path in Set(earlier.keys).subtracting(pages.map(\.path)) { unlink(folder + "/" + path) }
    // A store that may only be read does not know what was written; then it is written again.
    try? store.setNote(
      note,
      [stamp] + listed.map { "\($0.digest)\t\(identity(ofPage: $0.path))\t\($0.path)" }
    )
    return changed.count
  }

  /// Whether the report there was made of the same things and is still as it was written.
  package func isCurrent(stamp: String) -> Bool {
    guard let manifest, manifest.stamp == stamp else { return false }
    return manifest.pages.allSatisfy { holds($0.path, $0.digest, $0) }
  }

  /// Whether a page is on the disk with a content; one that has not been touched since it was written is not read.
  private func holds(_ path: String, _ digest: String, _ written: WrittenPage?) -> Bool {
    if let written, identity(ofPage: path) == written.identity { return written.digest == digest }
    return ((try? AtomicFile.read(folder + "/" + path)) ?? nil).map { Digest(of: $0).hex } == digest
  }

  /// Removes what a killed run had begun to write.
  private func sweep(_ pages: [String]) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      if let range = name.range(of: ".new"), pages.contains(String(name[..<range.lowerBound])) {
        unlink(folder + "/" + name)
      }
    }
  }

  private var note: String { "report-" + Digest(of: folder).short }

  private struct WrittenPage {
    var path: String
    var digest: String
    var identity: String
  }

  private var manifest: (stamp: String, pages: [WrittenPage])? {
    guard let lines = store.note(note), let stamp = lines.first else { return nil }
    let pages = lines.dropFirst().map { $0.split(separator: "\t", maxSplits: 2).map(String.init) }
    guard pages.allSatisfy({ $0.count == 3 }) else { return nil }
    return (stamp, pages.map { WrittenPage(path: $0[2], digest: $0[0], identity: $0[1]) })
  }

  private func identity(ofPage path: String) -> String {
    FileIdentity(of: folder + "/" + path)?.description ?? "none"
  }
}

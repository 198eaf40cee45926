internal import Digests
internal import Findings
internal import Foundation

/// What is remembered between runs, in one folder beside the book.
///
/// ```
/// records/<cell>/<sequence>-<SHA-256 of the file>.json   every record of every version of a cell
/// checkpoints/                                           what the laboratory keeps: models, training states
/// notes/<name>                                           small facts that can be found again
/// memo/                                                  formulas, drawn parts of pages: what can be made again
/// scratch/                                               programs being made and run; empty between runs
/// ```
///
/// Files appear whole, by rename, and are checked against the digest in their name when they are read; one
/// that does not match is put aside as `.damaged` and counts as absent. The order of records is that of their
/// sequence numbers, so that a clock that jumps changes nothing.
package struct Store: Sendable {
  /// The folder, absolute.
  package let folder: String
  private let isWritable: Bool

  /// Opens a store; one that is written to gets the folders that are missing.
  package init(folder: String, isWritable: Bool = true) throws(EngineError) {
    self.folder = folder
    self.isWritable = isWritable
    guard isWritable else { return }
    for name in ["records", "checkpoints", "notes", "memo", "modules", "scratch"] {
      try AtomicFile.makeFolder("\(folder)/\(name)")
    }
  }

  /// Where the laboratory keeps models and training states.
  package var checkpoints: String { folder + "/checkpoints" }

  /// What can be made again. Who only looks makes it again each time: a stranger's store could put anything on a page.
  package var memo: Memo { Memo(folder: isWritable ? folder + "/memo" : nil) }

  /// Where the compiler keeps what it makes of C headers. It refuses a cache that was moved, so that each place
  /// of a store has its own.
  var moduleCache: String {
    let path = folder + "/modules"
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real) + "/" + Digest(of: String(cString: real)).short
  }

  /// Returns a small fact kept under a name, a line each; `nil` where there is none.
  func note(_ name: String) -> [String]? {
    guard let data = try? AtomicFile.read("\(folder)/notes/\(name)") else { return nil }
    var lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    guard lines.count > 1, let digest = lines.popLast(),
      digest == Digest(of: lines.joined(separator: "\n")).hex
    else { return nil }
    return lines
  }

  /// Keeps a small fact under a name.
  func setNote(_ name: String, _ lines: [String]) throws(EngineError) {
    let text = lines.map { $0.utf8.contains(10) ? $0.replacing("\n", with: " ") : $0 }.joined(separator: "\n")
    try AtomicFile.write(
      Data((text + "\n" + Digest(of: text).hex).utf8),
      to: "\(folder)/notes/\(name)",
      durable: false
    )
  }

  /// Makes a folder of its own for one piece of work.
  func makeScratch(_ name: String) throws(EngineError) -> String {
    let path = "\(folder)/scratch/\(name)-\(getpid())"
    try? FileManager.default.removeItem(atPath: path)
    try AtomicFile.makeFolder(path)
    return path
  }

  /// Removes what killed runs left behind; only for who holds the lock.
  package func sweep() {
    memo.trim()
    let scratch = folder + "/scratch"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: scratch)) ?? [] {
      try? FileManager.default.removeItem(atPath: "\(scratch)/\(name)")
    }
  }
}

extension Store {
  /// The findings of earlier reports, oldest first: paths of `findings.json` files.
  package var history: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/history")) ?? []
    return names.filter { $0.hasSuffix(".json") }
      .sorted { (Int($0.prefix { $0 != "." }) ?? 0) < (Int($1.prefix { $0 != "." }) ?? 0) }
      .map { "\(folder)/history/\($0)" }
  }

  /// Remembers the findings of a report, if they are not those of the last; a hundred are kept.
  ///
  /// - Parameter path: the report's `findings.json`.
  package func remember(findingsAt path: String) throws(EngineError) {
    guard let findings = try AtomicFile.read(path) else { return }
    let history = history
    if let last = history.last, try AtomicFile.read(last) == findings { return }
    try AtomicFile.makeFolder(folder + "/history")
    let number = history.last.flatMap { Int(($0 as NSString).lastPathComponent.prefix { $0 != "." }) } ?? 0
    try AtomicFile.write(findings, to: "\(folder)/history/\(number + 1).json", durable: false)
    for old in history.dropLast(99) { unlink(old) }
  }

  /// Removes everything but the lock, and returns how many bytes that were.
  package func removeAll() throws(EngineError) -> Int {
    var bytes = 0
    for name in ["records", "checkpoints", "notes", "memo", "scratch", "modules", "history"] {
      let path = "\(folder)/\(name)"
      bytes += Self.size(ofFolder: path)
      guard access(path, F_OK) == 0 else { continue }
      do { try FileManager.default.removeItem(atPath: path) } catch {
        throw .file(path: path, doing: "removing it", error: errno)
      }
    }
    return bytes
  }

  /// Removes records of other cells, all but the newest of each, and damaged ones.
  ///
  /// - Returns: how many files and bytes were removed.
  package func prune(cells: Set<String>, keeping count: Int) -> (files: Int, bytes: Int) {
    sweep()
    var removed = (files: 0, bytes: 0)
    let records = folder + "/records"
    for cell in (try? FileManager.default.contentsOfDirectory(atPath: records)) ?? [] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(records)/\(cell)")) ?? []
      let newest = names.filter { $0.hasSuffix(".json") }
        .sorted { (Int($0.prefix { $0 != "-" }) ?? 0) > (Int($1.prefix { $0 != "-" }) ?? 0) }
      let kept = cells.contains(cell) ? Set(newest.prefix(count)) : []
      for name in names where !kept.contains(name) {
        let path = "\(records)/\(cell)/\(name)"
        removed.bytes += Self.size(ofFile: path)
        if unlink(path) == 0 { removed.files += 1 }
      }
      rmdir("\(records)/\(cell)")
    }
    return removed
  }

  private static func size(ofFolder path: String) -> Int {
    let names = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
    return names.reduce(0) { $0 + size(ofFile: "\(path)/\($1)") }
  }

  private static func size(ofFile path: String) -> Int {
    var status = stat()
    return lstat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}

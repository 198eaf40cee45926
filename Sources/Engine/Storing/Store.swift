internal import Digests
internal import Findings
internal import Foundation

/// The store: everything that is kept between runs, in one folder.
///
/// ```
/// records/<cell>/<sequence>-<SHA-256 of the file>.json   every record of every version of a cell
/// checkpoints/                                           the laboratory's models and training states
/// notes/<name>                                           small facts that can be found out again
/// memo/                                                  the cache: see `Memo`
/// history/<number>.json, <number>.provenance             findings and provenance of earlier reports
/// set/<values>/                                          a store of `render --set`
/// modules/                                               the compiler's cache of C headers
/// jobs/<date>-<name>/                                    plans that an executor works on: see `JobPlan`
/// scratch/                                               programs being compiled and run: see `ScratchFolders`
/// lock                                                   see `StoreLock`
/// marginalia-store                                       tells that the folder is a store: see `mark`
/// ```
///
/// Files are written atomically. A record is checked against the digest in its name when it is read; one that does not
/// match is renamed to `.damaged` and counts as absent. The order of records is that of their
/// sequence numbers, so that a clock that jumps changes nothing.
package struct Store: Sendable {
  /// The folder, absolute.
  package let folder: String
  /// Whether anything is written into the store.
  package let isWritable: Bool

  private static let folders = ["records", "checkpoints", "notes", "memo", "modules", "scratch"]

  /// How a store is opened.
  package enum Access: Sendable {
    /// Missing folders are made; an error where that fails.
    case write
    /// As `write` where the folder may be written, else as `read`.
    case writeIfPossible
    /// No record is written, and the cache is not read, since a stranger's cache could put anything on a page. Only what
    /// pandoc answered is kept: see `typesetting`.
    case read
  }

  /// Opens a store.
  package init(folder: String, access: Access = .write) throws(EngineError) {
    self.folder = folder
    guard access != .read else {
      isWritable = false
      return
    }
    do throws(EngineError) {
      try Self.mark(folder)
      for name in Self.folders { try AtomicFile.makeFolder("\(folder)/\(name)") }
      if Glibc.access("\(folder)/notes", W_OK) != 0 {
        throw .file(path: folder, doing: "writing into the store", error: errno)
      }
      isWritable = true
    } catch {
      guard access == .writeIfPossible, case .file(_, _, let number) = error,
        [EACCES, EROFS].contains(number)
      else { throw error }
      isWritable = false
    }
  }

  private static let markFile = "marginalia-store"

  /// Marks a folder as a store, and makes it where it does not exist.
  ///
  /// What lies in a store may be removed by `clean`, so a folder with files of somebody else is refused. A store of an
  /// earlier version has no mark: it is known by its lock, or by having all folders of a store.
  package static func mark(_ folder: String) throws(EngineError) {
    let path = "\(folder)/\(markFile)"
    if Glibc.access(path, F_OK) == 0 { return }
    try AtomicFile.makeFolder(folder)
    let lock = AtomicFile.systemText(folder + "/lock")
    let isOld =
      lock.hasPrefix("'marginalia ") || folders.allSatisfy { Glibc.access("\(folder)/\($0)", F_OK) == 0 }
    let content = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // Another process may have marked it meanwhile.
    guard isOld || content.isEmpty || content.contains(markFile) else { throw .notAStore(folder) }
    // Made in one step, so that no other process sees a folder that is neither empty nor marked.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else {
      // Whether an old store may be written is found out where it is written.
      if isOld { return }
      throw .file(path: path, doing: "making the store", error: errno)
    }
    defer { close(descriptor) }
    let text = Array(
      "This folder is a store of marginalia; 'marginalia clean --all' removes what is in it.\n".utf8
    )
    _ = Glibc.write(descriptor, text, text.count)
  }

  /// Where the laboratory keeps models and training states.
  package var checkpoints: String { folder + "/checkpoints" }

  /// Where the plans of jobs lie.
  var jobs: String { folder + "/jobs" }

  /// The cache of formulas and citations. A store that is only read keeps them, too, where its folder may be written: what
  /// is found there is checked against lists of elements before it becomes part of a page, as pandoc's own answers are.
  package var typesetting: Memo {
    let path = folder + "/memo"
    return Memo(folder: isWritable || Glibc.access(path, W_OK) == 0 ? path : nil)
  }

  /// The cache; a store that is only read has none.
  package var memo: Memo { Memo(folder: isWritable ? folder + "/memo" : nil) }

  /// The cache of the sources that a book's chapters share, compiled. For a store that is only read it is a folder of
  /// this process, so that chapters do not compile them one by one.
  var compiled: Memo { isWritable ? memo : Memo(folder: Self.temporary) }

  /// Where the compiler caches the modules of C headers. It refuses a cache that was moved, so each place of a store
  /// has its own.
  ///
  /// The compiler replaces every `%` in the path of a file that it makes by a digit of chance: a store with such a
  /// path has its cache in a folder of this process.
  var moduleCache: String {
    guard isWritable else { return Self.temporary + "/modules" }
    let path = folder + "/modules"
    guard let name = realpath(path, nil) else { return path }
    defer { free(name) }
    let real = String(cString: name)
    return real.contains("%") ? Self.temporary + "/modules" : real + "/" + Digest(of: real).short
  }

  /// Returns a small fact kept under a name, a line each; `nil` where there is none.
  package func note(_ name: String) -> [String]? {
    guard let data = try? AtomicFile.read("\(folder)/notes/\(name)") else { return nil }
    var lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    guard lines.count > 1, let digest = lines.popLast(),
      digest == Digest(of: lines.joined(separator: "\n")).hex
    else { return nil }
    return lines
  }

  /// Keeps a small fact under a name, if the store may be written.
  package func setNote(_ name: String, _ lines: [String]) throws(EngineError) {
    guard isWritable else { return }
    let text = lines.map { $0.utf8.contains(10) ? $0.replacing("\n", with: " ") : $0 }.joined(separator: "\n")
    try AtomicFile.write(
      Data((text + "\n" + Digest(of: text).hex).utf8),
      to: "\(folder)/notes/\(name)",
      durable: false
    )
  }

  /// The file that caches the digests of a data root's files; `nil` where nothing may be written.
  func dataRootList(_ name: String, folder root: String) -> String? {
    isWritable ? "\(folder)/notes/data-\(name)-\(Digest(of: root).short)" : nil
  }

  /// Makes a temporary folder for one task.
  func makeScratch(_ name: String) throws(EngineError) -> String {
    try ScratchFolders(isWritable ? folder + "/scratch" : Self.temporary).make(name)
  }

  /// A folder of this process for the work of stores that may not be written.
  private static let temporary: String = {
    guard let path = try? TemporaryFolders.make() else { return NSTemporaryDirectory() }
    removedAtExit = path
    atexit { if let path = Store.removedAtExit { try? FileManager.default.removeItem(atPath: path) } }
    return path
  }()
  nonisolated(unsafe) private static var removedAtExit: String?

  /// Removes what killed runs left behind. The caller must hold the lock.
  package func sweep() {
    memo.trim()
    ScratchFolders(folder + "/scratch").sweep()
    sweepCheckpoints()
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
  /// - Parameters:
  ///   - findings: the path of the report's findings; nothing is remembered where there is no such file.
  ///   - provenance: the path of their provenance, which is kept under the same number where there is one.
  package func remember(findings: String, provenance: String) throws(EngineError) {
    guard let findings = try AtomicFile.read(findings) else { return }
    let history = history
    if let last = history.last, try AtomicFile.read(last) == findings { return }
    try AtomicFile.makeFolder(folder + "/history")
    let number = history.last.flatMap { Int(PathText.name(of: $0).prefix { $0 != "." }) } ?? 0
    try AtomicFile.write(findings, to: "\(folder)/history/\(number + 1).json", durable: false)
    if let provenance = try AtomicFile.read(provenance) {
      try AtomicFile.write(provenance, to: "\(folder)/history/\(number + 1).provenance", durable: false)
    }
    for old in history.dropLast(99) {
      unlink(old)
      unlink((old as NSString).deletingPathExtension + ".provenance")
    }
  }

  /// Removes everything but the lock and the mark, and returns how many bytes that were.
  package func removeAll() throws(EngineError) -> Int {
    var bytes = 0
    for name in Self.folders + ["history", "jobs", "set"] {
      let path = "\(folder)/\(name)"
      bytes += Self.size(ofFolder: path)
      guard Glibc.access(path, F_OK) == 0 else { continue }
      do { try FileManager.default.removeItem(atPath: path) } catch {
        throw .file(path: path, doing: "removing it", error: errno)
      }
    }
    return bytes
  }

  /// Removes records of other cells, all but the newest of each, damaged ones, and the compiler's cache, which could be
  /// damaged.
  ///
  /// - Returns: how many files and bytes were removed.
  package func prune(cells: Set<String>, keeping count: Int) -> (files: Int, bytes: Int) {
    sweep()
    let modules = folder + "/modules"
    var removed = (files: 0, bytes: Self.size(ofFolder: modules))
    try? FileManager.default.removeItem(atPath: modules)
    mkdir(modules, 0o755)
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

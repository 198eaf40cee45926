internal import Chapters
internal import Digests
internal import Foundation

/// Writes pages into their folder atomically.
///
/// All new pages are written beside their places first and renamed only when every one of them is written. Where one cannot be
/// renamed, those before it are taken back. So an error leaves the earlier report as it was. What a kill or a crash of the system
/// leaves between two versions is seen by the identities of the files, and written by the next render. Files that no report of
/// this book wrote are not overwritten.
package struct Publication {
  package var folder: String
  /// The folder of the book: two books that share a store and a folder do not take each other's pages for their own.
  private let book: String
  private let store: Store
  /// Whether the folder lies beside the book or within it: then a report in it that has the book's mark is the book's,
  /// written with another store or by another checkout.
  private let isBesideBook: Bool
  /// Whether other machines may write into the folder without regard to our lock.
  package var isShared: Bool

  package init(folder: String, book: String, store: Store) {
    self.folder = folder
    self.book = book
    self.store = store
    isShared = NetworkFileSystem.holds(folder)
    let isNamedChapters = PathText.name(of: book) == "Chapters"
    let home = isNamedChapters ? PathText.folder(of: book) : book
    isBesideBook = folder.hasPrefix(home.hasSuffix("/") ? home : home + "/")
  }

  /// A page and what draws it, on whatever thread.
  package typealias Page = (path: String, draw: @Sendable () throws -> [UInt8])

  /// Draws pages on all cores, writes those that differ from what is there, and removes pages of the last report that
  /// no longer exist. Only pages being drawn are in memory.
  ///
  /// - Parameters:
  ///   - stamp: a digest of what the pages are made of; `isCurrent` compares with it.
  ///   - mark: what the first page of each report of this book holds: by it a report is known without a store.
  /// - Returns: how many files were written.
  /// - Throws: `EngineError.foreignFile` where a page would replace a file that no report of this book wrote.
  package func publish(_ pages: [Page], stamp: String, mark: String) throws -> Int {
    let paths = pages.map(\.path)
    for place in Set(paths.map(Self.place)) {
      try AtomicFile.makeFolder(place.isEmpty ? folder : folder + "/" + place)
    }
    let (drawn, earlier) = try draw(pages, mark: mark, attempts: isShared ? 20 : 1)
    let results = drawn.concurrentMap { page in Result { try putInPlace(page) } }
    do { _ = try results.map { try $0.get() } } catch {
      Self.discard(drawn)
      for placed in results.compactMap({ try? $0.get() }) { placed.takeBack() }
      throw error
    }
    let identities = results.compactMap { try? $0.get() }.map { placed in
      placed.earlier.map { _ = unlink($0) }
      return identity(ofPage: placed.page)
    }
    sweep(Set(paths))
    remove(Set(earlier.keys).subtracting(paths))
    // A store that is only read does not know what was written; then it is written again.
    try? store.setNote(
      note,
      [stamp] + zip(drawn, identities).map { "\($0.digest)\t\($1)\t\($0.path)" }
    )
    return drawn.count { $0.temporary != nil }
  }

  /// Refuses the folder where pages would replace files that no report of this book wrote, for the time before
  /// anything runs.
  ///
  /// - Parameter report: the pages as they would be now, and their mark; asked for only where the folder holds other
  ///   files than this book's pages.
  /// - Throws: `EngineError.foreignFile`.
  package func refuseForeignFiles(in report: () throws -> (pages: [Page], mark: String)) throws {
    let written = Set((manifest?.pages ?? []).map(\.path))
    var known = written
    for var place in written {
      repeat { place = PathText.folder(of: place) } while known.insert(place).inserted
    }
    let names = FileManager.default.enumerator(atPath: folder)
    guard names?.contains(where: { !known.contains($0 as? String ?? "") }) == true else { return }
    let (pages, mark) = try report()
    // As in `draw`: another machine may be putting the same report in place.
    for attemptsLeft in (0..<(isShared ? 20 : 1)).reversed() {
      if isOurs(mark) { return }
      let foreign = try pages.first { page in
        guard !written.contains(page.path), access(folder + "/" + page.path, F_OK) == 0 else { return false }
        return !holds(page.path, Digest(of: try page.draw()).hex, nil)
      }
      guard let foreign else { return }
      if attemptsLeft == 0 { throw EngineError.foreignFile(path: folder + "/" + foreign.path) }
      usleep(250_000)
    }
  }

  /// A page that was drawn.
  private struct Drawn {
    var path: String
    var digest: String
    /// Where its bytes lie until all pages are there; `nil` where the page is on the disk as it is.
    var temporary: String?
  }

  /// Draws all pages; after an error none of their temporary files is left.
  ///
  /// - Parameter attempts: how often a file that seems to be foreign is looked at, a quarter of a second apart. Another
  ///   machine may be putting the same report in place, whose first page, which has the mark, need not be there first.
  /// - Returns: also the files of the last report.
  private func draw(_ pages: [Page], mark: String, attempts: Int) throws -> (
    [Drawn], earlier: [String: WrittenPage]
  ) {
    let earlier = Dictionary((manifest?.pages ?? []).map { ($0.path, $0) }) { first, _ in first }
    let isOurs = isOurs(mark)
    let results = pages.concurrentMap { page in
      Result { try prepare(page, earlier[page.path], isOurs: isOurs) }
    }
    do { return (try results.map { try $0.get() }, earlier) } catch {
      Self.discard(results.compactMap { try? $0.get() })
      guard attempts > 1, case EngineError.foreignFile = error else { throw error }
    }
    usleep(250_000)
    return try draw(pages, mark: mark, attempts: attempts - 1)
  }

  private static func discard(_ pages: [Drawn]) {
    for page in pages { page.temporary.map { _ = unlink($0) } }
  }

  /// Whether the folder holds a report of this book, written with another store or by another checkout. A store that
  /// is only read does not know what was written: then the mark must do elsewhere, too.
  private func isOurs(_ mark: String) -> Bool {
    (isBesideBook || !store.isWritable) && holdsReport(with: mark)
  }

  /// Whether the first page there has the mark of the book.
  private func holdsReport(with mark: String) -> Bool {
    guard let data = (try? AtomicFile.read(folder + "/index.html")) ?? nil else { return false }
    return String(decoding: data, as: UTF8.self).contains(mark)
  }

  private func prepare(_ page: Page, _ earlier: WrittenPage?, isOurs: Bool) throws -> Drawn {
    let bytes = try page.draw()
    let digest = Digest(of: bytes).hex
    if holds(page.path, digest, earlier) { return Drawn(path: page.path, digest: digest) }
    if earlier == nil, !isOurs, access(folder + "/" + page.path, F_OK) == 0 {
      throw EngineError.foreignFile(path: folder + "/" + page.path)
    }
    let temporary = try AtomicFile.prepare(bytes, for: folder + "/" + page.path, durable: false)
    return Drawn(path: page.path, digest: digest, temporary: temporary)
  }

  /// A page in its place.
  private struct Placed {
    var page: String
    /// The file, where it is a new one.
    var new: String?
    /// The second name of the file that was in the place before.
    var earlier: String?

    func takeBack() {
      guard let new else { return }
      if let earlier { rename(earlier, new) } else { unlink(new) }
    }
  }

  /// Renames a new page to its place, and keeps the earlier one under another name until all pages are in their places.
  private func putInPlace(_ page: Drawn) throws(EngineError) -> Placed {
    guard let temporary = page.temporary else { return Placed(page: page.path) }
    let path = folder + "/" + page.path
    // `sweep` removes it after a kill.
    let second = "\(path).\(getpid()).earlier.new"
    unlink(second)
    var placed = Placed(page: page.path, new: path)
    if link(path, second) == 0 {
      placed.earlier = second
    } else if isFile(path) {
      // A file system without second names: for a moment there is no page.
      guard rename(path, second) == 0 else { throw Self.placing(path, errno) }
      placed.earlier = second
    }
    guard rename(temporary, path) == 0 else {
      let error = errno
      // A second name of the same file stays where a rename has nothing to do.
      if let earlier = placed.earlier, rename(earlier, path) == 0 { unlink(earlier) }
      throw Self.placing(path, error)
    }
    return placed
  }

  private static func placing(_ path: String, _ error: Int32) -> EngineError {
    .file(path: path, doing: "putting the new page in its place", error: error)
  }

  private func isFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
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

  /// Removes pages, and the folders that are empty without them.
  private func remove(_ pages: Set<String>) {
    var places: Set<String> = []
    for page in pages {
      unlink(folder + "/" + page)
      var place = PathText.folder(of: page)
      while !place.isEmpty {
        places.insert(place)
        place = PathText.folder(of: place)
      }
    }
    // The inner ones first; a folder that still holds something stays.
    for place in places.sorted(by: { $0.utf8.count > $1.utf8.count }) { rmdir(folder + "/" + place) }
  }

  /// Removes the temporary files of killed runs.
  private func sweep(_ pages: Set<String>) {
    for place in Set(pages.map(Self.place)) {
      TemporaryFiles.remove(in: folder + "/" + place, isShared: isShared) { name in
        // What `FileReplacement` puts behind a name has three parts.
        pages.contains(
          place
            + name.split(separator: ".", omittingEmptySubsequences: false).dropLast(3).joined(separator: ".")
        )
      }
    }
  }

  /// The folder of a page within that of the report, with a slash behind it; nothing for the report's own.
  private static func place(of page: String) -> String {
    page.lastIndex(of: "/").map { String(page[...$0]) } ?? ""
  }

  private var note: String { "report-" + Digest(of: folder + "\0" + book).short }

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

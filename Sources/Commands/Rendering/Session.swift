internal import Chapters
internal import Digests
internal import Engine
internal import Findings
internal import Foundation
internal import Planning
internal import Synchronization

/// An open book with everything that its cells depend on.
struct Session {
  private(set) var manuscript: Manuscript
  let conditions: Conditions
  let store: Store
  let context: KeyContext
  let ledger: Ledger
  /// `nil` where nothing may be run.
  let toolchain: Toolchain?
  let laboratory: LaboratoryLibrary?
  /// The names and digests of the book's files, as they were read: what changes afterwards is seen next time.
  let texts: [String]
  /// The values of parameters that are not the book's defaults.
  let changedParameters: [String: ParameterValue]

  var book: Book { manuscript.book }
  var chapters: [Chapter] { manuscript.chapters }

  /// The purpose of a command, which decides what it may start and write.
  enum Purpose {
    /// Runs cells and writes records.
    case run
    /// Compares the book with its records, and may compile cells; writes into the store where that is possible.
    case inspect
    /// Shows the records of any laboratory and compiler; starts no compiler and writes no record.
    case show
  }

  /// Opens a book.
  ///
  /// - Parameter changed: the values of parameters that differ from the book's defaults.
  init(_ options: BookOptions, purpose: Purpose, changed: [String: ParameterValue] = [:]) throws {
    changedParameters = changed
    let folder = try options.bookFolder()
    (manuscript, texts) = try Self.read(folder)
    let (book, chapters) = (manuscript.book, manuscript.chapters)
    var conditions = try options.conditions(for: book, changed: changed)
    let access: Store.Access =
      switch purpose {
      case .run: .write
      case .inspect: .writeIfPossible
      case .show: .read
      }
    store = try options.openStore(for: folder, access: access)
    if purpose != .show {
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      let laboratory = try LaboratoryLibrary(store: store)
      let toolchain = try Toolchain(path: path, store: store)
      try laboratory.check(toolchain)
      self.laboratory = laboratory
      self.toolchain = toolchain
      conditions.kernel = try OpenBLASKernel.inUse(requested: conditions.requestedKernel, store: store)
      context = Self.context(conditions, manuscript, laboratory.digest, toolchain.version)
    } else {
      (laboratory, toolchain) = (nil, nil)
      let record = chapters.lazy.flatMap(\.cells).compactMap { [store] in store.records(ofCell: $0.id).first }
        .first
      var context = Self.context(conditions, manuscript, "", "")
      if let parts = record?.components {
        context.laboratory = parts["laboratory"] ?? ""
        context.compiler = parts["compiler"] ?? ""
        context.kernel = parts["kernel"] ?? ""
      }
      self.context = context
    }
    self.conditions = conditions
    let needs = Needs(chapters)
    let kept = KeptRecords(bookFolder: folder, cells: Set(chapters.flatMap(\.cells).map(\.id)))
    manuscript.problems += needs.problems + kept.problems
    ledger = Ledger(
      chapters: chapters,
      needs: needs,
      context: context,
      store: store,
      bookFolder: folder,
      conditions: conditions,
      kept: kept,
      profileSeeds: book.profiles.mapValues(\.seed)
    )
  }

  private static func context(
    _ conditions: Conditions,
    _ manuscript: Manuscript,
    _ laboratory: String,
    _ compiler: String
  ) -> KeyContext {
    KeyContext(
      laboratory: laboratory,
      compiler: compiler,
      kernel: [conditions.kernel, conditions.cacheSize].compactMap { $0 }.joined(separator: " L2 "),
      profile: conditions.profile,
      seed: conditions.seed,
      environment: manuscript.book.environment,
      sources: manuscript.sources
    )
  }

  /// Reads every file of a book. Only errors of `book.yml` end it here: a chapter with errors is part of the report.
  private static func read(_ folder: String) throws -> (Manuscript, texts: [String]) {
    // The settings are read where they are parsed, so their digest is taken first: a change between is seen next time.
    let settings = (try? Digest(ofFileAt: folder + "/" + Book.file))?.hex ?? "unreadable"
    let book: Book
    do { book = try Book(readingFolder: folder) } catch {
      throw BookProblems(problems: error.errors.map(\.description))
    }
    let digests = Mutex<[String: String]>([:])
    let manuscript = Manuscript(reading: book) { file, bytes in
      let digest = Digest(of: bytes).hex
      digests.withLock { $0[file] = digest }
    }
    let files = book.bibliographies + book.chapterFiles + book.sources
    let texts = digests.withLock { digests in files.map { "\($0) \(digests[$0] ?? "unreadable")" } }
    return (manuscript, ["\(Book.file) \(settings)"] + texts)
  }

  /// Returns the indices of the chapters that are named by number, id or path, or by one of their cells.
  func indices(of names: [String]) throws -> Set<Int>? {
    guard !names.isEmpty else { return nil }
    return Set(
      try names.map { name in
        let file = PathText.name(of: name)
        let index = chapters.firstIndex {
          $0.id == name || $0.file == name || $0.file == file || ($0.number != nil && $0.number == Int(name))
            || $0.cells.contains { $0.id == name }
        }
        guard let index else {
          let known = chapters.map(\.id).joined(separator: ", ")
          throw BookProblems(problems: ["'\(name)' is no chapter or cell of this book: it has \(known)"])
        }
        return index
      }
    )
  }

  /// Returns a runner of the book's chapters; `nil` for the purpose `show`.
  ///
  /// - Parameter commit: the book's commit, for the provenance of new records.
  func runner(jobs: Int, commit: String = "") -> BookRunner? {
    guard let toolchain, let laboratory else { return nil }
    return BookRunner(
      chapters: chapters,
      ledger: ledger,
      runner: ChapterRunner(
        bookFolder: book.folder,
        store: store,
        toolchain: toolchain,
        laboratory: laboratory,
        conditions: conditions,
        sources: book.sources.map { book.folder + "/" + $0 },
        commit: commit
      ),
      jobs: jobs
    )
  }
}

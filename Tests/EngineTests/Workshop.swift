internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import TestSupport

/// A book folder and a store in a temporary place, with everything that runs chapters.
final class Workshop {
  let folder: String
  var store: Store
  /// The time limit is far above what any cell here takes, also on a loaded machine.
  var conditions = Conditions(profile: "smoke", seed: 7, timeout: 300)
  /// The paths of the Swift files that chapters share.
  var sources: [String] = []

  /// - Parameter suffix: the end of the folder's name.
  init(suffix: String = "") throws {
    let path = URL(fileURLWithPath: NSTemporaryDirectory()).path + "/marginalia-" + UUID().uuidString + suffix
    try FileManager.default.createDirectory(atPath: path + "/book", withIntermediateDirectories: true)
    folder = path
    store = try Store(folder: path + "/.marginalia")
    try ModuleCache.share(withStore: store.folder)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var book: String { folder + "/book" }

  /// Whether a program runs that a chapter was compiled to.
  var isRunning: Bool {
    let real = URL(fileURLWithPath: store.folder).resolvingSymlinksInPath().path + "/"
    return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).contains { process in
      let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
      return program?.hasPrefix(real) == true
    }
  }

  /// The compiler and the library that this very test run was built with.
  func runner() throws -> ChapterRunner {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return ChapterRunner(
      bookFolder: book,
      store: store,
      toolchain: try Toolchain(path: path, store: store),
      laboratory: try LaboratoryLibrary(),
      conditions: conditions,
      sources: sources
    )
  }

  /// Runs cells made of `(id, code)`, the first fence on line 3, one empty line between two cells.
  func run(_ cells: [(id: String, code: String)], needed: [String: [Finding]] = [:]) throws -> [CellRecord] {
    try run(Self.cells(cells), needed: needed)
  }

  func run(_ cells: [Cell], needed: [String: [Finding]] = [:]) throws -> [CellRecord] {
    var records: [CellRecord] = []
    try runner().run(.init(chapter: Self.chapter(cells), needed: needed)) { event in
      if case .cellEnded(let record, _) = event { records.append(record) }
    }
    return records
  }

  static func chapter(_ cells: [Cell]) -> Chapter {
    Chapter(file: "01-test.md", id: "test", number: 1, title: [], blocks: [], cells: cells)
  }

  static func cells(_ list: [(id: String, code: String)], timeout: Double? = nil) -> [Cell] {
    var line = 3
    return list.map { id, code in
      defer { line += code.split(separator: "\n", omittingEmptySubsequences: false).count + 3 }
      return Cell(
        id: id,
        timeout: timeout,
        code: code,
        location: SourceLocation(file: "01-test.md", line: line)
      )
    }
  }
}

extension CellRecord {
  var failure: Failure? {
    if case .failed(let failure) = outcome { failure } else { nil }
  }

  var succeeded: Bool { outcome == .succeeded }

  var wasNotRun: Bool { outcome.kind == .notRun }
}

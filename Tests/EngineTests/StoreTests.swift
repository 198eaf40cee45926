internal import Engine
internal import Findings
internal import Foundation
internal import Testing

@Suite("The store")
struct StoreTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private func record(_ key: String, value: Double) -> CellRecord {
    CellRecord(
      cell: "roc",
      key: key,
      outcome: .succeeded,
      findings: [.init(name: "a", content: .measurement(.init(value)))],
      output: "text\n",
      provenance: .init(date: "", seconds: 1, profile: "smoke", seed: 1, machine: "", toolchain: "")
    )
  }

  private var files: [String] {
    let folder = workshop.store.folder + "/records/roc/"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map { folder + $0 }
  }

  @Test("returns every record of a cell, the newest first")
  func order() throws {
    for number in 1...12 {
      try workshop.store.keep(record("k\(number)", value: Double(number)), components: [:])
    }
    let records = workshop.store.records(ofCell: "roc")
    #expect(records.map(\.summary.key) == (1...12).reversed().map { "k\($0)" })
    #expect(
      try records.map { try $0.record() } == (1...12).reversed().map { record("k\($0)", value: Double($0)) }
    )
    #expect(workshop.store.records(ofCell: "other").isEmpty)
  }

  @Test("gives the outline of a record: what other pages show of it")
  func outline() throws {
    var record = record("k", value: 1)
    let table = Table(columns: [.init("c")], rows: [.init([1])])
    record.findings.append(.init(name: "t", caption: "Rows.", content: .table(table)))
    try workshop.store.keep(record, components: [:])
    let outline = try #require(workshop.store.records(ofCell: "roc").first).outline()
    #expect(outline.findings.first == record.findings.first)
    #expect(outline.findings.last?.caption == "Rows.")
    #expect(outline.findings.last?.content == .table(Table(columns: [])))
    #expect(outline.output == record.output)
  }

  @Test(
    "caches values, makes damaged ones again, and caches nothing where it is only read"
  )
  func memo() throws {
    let memo = workshop.store.memo
    #expect(memo.recall(["a", "bc"]) { Data("first".utf8) } == Data("first".utf8))
    #expect(memo.recall(["a", "bc"]) { Data("second".utf8) } == Data("first".utf8))
    #expect(memo.recall(["ab", "c"]) { nil } == nil)
    let folder = workshop.store.folder + "/memo/"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      try Data(contentsOf: URL(fileURLWithPath: folder + name)).dropLast().write(
        to: URL(fileURLWithPath: folder + name)
      )
    }
    #expect(memo.recall(["a", "bc"]) { Data("third".utf8) } == Data("third".utf8))
    let looking = try Store(folder: workshop.store.folder, access: .read).memo
    #expect(looking.recall(["a", "bc"]) { Data("fourth".utf8) } == Data("fourth".utf8))
  }

  @Test("notices a damaged, truncated or empty entry and goes on without it", arguments: [0, 1, 2])
  func damage(kind: Int) throws {
    try workshop.store.keep(record("good", value: 1), components: ["code": "x"])
    try workshop.store.keep(record("bad", value: 2), components: [:])
    let path = try #require(files.last)
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    switch kind {
    case 0: data[data.count / 2] ^= 1
    case 1: data = data.prefix(data.count / 2)
    default: data = Data()
    }
    try data.write(to: URL(fileURLWithPath: path))
    #expect(workshop.store.records(ofCell: "roc").map(\.summary.key) == ["good"])
    #expect(files.filter { $0.hasSuffix(".damaged") }.count == 1)
    try workshop.store.keep(record("again", value: 3), components: [:])
    #expect(workshop.store.records(ofCell: "roc").map(\.summary.key) == ["again", "good"])
  }

  @Test("removes what killed trainings left unfinished, unless somebody trains")
  func unfinishedModels() throws {
    let folder = workshop.store.checkpoints
    try FileManager.default.createDirectory(atPath: folder + "/sets", withIntermediateDirectories: true)
    let whole = ["a.checkpoint", "a.safetensors", "sets/b.json"]
    for name in whole + whole.map({ $0 + ".12.345.new" }) {
      try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    func left() -> [String] {
      (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).filter {
        $0.contains(".")
      }.sorted()
    }
    let all = left()
    #expect(all.count == 6)
    // As `KeyLock` does while a model is trained: a lock of this open file on one byte, by F_OFD_SETLK.
    let descriptor = open(folder + "/locks", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    var range = flock()
    (range.l_type, range.l_whence) = (Int16(F_WRLCK), Int16(SEEK_SET))
    (range.l_start, range.l_len) = (0x123_4567_89ab_cdef, 1)
    #expect(fcntl(descriptor, 37, &range) == 0)
    workshop.store.sweep()
    #expect(left() == all)
    close(descriptor)
    workshop.store.sweep()
    #expect(left() == whole)
  }

  @Test("is no folder with files of somebody else, which stay")
  func foreign() throws {
    let mine = workshop.folder + "/my"
    try FileManager.default.createDirectory(atPath: mine + "/records/2023", withIntermediateDirectories: true)
    let report = mine + "/records/2023/report.txt"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: report))
    for access in [Store.Access.write, .writeIfPossible] {
      #expect(throws: EngineError.notAStore(mine)) { try Store(folder: mine, access: access) }
    }
    #expect(try FileManager.default.subpathsOfDirectory(atPath: mine).count == 3)
    // A new folder and an empty one become stores, which stay that, also when all in them was removed.
    for name in ["new", "empty"] {
      let folder = workshop.folder + "/" + name
      if name == "empty" {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      _ = try Store(folder: folder).removeAll()
      try Data().write(to: URL(fileURLWithPath: folder + "/other"))
      _ = try Store(folder: folder)
    }
  }

  @Test(
    "of an earlier version, which has no mark, is known by its lock or its folders",
    arguments: [true, false]
  )
  func earlier(hasLock: Bool) throws {
    let folder = workshop.store.folder
    try FileManager.default.removeItem(atPath: folder + "/marginalia-store")
    if hasLock {
      withExtendedLifetime(try StoreLock(workshop.store, command: "marginalia render", waiting: nil)) {}
      try FileManager.default.removeItem(atPath: folder + "/memo")
    }
    _ = try Store(folder: folder)
    #expect(FileManager.default.fileExists(atPath: folder + "/marginalia-store"))
  }

  @Test("has one writer at a time and says who it is")
  func lock() throws {
    let lock = try StoreLock(workshop.store, command: "marginalia render", waiting: nil)
    #expect {
      _ = try StoreLock(workshop.store, command: "marginalia clean", waiting: nil)
    } throws: { error in
      "\(error)".contains(
        "'marginalia render', process \(getpid()) on \(ProcessInfo.processInfo.hostName)"
      )
    }
    withExtendedLifetime(lock) {}
  }

  @Test(
    "clears away folders of killed runs: all on a disk of its own, on a shared one those of this machine alone",
    arguments: [false, true]
  )
  func scratch(isShared: Bool) throws {
    var folders = ScratchFolders(workshop.store.folder + "/scratch")
    #expect(!folders.isShared)
    folders.isShared = isShared
    let made = try folders.make("01-roc.md") as NSString
    // No process has so high a number.
    let gone = "01-roc.md-\(ScratchFolders.machine)-2147483000"
    let others = ["01-roc.md-0123456789ab-2147483000", "01-roc.md-17", "notes"]
    for name in [gone] + others {
      try FileManager.default.createDirectory(
        atPath: made.deletingLastPathComponent + "/" + name,
        withIntermediateDirectories: false
      )
    }
    folders.sweep()
    let left = try FileManager.default.contentsOfDirectory(atPath: made.deletingLastPathComponent)
    #expect(Set(left) == (isShared ? Set(others + [made.lastPathComponent]) : []))
  }
}

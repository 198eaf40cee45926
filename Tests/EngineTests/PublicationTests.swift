internal import Engine
internal import Foundation
internal import Testing

@Suite("A publication")
struct PublicationTests {
  let workshop: Workshop
  let publication: Publication

  init() throws {
    workshop = try Workshop()
    let folder = workshop.book + "/output"
    publication = Publication(folder: folder, book: workshop.book, store: workshop.store)
  }

  private func publish(_ pages: [String: String], stamp: String = "") throws -> Int {
    try publication.publish(
      pages.map { path, text in (path: path, draw: { Array(text.utf8) }) },
      stamp: stamp,
      mark: "<title>T</title>"
    )
  }

  private func files() throws -> [String: String] {
    var files: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: publication.folder) {
      files[path] = try? String(contentsOfFile: publication.folder + "/" + path, encoding: .utf8)
    }
    return files
  }

  @Test("writes pages that changed, keeps those that did not, and removes those that no longer exist")
  func changes() throws {
    #expect(try publish(["a.html": "a", "b.html": "b", "pictures/c.png": "c"], stamp: "1") == 3)
    #expect(publication.isCurrent(stamp: "1") && !publication.isCurrent(stamp: "2"))
    #expect(try publish(["a.html": "a", "b.html": "other", "pictures/c.png": "c"], stamp: "2") == 1)
    #expect(try publish(["a.html": "a", "d.html": "d"], stamp: "3") == 1)
    #expect(try files() == ["a.html": "a", "d.html": "d"])
  }

  @Test("removes folders that are empty without their pages, and no other")
  func folders() throws {
    #expect(try publish(["a.html": "a", "data/b/c.png": "c", "kept/d.png": "d"]) == 3)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: publication.folder + "/kept/mine.txt"))
    #expect(try publish(["a.html": "b"]) == 1)
    #expect(try files() == ["a.html": "b", "kept/mine.txt": "mine"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: publication.folder).sorted() == ["a.html", "kept"]
    )
  }

  @Test("writes a page again that was changed from outside")
  func touched() throws {
    #expect(try publish(["a.html": "a"], stamp: "1") == 1)
    try Data("b".utf8).write(to: URL(fileURLWithPath: publication.folder + "/a.html"))
    #expect(!publication.isCurrent(stamp: "1"))
    #expect(try publish(["a.html": "a"], stamp: "1") == 1)
    #expect(try files() == ["a.html": "a"])
  }

  @Test("leaves the earlier report whole where a page cannot be drawn, and nothing beside it")
  func failure() throws {
    let old = ["a.html": "a", "b.html": "b"]
    #expect(try publish(old) == 2)
    let pages: [Publication.Page] = [
      (path: "a.html", draw: { Array("new".utf8) }),
      (path: "b.html", draw: { throw CocoaError(.coderInvalidValue) }),
      (path: "c.html", draw: { Array("new".utf8) }),
    ]
    #expect(throws: CocoaError.self) { try publication.publish(pages, stamp: "2", mark: "<title>T</title>") }
    #expect(try files() == old)
  }

  @Test("leaves the earlier report whole where a page cannot be put in its place, and nothing beside it")
  func place() throws {
    #expect(try publish(["a.html": "a", "b.html": "b", "c.html": "c"]) == 3)
    try FileManager.default.removeItem(atPath: publication.folder + "/b.html")
    try FileManager.default.createDirectory(
      atPath: publication.folder + "/b.html",
      withIntermediateDirectories: false
    )
    let pages = ["a.html": "new", "b.html": "new", "c.html": "new", "d.html": "new"]
    let error = #expect(throws: EngineError.self) { try publish(pages) }
    guard case .file(path: publication.folder + "/b.html", doing: _, error: EISDIR)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try files() == ["a.html": "a", "c.html": "c"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: publication.folder).sorted() == [
        "a.html", "b.html", "c.html",
      ]
    )
    rmdir(publication.folder + "/b.html")
    #expect(try publish(pages) == 4)
    #expect(try files() == pages)
  }

  @Test("clears away what a killed run had begun to write, in every folder, and no other file")
  func leftovers() throws {
    #expect(try publish(["a.html": "a", "pictures/c.new.png": "c"]) == 2)
    for name in ["a.html.17.4.new", "pictures/c.new.png.17.4.new", "mine.new", "a.html.txt"] {
      try Data("half".utf8).write(to: URL(fileURLWithPath: publication.folder + "/" + name))
    }
    #expect(try publish(["a.html": "b", "pictures/c.new.png": "c"]) == 1)
    #expect(
      try files() == ["a.html": "b", "pictures/c.new.png": "c", "mine.new": "half", "a.html.txt": "half"]
    )
  }

  @Test("leaves young temporary files alone in a folder that other machines may write into")
  func sharedLeftovers() throws {
    var publication = publication
    #expect(!publication.isShared)
    publication.isShared = true
    let page: Publication.Page = (path: "a.html", draw: { Array("a".utf8) })
    #expect(try publication.publish([page], stamp: "1", mark: "<title>T</title>") == 1)
    for (name, age) in [("a.html.17.4.new", 3600.0), ("a.html.17.5.new", 100_000)] {
      let path = publication.folder + "/" + name
      try Data("half".utf8).write(to: URL(fileURLWithPath: path))
      let date = Date(timeIntervalSinceNow: -age)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
    #expect(try publication.publish([page], stamp: "2", mark: "<title>T</title>") == 0)
    #expect(try files() == ["a.html": "a", "a.html.17.4.new": "half"])
  }

  @Test("waits for the first page of a report that another machine is putting into a shared folder")
  func otherMachine() throws {
    var publication = publication
    publication.isShared = true
    let folder = publication.folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("a".utf8).write(to: URL(fileURLWithPath: folder + "/a.html"))
    // The other machine's first page comes while ours is drawn, after the look for it.
    let page: Publication.Page = (
      path: "a.html",
      draw: {
        try Data("<title>T</title>".utf8).write(to: URL(fileURLWithPath: folder + "/index.html"))
        return Array("b".utf8)
      }
    )
    #expect(try publication.publish([page], stamp: "1", mark: "<title>T</title>") == 1)
    #expect(try files()["a.html"] == "b")
  }

  @Test("overwrites no file that it did not write, unless the folder holds a report of the same book")
  func foreign() throws {
    try FileManager.default.createDirectory(atPath: publication.folder, withIntermediateDirectories: true)
    let index = publication.folder + "/index.html"
    try "<title>Mine</title>".write(toFile: index, atomically: true, encoding: .utf8)
    let error = #expect(throws: EngineError.self) { try publish(["index.html": "new", "a.html": "a"]) }
    #expect(error == .foreignFile(path: index))
    #expect(try files() == ["index.html": "<title>Mine</title>"])
    try "<html><title>T</title></html>".write(toFile: index, atomically: true, encoding: .utf8)
    #expect(try publish(["index.html": "new", "a.html": "a"]) == 2)
    // Another book in the same store and folder takes nothing of this for its own.
    let other = Publication(folder: publication.folder, book: "/other", store: workshop.store)
    #expect(throws: EngineError.self) {
      try other.publish(
        [(path: "a.html", draw: { Array("b".utf8) })],
        stamp: "",
        mark: "<title>Other</title>"
      )
    }
    #expect(try files() == ["index.html": "new", "a.html": "a"])
  }

  @Test("takes no report elsewhere for its own, though it has the same title")
  func sameTitle() throws {
    let folder = workshop.folder + "/shared"
    let page: Publication.Page = (path: "index.html", draw: { Array("<title>T</title>".utf8) })
    let first = Publication(folder: folder, book: workshop.book, store: workshop.store)
    #expect(try first.publish([page], stamp: "1", mark: "<title>T</title>") == 1)
    #expect(try first.publish([page], stamp: "2", mark: "<title>T</title>") == 0)
    let other: Publication.Page = (path: "index.html", draw: { Array("<title>T</title>2".utf8) })
    let second = Publication(folder: folder, book: workshop.folder + "/other", store: workshop.store)
    #expect(throws: EngineError.foreignFile(path: folder + "/index.html")) {
      try second.publish([other], stamp: "1", mark: "<title>T</title>")
    }
  }
}

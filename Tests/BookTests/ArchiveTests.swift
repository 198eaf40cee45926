internal import Foundation
internal import Testing

@Suite("An archive of a book", .serialized)
struct ArchiveTests {
  // The keys of RFC 8032, section 7.1, tests 2 and 3.
  private static let privateKey = """
    -----BEGIN PRIVATE KEY-----
    MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7
    -----END PRIVATE KEY-----

    """
  private static let publicKey = """
    -----BEGIN PUBLIC KEY-----
    MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=
    -----END PUBLIC KEY-----

    """
  private static let otherKey = """
    -----BEGIN PUBLIC KEY-----
    MCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=
    -----END PUBLIC KEY-----

    """

  private func book() throws -> Program {
    let book = try Program([
      "book.yml": "title: A test\nauthors: [Ada]\nbibliography: refs.bib\n",
      "refs.bib": "@misc{a, title = {A}, author = {Ada}}\n",
      "numbers.txt": "1.5\n",
      "01-a.md": """
      # A

      ```swift id=a reads=numbers.txt
      record("x", Double(String(decoding: try Notebook.current.data(contentsOf: "numbers.txt").prefix(3), as: UTF8.self)) ?? 0)
      ```

      ```swift id=b
      notRun("No data.")
      ```

      """,
    ])
    for (name, text) in [
      ("private.pem", Self.privateKey), ("public.pem", Self.publicKey), ("other.pem", Self.otherKey),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: book.folder + "/" + name))
    }
    return book
  }

  @Test("is refused before a render, written the same twice, and verified without the book")
  func life() throws {
    let book = try book()
    let early = try book.run("archive", "--key", "private.pem")
    #expect(early.status == 1)
    let stale = "the cell 'a' has no current result (stale: it has never run)"
    #expect(early.errors.contains(stale), "\(early.errors)")
    #expect(early.errors.contains("run 'marginalia render' first"))

    #expect(try book.run("render").status == 0)
    let written = try book.run("archive", "--key", "private.pem")
    #expect(written.status == 0, "\(written.errors)")
    // Files that no report wrote are not archived.
    try Data("x".utf8).write(to: URL(fileURLWithPath: book.folder + "/output/stray.html"))
    #expect(try book.run("archive", "--key", "private.pem", "--output", "second.zip").status == 0)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: book.folder + "/report.crate.zip"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: book.folder + "/second.zip")) == bytes)
    for name in [
      "README.md", "book/01-a.md", "book/book.yml", "book/numbers.txt", "book/refs.bib", "report/01-a.html",
      "report/findings.json", "report/provenance.json", "ro-crate-metadata.json", "manifest.dsse.json",
    ] {
      #expect(bytes.range(of: Data(name.utf8)) != nil, "\(name)")
    }

    try FileManager.default.removeItem(atPath: book.folder + "/Chapters")
    let archive = ["verify", "--archive", "report.crate.zip", "--key"]
    let verified = try book.run(archive + ["public.pem"])
    #expect(verified.status == 0, "\(verified.errors)")
    #expect(
      verified.output.contains(
        "are as the manifest says\nA test: profile small, seed 1, written by Marginalia"
      )
    )
    let stranger = try book.run(archive + ["other.pem"])
    #expect(stranger.status == 1)
    #expect(stranger.errors.contains("'report.crate.zip' is refused: the manifest is not signed by this key"))
    var changed = bytes
    changed[changed.count / 2] ^= 1
    try changed.write(to: URL(fileURLWithPath: book.folder + "/report.crate.zip"))
    #expect(try book.run(archive + ["public.pem"]).status == 1)
  }

  @Test("needs a key of the right kind, and options that belong together")
  func options() throws {
    let book = try book()
    #expect(try book.run("archive").status == 2)
    let wrong = try book.run("archive", "--key", "public.pem")
    #expect(wrong.status == 1)
    #expect(
      wrong.errors.contains("'public.pem' cannot sign: it is not an Ed25519 private key"),
      "\(wrong.errors)"
    )
    #expect(wrong.errors.contains("openssl genpkey -algorithm ed25519 -out PRIVATE.pem"))
    #expect(
      try book.run("archive", "--key", "nowhere.pem").errors.contains("the key 'nowhere.pem' cannot be read")
    )
    #expect(try book.run("verify", "--archive", "a.zip").status == 2)
    #expect(try book.run("verify", "--archive", "a.zip", "--key", "public.pem", "--seed", "1").status == 2)
    let absent = try book.run("verify", "--archive", "a.zip", "--key", "public.pem")
    #expect(absent.errors.contains("the archive 'a.zip' cannot be read"))
    let reversed = try book.run("verify", "--archive", "public.pem", "--key", "private.pem")
    #expect(reversed.errors.contains("openssl pkey -in PRIVATE.pem -pubout -out PUBLIC.pem"))
  }

  @Test("takes a picture that is a link, or in a folder that is one, under the name that the chapter says")
  func linkedPictures() throws {
    let book = try book()
    try book.write("01-a.md", "# A\n\n![A drawing](link.svg)\n\n![Another](figures/drawing.svg)\n")
    try book.write("real.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>")
    let files = FileManager.default
    try files.createDirectory(atPath: book.path("real"), withIntermediateDirectories: true)
    try files.copyItem(atPath: book.path("real.svg"), toPath: book.path("real/drawing.svg"))
    try files.createSymbolicLink(atPath: book.path("link.svg"), withDestinationPath: "real.svg")
    try files.createSymbolicLink(atPath: book.path("figures"), withDestinationPath: "real")
    let answer = try book.run("archive", "--key", "private.pem")
    #expect(answer.status == 0, "\(answer.errors)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: book.folder + "/report.crate.zip"))
    for (name, isThere) in [
      ("link.svg", true), ("figures/drawing.svg", true), ("real.svg", false), ("real/drawing.svg", false),
    ] {
      #expect((bytes.range(of: Data("book/\(name)".utf8)) != nil) == isThere, "\(name)")
    }
  }

  @Test("does not take a file from outside the book by a link")
  func links() throws {
    let book = try book()
    try FileManager.default.removeItem(atPath: book.path("refs.bib"))
    try FileManager.default.createSymbolicLink(
      atPath: book.path("refs.bib"),
      withDestinationPath: book.folder + "/private.pem"
    )
    #expect(try book.run("render").status == 0)
    let answer = try book.run("archive", "--key", "private.pem")
    #expect(answer.status == 1)
    #expect(answer.errors.contains("'refs.bib' is a link that leads out of the book"), "\(answer.errors)")
  }

  @Test(
    "holds the files of a folder that cells read under the names that links give them, and refuses a pipe"
  )
  func folders() throws {
    let book = try book()
    try book.write("02-b.md", "# B\n\n```swift id=c reads=folder,other\nrecord(\"x\", 1)\n```\n")
    try FileManager.default.createDirectory(
      atPath: book.path("folder/one"),
      withIntermediateDirectories: true
    )
    try book.write("folder/one/a.csv", "1\n")
    for (name, destination) in [("folder/now", "one"), ("folder/up", "."), ("other", "folder")] {
      try FileManager.default.createSymbolicLink(
        atPath: book.path(name),
        withDestinationPath: destination
      )
    }
    #expect(try book.run("render").status == 0)
    #expect(try book.run("archive", "--key", "private.pem").status == 0)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: book.folder + "/report.crate.zip"))
    for name in ["folder/one/a.csv", "folder/now/a.csv", "other/one/a.csv", "other/now/a.csv"] {
      #expect(bytes.range(of: Data("book/\(name)".utf8)) != nil, "\(name)")
    }
    try #require(mkfifo(book.path("pipe"), 0o600) == 0)
    try book.edit("02-b.md", "reads=folder,other", "reads=pipe")
    #expect(try book.run("render").status == 0)
    let refused = try book.run("archive", "--key", "private.pem")
    #expect(refused.status == 1 && refused.errors.contains("'pipe' cannot be read"), "\(refused.errors)")
  }
}

internal import Foundation
internal import Testing

@Suite("Recorded runs", .serialized)
struct RecordedTests {
  private static let chapter = """
    # Faces

    The accuracy is [?](finding:lfw.accuracy).

    ```swift id=lfw
    guard let root = Notebook.current.dataRoot("faces") else { notRun("No faces were given. Name them by --data faces=DIR") }
    print("read \\(root)")
    record("accuracy", Notebook.current.profile == "large" ? 0.75 : 0.5, unit: .fraction, caption: "Accuracy.")
    ```

    """

  private static let settings =
    "title: A test\ndata: [faces]\nprofiles:\n  small: { seed: 1 }\n  large: { seed: 9 }\n"

  private func book() throws -> (Program, data: String) {
    let book = try Program(["01-faces.md": Self.chapter, "book.yml": Self.settings])
    let data = book.folder + "/private-faces"
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
    try Data("a face".utf8).write(to: URL(fileURLWithPath: data + "/a.pgm"))
    return (book, "faces=" + data)
  }

  @Test("are kept, shown where the cell cannot run, explained, verified and compared")
  func life() throws {
    let (book, data) = try book()
    let early = try book.run("keep", "lfw", "--profile", "large", "--data", data)
    #expect(early.status == 1 && early.errors.contains("it has never run"), "\(early.errors)")
    #expect(try book.run("render", "--profile", "large", "--data", data).status == 0)
    let kept = try book.run("keep", "lfw", "--profile", "large", "--data", data)
    #expect(kept.status == 0 && kept.output.contains("records/lfw.json: 1 finding,"), "\(kept.errors)")
    let text = try String(contentsOfFile: book.path("records/lfw.json"), encoding: .utf8)
    #expect(text.contains("\"data:faces\"") && !text.contains("private-faces"))

    // Without the data and in another profile.
    let elsewhere = try book.run("render")
    #expect(elsewhere.status == 0, "\(elsewhere.errors)")
    let page = try book.page("01-faces.html")
    #expect(
      page.contains("<strong>Recorded run:</strong> recorded on 20") && page.contains("; not run here.")
    )
    #expect(page.contains("profile large, seed 9") && page.contains("data faces of digest "))
    #expect(page.contains("<code>marginalia render lfw --profile large --data faces=DIR</code>"))
    #expect(page.contains("75.00\u{A0}%<sup class=\"recorded-mark\">recorded</sup>"))
    #expect(
      page.contains("Code, laboratory and rules are still those of the record. Data not given here: faces.")
    )
    #expect(page.contains("No faces were given."))
    let findings = try book.page("findings.json")
    #expect(findings.contains("\"outcome\":\"notRun\"") && findings.contains("\"recorded\":{\"date\":\"20"))
    let explained = try book.run("explain", "lfw")
    #expect(
      explained.output.contains("records/lfw.json: recorded on")
        && explained.output.contains("not given here")
    )

    let unverified = try book.run("verify", "--recorded")
    #expect(
      unverified.status == 1 && unverified.output.contains("add --data faces=DIR"),
      "\(unverified.output)"
    )
    #expect(
      unverified.output.contains("0 of 1 recorded runs were run again, so that nothing was compared")
        && !unverified.output.contains("agrees"),
      "\(unverified.output)"
    )
    let file = try book.run("verify", "--recorded", "--data", data + "/a.pgm")
    #expect(file.status == 2 && file.errors.contains("a.pgm' is a file: name the folder"), "\(file.errors)")
    let verified = try book.run("verify", "--recorded", "--data", data)
    #expect(verified.status == 0 && verified.output.contains("1 of 1 recorded runs"), "\(verified.output)")

    // Where the cell runs, its own number is shown, and how it compares.
    #expect(try book.run("render", "--data", data).status == 0)
    let compared = try book.page("01-faces.html")
    #expect(compared.contains("50.00\u{A0}%</a>") && !compared.contains("recorded-mark"))
    #expect(
      compared.contains("Beside the recorded run")
        && compared.contains("profile small, not large, seed 1, not 9")
    )

    // Other code, other data.
    try book.edit("01-faces.md", "0.75", "0.8")
    try Data("another".utf8).write(to: URL(fileURLWithPath: book.folder + "/private-faces/a.pgm"))
    let changed = try book.run("explain", "lfw", "--data", data)
    #expect(changed.output.contains("The record no longer matches: its code changed"), "\(changed.output)")
    #expect(changed.output.contains("data faces: other files than in the record"), "\(changed.output)")
    #expect(try book.run("render").status == 0)
    #expect(try book.page("01-faces.html").contains("The record no longer matches: its code changed."))
    let others = try book.run("verify", "--recorded", "--data", data)
    #expect(others.status == 1 && others.output.contains("not run again: the data faces have the digest"))

    // A damaged record is an error with its place, and is not shown.
    try book.edit("records/lfw.json", "0.75", "\"much\"")
    let damaged = try book.run("render")
    #expect(damaged.status == 1)
    #expect(
      damaged.errors.contains(
        "records/lfw.json:1:1: this record is not used: findings[0].content.measurement.value: found the text 'much', "
          + "expected a number"
      ),
      "\(damaged.errors)"
    )
    #expect(try !book.page("01-faces.html").contains("Recorded run"))
  }

  /// The laboratory cannot be changed here: the record and a copy of the report are made those of another one.
  @Test("hold after a change of the laboratory that changed no finding of a report")
  func unchangedLaboratory() throws {
    let (book, data) = try book()
    try book.write(
      "02-sums.md",
      "# Sums\n\n```swift id=sums\nrecord(\"two\", 1 + 1, caption: \"A sum.\")\n```\n"
    )
    #expect(try book.run("render", "--profile", "large", "--data", data).status == 0)
    #expect(try book.run("keep", "lfw", "--profile", "large", "--data", data).status == 0)
    #expect(try book.run("render").status == 0)

    let (path, earlier) = (book.path("records/lfw.json"), book.folder + "/earlier")
    let record = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
    )
    let key = try #require(record["key"] as? [String: Any])
    let parts = try #require(key["parts"] as? [String: String])
    let (today, digest) = (try #require(parts["laboratory"]), try #require(key["digest"] as? String))
    try book.edit("records/lfw.json", today, String(repeating: "0", count: 64))
    // What the digest of the key must be then is in the error.
    let wrong = try book.run("check")
    let right = try #require(
      wrong.errors.firstMatch(of: #/key\.digest: found \w+, expected (\w{64}), the digest of the parts/#),
      "\(wrong.errors)"
    )
    try book.edit("records/lfw.json", digest, String(right.output.1))
    try FileManager.default.copyItem(atPath: book.folder + "/output", toPath: earlier)
    let provenance = earlier + "/provenance.json"
    let text = try String(contentsOfFile: provenance, encoding: .utf8)
    func name(laboratory: String) throws {
      try text.replacing("laboratory \(today.prefix(12))", with: "laboratory \(laboratory)")
        .write(toFile: provenance, atomically: true, encoding: .utf8)
    }
    #expect(try book.run("render").status == 0)
    #expect(try book.page("01-faces.html").contains("The record no longer matches: the laboratory changed."))

    // The earlier report must be of the record's laboratory, today's of today's, and both must have the same findings.
    let note = ["keep", "lfw", "--unchanged-since", earlier]
    try name(laboratory: "111111111111")
    let other = try book.run(note)
    #expect(
      other.status == 1
        && other.errors.contains("the record of 'lfw' is of the laboratory 000000000000, and the report"),
      "\(other.errors)"
    )
    try name(laboratory: "000000000000")
    let turned = try book.run(
      "keep",
      "lfw",
      "--unchanged-since",
      book.folder + "/output",
      "--output",
      earlier
    )
    #expect(
      turned.status == 1 && turned.errors.contains("was made by the laboratory 000000000000, and today's is"),
      "\(turned.errors)"
    )
    let findings = earlier + "/findings.json"
    let same = try String(contentsOfFile: findings, encoding: .utf8)
    try same.replacing("A sum.", with: "Another sum.").write(
      toFile: findings,
      atomically: true,
      encoding: .utf8
    )
    let changed = try book.run(note)
    #expect(
      changed.status == 1 && changed.errors.contains("the laboratory changed findings"),
      "\(changed.errors)"
    )
    #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("alsoOf"))

    try same.write(toFile: findings, atomically: true, encoding: .utf8)
    let kept = try book.run(note)
    #expect(kept.status == 0, "\(kept.errors)")
    #expect(try book.run("render").status == 0)
    #expect(
      try book.page("01-faces.html").contains(
        "The laboratory changed since; the report of profile small, of 1 finding, is the same with both to the last bit. "
          + "Data not given here: faces."
      )
    )
    #expect(try book.run("check").status == 0)
    let missing = try book.run("keep", "sums", "--unchanged-since", earlier)
    #expect(missing.status == 1 && missing.errors.contains("the book keeps no record of the cell 'sums'"))
    #expect(try book.run("keep", "lfw", "--output", earlier).status == 2)
  }
}

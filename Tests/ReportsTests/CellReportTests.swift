import Chapters
import Findings
import Foundation
import Planning
import Reports
import Testing

@Suite("The report of a cell")
struct CellReportTests {
  @Test("puts the measured value where the author typed a number, with the way to its origin")
  func measuredNumber() throws {
    let page = try #require(try Fixture.report().texts()["01-kinds.html"])
    let hasTyped = page.contains("99 %")
    #expect(!hasTyped)
    #expect(
      page.contains(
        #"<span class="ref"><a class="number" href="provenance.html#accuracy.lfw">99.63 ± 0.12 %</a><button "#
          .replacing(" ± 0.12 %", with: " ±\u{A0}0.12\u{A0}%")
      )
    )
    #expect(page.contains("<small>Cell accuracy, line 16 of 01-kinds.md</small>"))
  }

  @Test("says that a number was not measured, and why, instead of the author's own")
  func unmeasuredNumber() throws {
    let page = try #require(try Fixture.report().texts()["02-troubles.html"])
    #expect(
      page.contains(
        #"<span class="missing" title="finding:broken.rate: cell broken failed">not measured</span>"#
      )
    )
    #expect(!page.contains("12 %"))
  }

  @Test("shows a recorded run in a frame that says so, at its numbers in sentences, and on the first page")
  func recordedRun() throws {
    var report = try Fixture.report()
    let cell = "schemes"
    var record = try #require(report.records[cell])
    record.outcome = .notRun(.skipped("No faces were given"))
    record.findings[0].caption = "Less than <b>one</b> & more."
    report.records[cell] = record
    let root = RecordedRun.DataRoot(name: "lfw", digest: String(repeating: "ab", count: 32), state: .notGiven)
    report.recorded[cell] = RecordedRun(
      cell: cell,
      path: "records/\(cell).json",
      provenance: Fixture.provenance(11_520),
      data: [root],
      changes: [
        .changed(.code, was: "a", now: "b"),
        .inputChanged(.init(kind: .file, name: "rules.yml", digest: nil)),
      ],
      omitted: ["faces"],
      command: "marginalia render \(cell) --data lfw=DIR"
    )
    let pages = try report.texts()
    let page = try #require(pages["01-kinds.html"])
    let headline =
      "recorded on 2026-01-02, profile small, seed 7, EPYC, Haswell kernel, 2 threads, 3.2 hours, "
      + "data lfw of digest abababababab"
    #expect(page.contains("<strong>Recorded run:</strong> \(headline); not run here."))
    #expect(
      page.contains(
        "The record no longer matches: its code changed; the file rules.yml changed. Data not given here: lfw. "
          + "Pictures are no part of a record; left out: faces."
      )
    )
    #expect(page.contains("<code>marginalia render \(cell) --data lfw=DIR</code>"))
    #expect(page.contains("No faces were given") && page.contains("&lt;b&gt;one&lt;/b&gt; &amp; more."))
    #expect(try #require(pages["index.html"]).contains("(1 shown from recorded runs)"))
    #expect(
      try #require(pages["provenance.html"]).contains("records/\(cell).json. The record no longer matches")
    )
    let file = try FindingsCoding.decode(
      FindingsFile.self,
      from: Data(try #require(pages["findings.json"]).utf8)
    )
    #expect(file.cells[cell]?.recorded?.date == "2026-01-02T03:04:05Z" && file.cells[cell]?.profile == nil)
    #expect(file.cells[cell]?.findings.isEmpty == false && file.cells[cell]?.outcome == .notRun)

    // Where the cell ran here, the comparison stands beneath its own findings.
    report.records[cell]?.outcome = .succeeded
    let run = try #require(report.recorded[cell])
    report.recorded[cell] = nil
    let row = DifferencePage.Row(name: "schemes.a", before: "1", after: "2", difference: "+1", remark: "")
    report.comparisons[cell] = RecordComparison(
      run: run,
      differences: ["no data lfw"],
      identicalCount: 1,
      rows: [row]
    )
    let compared = try #require(try report.texts()["01-kinds.html"])
    #expect(
      compared.contains(
        "Beside the recorded run (\(headline)): 1 finding the same to the last bit, 1 different. This run has no data lfw."
      )
    )
    #expect(compared.contains("<th scope=\"row\">schemes.a</th>") && !compared.contains("not run here"))
  }

  @Test("shows a failed cell with its message and its line in the chapter, though its author hid it")
  func failure() throws {
    let page = try #require(try Fixture.report().texts()["02-troubles.html"])
    #expect(page.contains("Index out of range."))
    #expect(page.contains("02-troubles.md, line 7"))
    #expect(page.contains(#"<mark class="line">"#))
    #expect(page.contains("the cell “broken” above it failed"))
  }
}

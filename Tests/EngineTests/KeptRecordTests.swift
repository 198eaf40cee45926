internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Planning
internal import Testing

@Suite("A record that the book keeps")
struct KeptRecordTests {
  private static let parts = [
    "cell": "lfw", "code": "c0de", "profile": "large", "seed": "2", "need:models": "ab",
  ]

  private static var record: CellRecord {
    var table = Table(columns: [.init("scheme"), .init("accuracy", unit: .fraction)])
    table.append(["Softmax", .measurement(.init(0.75, unit: .fraction, spread: 0.01, sampleCount: 5))])
    table.append(["Centre", .number(.nan)])
    let chart = Chart(
      x: .init("x"),
      y: .init("y", domain: 0...1),
      marks: [.line(series: "a", points: [.init(0, 0.5), .init(1, 0.25)])],
      summary: "Falls."
    )
    let face = ImageGrid.Image(width: 1, height: 1, rgb: [1, 2, 3], label: "Somebody")
    return CellRecord(
      cell: "lfw",
      key: CellKey(components: parts).digest,
      outcome: .succeeded,
      findings: [
        .init(
          name: "accuracy",
          caption: "Accuracy, x < 1.",
          content: .measurement(.init(0.75, unit: .fraction))
        ),
        .init(name: "table", caption: "Rows.", content: .table(table)),
        .init(name: "curve", caption: "A curve.", content: .chart(chart)),
        .init(name: "faces", caption: "Faces.", content: .images(ImageGrid(columns: 1, images: [face]))),
      ],
      output: "read /home/someone/lfw\n",
      inputs: [
        .init(kind: .recipe, name: "model", digest: String(repeating: "b", count: 64)),
        .init(kind: .file, name: "data:lfw", digest: String(repeating: "a", count: 64)),
        .init(kind: .file, name: "data:att", digest: nil),
      ],
      provenance: .init(
        date: "2026-11-28T22:10:04Z",
        seconds: 11_520,
        profile: "large",
        seed: 2,
        machine: "EPYC, OpenBLAS kernel Haswell, threads 2",
        toolchain: "Swift 6.3"
      )
    )
  }

  private static func text() throws -> String {
    String(decoding: try KeptRecord(record, components: parts).encoded(), as: UTF8.self)
  }

  @Test("holds findings, key and conditions, without output and pictures, in lines for a diff")
  func content() throws {
    let text = try Self.text()
    let kept = try KeptRecord(validating: Data(text.utf8), cell: "lfw")
    #expect(kept.findings.map(\.name) == ["accuracy", "table", "curve"] && kept.omitted == ["faces"])
    #expect(kept.findings[0] == Self.record.findings[0] && kept.findings[2] == Self.record.findings[2])
    #expect(kept.provenance == Self.record.provenance && kept.key.parts == Self.parts)
    #expect(kept.inputs.map(\.name) == ["data:att", "data:lfw", "model"])
    #expect(!text.contains("someone") && !text.contains("Somebody"))
    #expect(try String(decoding: kept.encoded(), as: UTF8.self) == text)
    // An entry a line: a changed number changes one line.
    #expect(text.contains("\n  \"cell\": \"lfw\",\n"))
    #expect(text.split(separator: "\n").count > 20 && text.hasSuffix("}\n"))
  }

  @Test("shows how another run compares, without the pictures")
  func comparison() throws {
    let kept = try KeptRecord(validating: Data(Self.text().utf8), cell: "lfw")
    #expect(try kept.comparison(with: Self.record).differences.isEmpty)
    var other = Self.record
    other.findings[0].content = .measurement(.init(0.8, unit: .fraction))
    #expect(try kept.comparison(with: other).differences.map(\.name) == ["lfw.accuracy"])
  }

  @Test("cannot be written of a measurement that is NaN")
  func unwritable() throws {
    var record = Self.record
    record.findings[0].content = .measurement(.init(.nan))
    let fault = #expect(throws: JSONFault.self) {
      try KeptRecord(record, components: Self.parts).encoded()
    }
    #expect(
      fault?.description == "findings[0].content.measurement.value: found NaN, expected a finite number"
    )
  }

  /// What is replaced in the file, by what, and the error.
  private static let faults: [(String, String, String)] = [
    ("\"schema\": 1", "\"schema\": 2", "schema: found 2, expected 1"),
    (
      "\"cell\": \"lfw\",\n", "\"cell\": \"ytf\",\n",
      "cell: found 'ytf', expected 'lfw', after which the file is named"
    ),
    (
      "\"seconds\": 11520", "\"seconds\": \"long\"",
      "provenance.seconds: found the text 'long', expected a number"
    ),
    ("\"seconds\": 11520", "\"seconds\": NaN", "found no JSON"),
    (
      "\"seconds\": 11520", "\"seconds\": \"NaN\"",
      "provenance.seconds: found nan, expected a number from 0 to 3e9"
    ),
    ("\"seconds\": 11520", "\"seconds\": -1", "provenance.seconds: found -1.0"),
    ("\"seconds\": 11520", "\"seconds\": 1e999", "found no JSON"),
    ("\"seconds\": 11520", "\"seconds\": 1, \"mood\": 3", "provenance.mood: found the number 3.0"),
    ("2026-11-28T22:10:04Z", "yesterday", "provenance.date: found 'yesterday'"),
    ("\"seed\": 2", "\"seed\": -2", "provenance.seed: found the number -2.0, expected a whole number from 0"),
    ("\"need:models\"", "\"models\"", "key.parts: found the part 'models'"),
    ("c0de", "c0df", "key.digest"),
    ("data:lfw", "/etc/passwd", "inputs[1].name: found '/etc/passwd'"),
    ("aaaaaaaa", "AAAAAAAA", "inputs[1].digest"),
    ("\"kind\": \"recipe\"", "\"kind\": \"magic\"", "inputs[2].kind: found the text 'magic'"),
    (
      "Accuracy, x < 1.", "<script>alert(1)</script>",
      "findings[0].caption: found the tag '<script>', expected plain text"
    ),
    ("Accuracy, x < 1.", "A <img src=x onerror='y'> b", "findings[0].caption: found the tag '<img src=x"),
    ("Accuracy, x < 1.", "\\u001b[31m", "findings[0].caption: found the control character U+1B"),
    ("Accuracy, x < 1.", "\\u202etxt", "findings[0].caption: found the control character U+202E"),
    ("\"name\": \"accuracy\"", "\"name\": \"An accuracy\"", "findings[0].name: found 'An accuracy'"),
    ("\"name\": \"curve\"", "\"name\": \"table\"", "findings[2].name: found 'table' again"),
    ("\"lineInCell\": 1", "\"lineInCell\": 9223372036854775807", "findings[0].lineInCell"),
    ("\"lineInCell\": 1", "\"lineInCell\": 1.5", "findings[0].lineInCell: found the number 1.5"),
    (
      "\"value\": 0.75", "\"value\": \"NaN\"",
      "findings[0].content.measurement.value: found NaN, expected a finite number"
    ),
    (
      "\"value\": 0.75", "\"value\": true",
      "findings[0].content.measurement.value: found true, expected a number"
    ),
    ("\"domain\": [0, 1]", "\"domain\": [1, 0]", "findings[2].content.chart.y.domain"),
    ("\"aspectRatio\": 1.6", "\"aspectRatio\": 0", "findings[2].content.chart.aspectRatio: found 0.0"),
    (
      "\"series\": \"a\"", "\"series\": \"a\", \"colour\": \"red\"",
      "findings[2].content.chart.marks[0].colour"
    ),
    ("\"omitted\": [\"faces\"]", "\"omitted\": {}", "omitted: found an object, expected a list"),
    ("\"omitted\": [\"faces\"],", "", "found no field 'omitted', expected one"),
    (
      "\"schema\": 1",
      "\"schema\": 1, \"alsoOf\": [{\"digest\": \"b0\", \"profile\": \"small\", \"findings\": 3}]",
      "alsoOf[0].digest: found 'b0', expected 64 hexadecimal digits"
    ),
    (
      "\"schema\": 1",
      "\"schema\": 1, \"alsoOf\": [{\"digest\": \"\(String(repeating: "b", count: 64))\", \"profile\": \"s\", \"findings\": 0}]",
      "alsoOf[0].findings: found 0, expected a count from 1 to 1,000,000"
    ),
  ]

  @Test("is read like a stranger's file: what is wrong has its place", arguments: faults.indices)
  func fault(index: Int) throws {
    let (old, new, message) = Self.faults[index]
    let text = try Self.text()
    let range = try #require(text.firstRange(of: old), "no '\(old)' in \(text)")
    let changed = text.replacingCharacters(in: range, with: new)
    let fault = #expect(throws: JSONFault.self) {
      try KeptRecord(validating: Data(changed.utf8), cell: "lfw")
    }
    #expect(fault?.description.contains(message) == true, "\(fault?.description ?? "none")")
  }

  @Test("gives an error or a record, whatever its bytes are")
  func garbage() throws {
    let text = Array(try Self.text().utf8)
    var errorCount = 0
    func read(_ bytes: some Sequence<UInt8>) {
      do { _ = try KeptRecord(validating: Data(bytes), cell: "lfw") } catch is JSONFault {
        errorCount += 1
      } catch {
        Issue.record("another error: \(error)")
      }
    }
    for length in stride(from: 0, to: text.count - 2, by: 31) { read(text.prefix(length)) }
    #expect(errorCount == (text.count - 2 + 30) / 31)
    for place in stride(from: 0, to: text.count, by: 13) {
      var bytes = text
      bytes[place] = UInt8(truncatingIfNeeded: place &* 37)
      read(bytes)
    }
    errorCount = 0
    for bytes in ["[1]", "null", "{}", String(repeating: "[", count: 100_000), "\u{0}"] { read(bytes.utf8) }
    #expect(errorCount == 5)
  }

  @Test("is found by the name of its file; other files in the folder are reported")
  func folder() throws {
    let workshop = try Workshop()
    let folder = workshop.book + "/records"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(Self.text().utf8).write(to: URL(fileURLWithPath: folder + "/lfw.json"))
    try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/lwf.json"))
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/notes.txt"))
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/ytf.json",
      withDestinationPath: "/etc/passwd"
    )
    let found = KeptRecords(bookFolder: workshop.book, cells: ["lfw", "ytf"])
    #expect(Array(found.records.keys) == ["lfw"])
    #expect(
      found.problems.map(\.description) == [
        "records/lwf.json:1:1: warning: no cell of this book has the id 'lwf', so nothing shows this file; "
          + "did you mean 'lfw.json'?",
        "records/ytf.json:1:1: error: this record is not used: found no regular file, expected a file of JSON; "
          + "write it again with 'marginalia keep ytf'",
      ]
    )
  }
}

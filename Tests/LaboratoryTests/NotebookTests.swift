internal import Findings
internal import Foundation
internal import Laboratory
internal import Testing

@Suite("The notebook of a running chapter")
struct NotebookTests {
  private func folder() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("notebook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  @Test("hands over profile, seed, data roots and what needed cells found")
  func reading() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let needed = ["lfw": [Finding(name: "accuracy", content: .measurement(Measured(0.5, unit: .fraction)))]]
    let file = folder.appendingPathComponent("needed.json")
    try FindingsCoding.encode(needed).write(to: file)
    let notebook = Notebook(environment: [
      "MARGINALIA_PROFILE": "smoke", "MARGINALIA_SEED": "18446744073709551615",
      "MARGINALIA_FINDINGS": file.path, "MARGINALIA_SKIPPED": "ytf,ijb",
      "MARGINALIA_DATA": #"{"lfw":"/data/lfw"}"#,
    ])
    #expect(notebook.profile == "smoke")
    #expect(notebook.seed == .max)
    #expect(notebook.scaled(smoke: 1, small: 2, large: 3) == 1)
    let paper = Notebook(environment: ["MARGINALIA_PROFILE": "paper"])
    #expect(paper.scaled(smoke: 1, small: 2, large: 3) == 3)
    #expect(paper.scaled(smoke: 1, small: 2, paper: 4) == 4)
    #expect(notebook.dataRoot("lfw") == "/data/lfw")
    #expect(notebook.dataRoot("ytf") == nil)
    #expect(try notebook.measurement("lfw.accuracy").value == 0.5)
    #expect(try notebook.wasRun("lfw") && !notebook.wasRun("ijb"))
    #expect(throws: NotebookError.notNeeded(cell: "sllfw", known: ["ijb", "lfw", "ytf"])) {
      try notebook.wasRun("sllfw")
    }
  }

  @Test("says which attribute is missing")
  func errors() throws {
    let notebook = Notebook(environment: ["MARGINALIA_BOOK": "/nowhere"])
    #expect(throws: NotebookError.notAReference("accuracy")) { try notebook.finding("accuracy") }
    #expect(throws: NotebookError.notNeeded(cell: "lfw", known: [])) { try notebook.finding("lfw.accuracy") }
    #expect(throws: NotebookError.unreadable("a.csv", exists: false)) {
      try notebook.data(contentsOf: "a.csv")
    }
    #expect("\(NotebookError.unreadable("a.csv", exists: true))".contains("reads=a.csv"))
  }

  @Test("tells a missing name and a finding of another kind apart")
  func kinds() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("needed.json")
    try FindingsCoding.encode(["a": [Finding(name: "note", content: .note(Note("x")))]]).write(to: file)
    let notebook = Notebook(environment: ["MARGINALIA_FINDINGS": file.path])
    #expect(throws: NotebookError.noFinding("a.b", known: ["note"])) { try notebook.finding("a.b") }
    #expect(throws: NotebookError.notAMeasurement("a.note")) { try notebook.measurement("a.note") }
  }

  @Test("gives the values of the book's parameters, each by its declared type")
  func parameters() throws {
    let values = [
      "margin": ParameterValue(.number, parsing: "0.6"), "steps": ParameterValue(.integer, parsing: "20"),
      "loss": ParameterValue(.text, parsing: "arcface"), "mirror": ParameterValue(.boolean, parsing: "true"),
    ].compactMapValues { $0 }
    let text = String(decoding: try FindingsCoding.encode(values), as: UTF8.self)
    let notebook = Notebook(environment: ["MARGINALIA_PARAMETERS": text])
    #expect(try notebook.parameter("margin") == 0.6)
    let steps: Int = try notebook.parameter("steps")
    #expect(steps == 20)
    #expect(try notebook.parameter("steps", as: Double.self) == 20)
    #expect(try notebook.parameter("loss") == "arcface")
    #expect(try notebook.parameter("mirror") == true)
    #expect(throws: NotebookError.otherParameter("margin", kind: "number", wanted: "Int")) {
      try notebook.parameter("margin", as: Int.self)
    }
    #expect(throws: NotebookError.noParameter("size", known: ["loss", "margin", "mirror", "steps"])) {
      try notebook.parameter("size", as: Double.self)
    }
  }
}

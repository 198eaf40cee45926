internal import Foundation
internal import Testing

@Suite("A book with parameters", .serialized)
struct VariantTests {
  private func book() throws -> Program {
    try Program([
      "book.yml": """
      title: A test
      parameters:
        margin: { type: number, default: 0.5, range: [0, 1], description: The margin. }
        loss: { type: text, default: softmax, values: [softmax, arcface] }

      """,
      "01-a.md": """
      # A

      ```swift id=before
      record("x", 1)
      ```

      ```swift id=reads
      let margin: Double = try Notebook.current.parameter("margin")
      record("margin", margin)
      ```

      ```swift id=below
      record("double", margin * 2)
      record("claim", Claim(statement: "It is small.", place: "here", rule: "Below 0.55.", verdict: margin < 0.55 ? .reproduced : .contradicted))
      ```

      """,
      "02-b.md": "# B\n\n```swift id=other\nrecord(\"y\", 2)\n```\n",
      "03-c.md": """
      # C

      ```swift id=needs needs=reads
      record("z", try Notebook.current.measurement("reads.margin").value + 1)
      ```

      """,
    ])
  }

  @Test("is rendered with another value beside its own report, runs only what reads it, and is compared")
  func variant() throws {
    let book = try book()
    #expect(try book.run("render").status == 0)
    let own = try book.page("findings.json")
    #expect(own.contains("\"parameters\":{\"loss\":\"softmax\",\"margin\":\"0.5\"}"))
    #expect(try !book.page("01-a.html").contains("Other values"))

    let answer = try book.run("render", "--set", "margin=.60", "--json")
    #expect(answer.status == 0, "\(answer.errors)")
    // A chapter runs as a whole; the one that does not read the parameter does not run.
    #expect(answer.ran == ["before", "reads", "below", "needs"])
    #expect(try book.page("findings.json") == own)
    let page = try book.page("../output.margin=0.6/02-b.html")
    #expect(page.contains("This report was rendered with margin = 0.6 instead of 0.5."))
    let difference = try book.page("../output.margin=0.6/difference.html")
    for text in [
      "<h2>Changed verdicts</h2>", "<th scope=\"row\">below.claim</th>",
      "<th scope=\"row\">reads.margin</th>",
      "<th scope=\"row\">needs.z</th>", "<th scope=\"row\">parameter margin</th><td>0.5</td><td>0.6</td>",
    ] {
      #expect(difference.contains(text), "\(text)")
    }
    #expect(!difference.contains("other.y") && !difference.contains("before.x"))

    // Nothing runs a second time, and the words on the terminal say what differs.
    let again = try book.run("render", "--set", "margin=0.6")
    #expect(again.output.contains(" 0 run"), "\(again.output)")
    #expect(
      again.output.contains("below.claim: A reproduced, B contradicted: It is small."),
      "\(again.output)"
    )
    #expect(again.output.contains("2 findings the same, 4 different"), "\(again.output)")
    // The book's own records are as they were.
    #expect(try book.run("render").output.contains(" 0 run"))
    #expect(try book.run("verify").status == 0)
  }

  @Test("takes only values that it declares")
  func refusals() throws {
    let book = try book()
    for (given, message) in [
      (
        "margn=1",
        "'margn' is not a parameter of this book: parameters: in book.yml has margin, loss; did you mean 'margin'?"
      ),
      ("margin=2", "'2' is not a value of the parameter 'margin': expected a number from 0.0 to 1.0"),
      ("loss=x", "expected one of softmax, arcface"), ("margin", "is not of the form NAME=VALUE"),
    ] {
      let answer = try book.run("render", "--set", given)
      #expect(answer.status == 2 && answer.errors.contains(message), "\(answer.errors)")
    }
    #expect(
      try book.run("render", "--set", "margin=0.1", "--set", "margin=0.2").errors.contains("given twice")
    )
    #expect(try book.run("render", "--set", "margin=0.1", "--dry-run").status == 2)
    #expect(try book.run("render", "--set", "margin=0.1", "--output", "output").status == 2)
    #expect(!FileManager.default.fileExists(atPath: book.folder + "/output"))
    let early = try book.run("render", "--set", "margin=0.1")
    #expect(early.status == 0 && early.errors.contains("to compare with"), "\(early.errors)")
  }

  @Test("runs the cells that read a parameter again when its default changes, and names the parameter")
  func standard() throws {
    let book = try book()
    #expect(try book.run("render").status == 0)
    try book.edit("book.yml", "default: 0.5", "default: 0.25")
    #expect(try book.run("explain", "below").output.contains("the parameter margin changed"))
    #expect(try book.run("render", "--json").ran == ["before", "reads", "below", "needs"])
    // The earlier value has its records still.
    try book.edit("book.yml", "default: 0.25", "default: 0.5")
    #expect(try book.run("render").output.contains(" 0 run"))
    #expect(try book.page("findings.json").contains("\"value\":0.5"))
  }

  @Test("is compared over several reports: verdicts first, then findings, settings and code")
  func several() throws {
    let book = try book()
    #expect(try book.run("render", "--output", "one").status == 0)
    #expect(try book.run("render", "--seed", "7", "--output", "two").status == 0)
    try book.edit("01-a.md", "margin * 2", "margin * 3")
    #expect(try book.run("render", "--set", "margin=0.75", "--output", "three").status == 0)
    let answer = try book.run("diff", "one", "two", "three", "--html", "all.html")
    #expect(answer.status == 1)
    let expected = """
      A: one
      B: two
      C: three
      changed verdicts:
        below.claim: A reproduced, B reproduced, C contradicted: It is small.
      """
    #expect(answer.output.hasPrefix(expected), "\(answer.output)")
    for line in [
      "below.double: A 1.0, B =, C 2.25", "reads.margin: A 0.5, B =, C 0.75", "settings that differ:",
      "  seed: A 1, B 7, C 1", "  parameter margin: A 0.5, B 0.5, C 0.75", "code of 'below', A, B to C:",
      "  -record(\"double\", margin * 2)", "  +record(\"double\", margin * 3)",
      "2 findings the same, 4 different",
    ] {
      #expect(answer.output.split(separator: "\n").contains(Substring(line)), "\(line) in \(answer.output)")
    }
    let page = try String(contentsOfFile: book.folder + "/all.html", encoding: .utf8)
    #expect(page.contains("<th scope=\"col\">A</th><th scope=\"col\">B</th><th scope=\"col\">C</th>"))
    #expect(page.contains("<td class=\"number\">=</td><td class=\"number\">0.75</td>"))
    #expect(try book.run("diff", "one", "two").status == 0)
    #expect(try book.run("diff", "one").status == 2)
  }
}

internal import Chapters
internal import Findings
internal import Testing

@Suite("The parameters of a book")
struct ParameterTests {
  @Test("have a type, a default, the values that are allowed and a description")
  func whole() throws {
    let book = try BookTests.read(
      """
      title: T
      parameters:
        margin: { type: number, default: .50, range: [0, 1], description: The minimum margin. }
        steps: { type: integer, default: 100, range: [1, 1000] }
        loss: { type: text, default: softmax, values: [softmax, arcface] }
        mirror: { type: boolean, default: false }
        note: { type: text, default: "a b" }
      """
    )
    #expect(book.parameters.map(\.name) == ["margin", "steps", "loss", "mirror", "note"])
    #expect(book.parameters.map(\.standard.text) == ["0.5", "100", "softmax", "false", "a b"])
    #expect(
      book.parameters.map(\.expectation) == [
        "a number from 0.0 to 1.0", "a whole number from 1 to 1000", "one of softmax, arcface",
        "true or false",
        "a text",
      ]
    )
    #expect(book.parameters[0].meaning == "The minimum margin.")
    let (margin, steps, loss) = (book.parameters[0], book.parameters[1], book.parameters[2])
    #expect(margin.value(parsing: "1e-1")?.text == "0.1")
    #expect(margin.value(parsing: "-0")?.text == "0.0")
    for text in ["1.1", "-0.1", "nan", "inf", "", "x", "0,5"] {
      #expect(margin.value(parsing: text) == nil, "\(text)")
    }
    #expect(steps.value(parsing: "007")?.text == "7")
    for text in ["0", "1001", "1.0", "99999999999999999999"] {
      #expect(steps.value(parsing: text) == nil, "\(text)")
    }
    #expect(loss.value(parsing: "arcface")?.text == "arcface")
    #expect(loss.value(parsing: "Arcface") == nil)
    #expect(book.parameters[3].value(parsing: "yes") == nil)
    #expect(book.parameters[4].value(parsing: "a\nb") == nil)
  }

  @Test(
    "are refused with their place where they make no sense",
    arguments: [
      (
        "a: { type: real, default: 1 }",
        "book.yml:3:14: 'real' is not a value of 'type'; expected one of number"
      ),
      ("a: { type: number }", "the setting 'parameters: a: default' is missing"),
      ("a: { default: 1 }", "the setting 'parameters: a: type' is missing"),
      ("a: { type: number, default: x }", "'x' is not a value of 'default'; expected a number"),
      (
        "a: { type: number, default: 2, range: [0, 1] }",
        "'2' is not a value of 'default'; expected a number from 0.0"
      ),
      ("a: { type: number, default: 2, range: [3, 1] }", "'3, 1' is not a value of 'range'"),
      ("a: { type: number, default: 2, range: [3] }", "'3' is not a value of 'range'"),
      ("a: { type: text, default: b, range: [1, 2] }", "expected no range: it is for number and integer"),
      ("a: { type: number, default: 2, values: [2] }", "expected no values: they are for text"),
      ("a: { type: text, default: b, values: [c] }", "'b' is not a value of 'default'; expected one of c"),
      (
        "A b: { type: number, default: 2 }",
        "'A b' is not a value of 'parameters'; expected a name in kebab-case"
      ),
      ("a: { type: number, default: 2, unit: m }", "there is no setting 'unit'"),
      ("a: 1", "'parameters: a' must be a mapping of settings"),
    ]
  )
  func errors(line: String, message: String) {
    do throws(BookErrors) {
      _ = try BookTests.read("title: T\nparameters:\n  \(line)\n")
      Issue.record("it was accepted")
    } catch { #expect(error.description.contains(message), "\(error.description)") }
  }
}

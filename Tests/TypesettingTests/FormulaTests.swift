internal import Foundation
internal import Markup
internal import Testing

internal import Typesetting

@Suite("Formulas")
struct FormulaTests {
  /// What pandoc makes of formulas, in one run.
  static func typeset(_ formulas: [TeXFormula]) throws -> [TeXFormula: Result<MathML, FormulaProblem>] {
    let batch = FormulaBatch(formulas)
    let (output, messages) = try Pandoc.run(FormulaBatch.arguments, input: batch.input())
    return try #require(batch.read(output: output, messages: messages), "\(output)\n\(messages)")
  }

  static func markup(_ tex: String, isDisplay: Bool = true) throws -> String {
    let formula = TeXFormula(tex: tex, isDisplay: isDisplay)
    return try #require(try typeset([formula])[formula]).get().markup
  }

  static let stressList: [String] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Formulas.txt"
    )
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }()

  @Test("have letters where pandoc has operators, without space around them")
  func letterOperators() throws {
    #expect(try Self.markup("\\ell_2").contains("<mi>ℓ</mi>"))
    #expect(try Self.markup("\\aleph").contains("<mi>ℵ</mi>"))
    #expect(try Self.markup("\\check{x}").contains("<mo"))
  }

  @Test("of the stress list are typeset, all but one at most")
  func stress() throws {
    #expect(Self.stressList.count >= 290)
    let results = try Self.typeset(Self.stressList.map { TeXFormula(tex: $0, isDisplay: true) })
    let failed = results.compactMap { formula, result -> String? in
      if case .failure(let problem) = result { return "\(formula.tex): \(problem.sentence)" }
      return nil
    }
    #expect(failed.count <= 1, "\(failed.sorted().joined(separator: "\n"))")
    for case .success(let math) in results.values {
      #expect(MathML(reading: math.markup) == math)
    }
    if let file = ProcessInfo.processInfo.environment["STRESS_PAGE"] {
      let rows = Self.stressList.map { tex -> String in
        let markup = (try? results[.init(tex: tex, isDisplay: true)]?.get().markup) ?? "<b>none</b>"
        let escaped = tex.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return "<tr><td><code>\(escaped)</code><td>\(markup)"
      }
      try Data(
        "<meta charset=utf-8><link rel=stylesheet href=math.css><table>\n\(rows.joined(separator: "\n"))".utf8
      ).write(to: URL(fileURLWithPath: file))
    }
  }
}

extension FormulaTests {
  @Test("have bold, upright and sans-serif letters, and operators with limits")
  func letters() throws {
    #expect(
      try Self.markup("\\mathbf{x} x") == "<math display=\"block\"><mrow><mi>𝐱</mi><mi>x</mi></mrow></math>"
    )
    #expect(try Self.markup("\\boldsymbol{\\theta}").contains("<mi>𝛉</mi>"))
    #expect(try Self.markup("\\mathrm{d}x").contains("<mi mathvariant=\"normal\">d</mi>"))
    #expect(try Self.markup("A^\\mathsf{T}").contains("<mi>𝖳</mi>"))
    let markup = try Self.markup("\\operatorname*{arg\\,max}_{w} f", isDisplay: false)
    #expect(markup.hasPrefix("<math><mrow><munder><mo"))
    #expect(markup.contains("movablelimits=\"true\""))
    #expect(markup.contains(">arg\u{2006}max</mo><mi>w</mi></munder>"))
  }

  @Test("have no space in a number with a comma in braces, slanted capitals, and fonts within a text")
  func words() throws {
    let number = "<math display=\"block\"><mrow><mn>1</mn><mi>,</mi><mn>000</mn></mrow></math>"
    #expect(try Self.markup("1{,}000") == number)
    #expect(try Self.markup("\\varGamma").contains("<mi>𝛤</mi>"))
    #expect(try Self.markup("a = \"b").contains("<mtext>”</mtext>"))
    #expect(try Self.markup("\\surd \\frac{a}{b}").contains("<mi>√</mi><mfrac>"))
    let text = try Self.markup("\\text{if \\emph{all} of \\textbf{it} $\\text{in}$ fits}")
    let words = text.matches(of: /<mtext>([^<]*)</).map { String($0.output.1) }
    #expect(words.joined().filter { $0 != " " } == "if𝑎𝑙𝑙of𝐢𝐭infits", "\(text)")
  }

  @Test("have colours, strikes, rules and tags that pandoc does not know")
  func marks() throws {
    #expect(
      try Self.markup("\\textcolor{red}{x}^2").contains("<msup><mrow mathcolor=\"#ff0000\"><mi>x</mi></mrow>")
    )
    #expect(try Self.markup("\\cancel{x}").contains("<mrow class=\"cancel\"><mi>x</mi></mrow>"))
    let array = try Self.markup("\\begin{array}{l|r} 1 & 2 \\\\ \\hline 3 & 4 \\\\ \\hline \\end{array}")
    #expect(array.contains("<mtr class=\"rule rule-after\">") && array.contains("<mtd class=\"right bar\">"))
    let formula = TeXFormula(tex: "a = b \\tag{3}", isDisplay: true)
    let math = try #require(try Self.typeset([formula])[formula]).get()
    #expect(math.tag?.plainText == "(3)")
    #expect(math.node.plainText == "a=b")
  }

  @Test("have the tag of each row in its row, and that of a formula beside it")
  func rowTags() throws {
    let formula = TeXFormula(
      tex: "\\begin{align} a &= b \\tag{A1} \\\\ c &= d \\tag{$\\star$} \\end{align}",
      isDisplay: true
    )
    let math = try #require(try Self.typeset([formula])[formula]).get()
    #expect(math.tag == nil)
    #expect(math.node.plainText.contains("(A1)") && math.node.plainText.contains("(⋆)"))
    #expect(math.markup.ranges(of: "row-tag").count == 2)
    #expect(
      try Self.markup("\\begin{array}{cc} \\multicolumn{2}{c}{x} \\\\ a & b \\end{array}").contains(
        "<mtd columnspan=\"2\">"
      )
    )
  }

  @Test("have delimiters that grow where TeX lets them: behind left, with a size, around a matrix")
  func delimiters() throws {
    let fixed = "<mo form=\"prefix\" stretchy=\"false\">("
    let growing = "<mo form=\"prefix\" stretchy=\"true\">("
    for tex in ["f(x)", "(\\frac{a}{b})^2", "f\\bigl(g(x)\\bigr)"] {
      #expect(try Self.markup(tex).contains(fixed), "\(tex)")
    }
    for tex in ["f\\left(x\\right)", "\\begin{pmatrix} a \\\\ b \\end{pmatrix}", "\\binom{n}{k}"] {
      #expect(try Self.markup(tex).contains(growing), "\(tex)")
    }
    #expect(try Self.markup("\\left\\lVert x \\right\\rVert").contains("stretchy=\"true\">∥"))
    #expect(
      try Self.markup("\\Biggl( x \\Biggr)^{i}").contains(
        "<msup><mrow><mo form=\"postfix\" maxsize=\"3.0em\""
      )
    )
    let middle = try Self.markup("\\left( \\frac{a}{b} \\middle/ c \\right)")
    #expect(middle.contains("<mo lspace=\"0\" rspace=\"0\" stretchy=\"true\" symmetric=\"true\">/</mo>"))
  }

  @Test("have no space around the sign of a number, and some around an operation")
  func signs() throws {
    for tex in ["x = -1", "(a, -b)", "2 \\cdot -3", "x \\to -\\infty", "f(-x)"] {
      #expect(try Self.markup(tex).contains("<mo form=\"prefix\">−</mo>"), "\(tex)")
    }
    for tex in ["a - b", "f(x) - 1", "n! - 1", "x^2 - 1", "\\sum_i x_i - 1"] {
      #expect(try Self.markup(tex).contains("<mo>−</mo>"), "\(tex)")
    }
  }

  @Test(
    "that cannot be typeset say why and where",
    arguments: [
      ("a & b", 2, "'&' outside an environment with columns, such as align; write \\& for the sign"),
      ("a + \\foo x", 4, "the command '\\foo' is not known, or not with what follows it"),
      ("\\frac{1}{", 8, "a '{' that is never closed"),
      ("x }", 2, "a '}' without its '{'"),
      ("\\begin{algin} a \\end{algin}", 0, "there is no environment 'algin'; did you mean 'align'?"),
      ("\\begin{align} a \\end{aligned}", 0, "'\\begin{align}' is ended by '\\end{aligned}'"),
      ("\\left( x", 0, "a '\\left' that is never closed"),
      (
        "\\textcolor{rde}{x}", 0,
        "'rde' is no colour; write a name such as red, or a model and its values such as [HTML]{B22222}"
      ),
      ("\\operatorname", 0, "'\\operatorname' needs an argument in braces"),
      (
        "x + \\ce{H2O}", 4,
        "'\\ce' of the package mhchem is not typeset; write \\mathrm{H_2O}, \\longrightarrow for the arrow "
          + "and \\SI{5}{\\metre} for units"
      ),
      ("x + \\begin{array}{*{257}{c}} a \\end{array}", 4, "an array of more than 256 columns"),
      (
        "\\begin{array}{\(String(repeating: "c", count: 257))} a \\end{array}", 0,
        "an array of more than 256 columns"
      ),
      (
        "\\begin{array}{\(String(repeating: "*\\{", count: 6_000))} a \\end{array}", 0,
        "more than 60 repetitions inside each other"
      ),
      ("\\frac", 0, "the command '\\frac' is not known, or not with what follows it"),
    ] as [(String, Int, String)]
  )
  func problems(tex: String, offset: Int, sentence: String) throws {
    let formula = TeXFormula(tex: tex, isDisplay: true)
    let result = try #require(try Self.typeset([formula])[formula])
    #expect(throws: FormulaProblem(sentence, at: offset)) { try result.get() }
  }

  @Test("break lines at a starred line break as at one without", arguments: ["\\begin{aligned}", ""])
  func starredBreak(opening: String) throws {
    let closing = opening.replacing("begin", with: "end")
    let plain = try Self.markup("\(opening)a \\\\ b \\\\[1ex] c\(closing)")
    #expect(plain.components(separatedBy: "<mtr>").count == 4)
    #expect(try Self.markup("\(opening)a \\\\* b \\\\*[1ex] c\(closing)") == plain)
    #expect(try Self.markup("\(opening)a \\\\ {*} b \\\\[1ex] c\(closing)") != plain)
  }

  @Test(
    "have as many columns as repetitions say, in no more time than there are columns",
    .timeLimit(.minutes(1)),
    arguments: [
      ("*{2}{l|r}", "l|rl|r"), ("*{256}{c}", String(repeating: "c", count: 256)), ("c*{0}{l}", "c"),
      ("*{2}{*{2}{c}|}", "cc|cc|"),
      (String(repeating: "*{64}{", count: 50) + "|" + String(repeating: "}", count: 50) + "c", "|c"),
    ]
  )
  func repeatedColumns(spec: String, plain: String) throws {
    func array(_ columns: String) -> String { "\\begin{array}{\(columns)} a & b \\end{array}" }
    #expect(try Self.markup(array(spec)) == Self.markup(array(plain)))
  }

  @Test(
    "are not typeset where repetitions inside each other make millions of columns",
    .timeLimit(.minutes(1))
  )
  func endlessColumns() throws {
    let spec = String(repeating: "*{64}{", count: 50) + "c" + String(repeating: "}", count: 50)
    let formula = TeXFormula(tex: "\\begin{array}{\(spec)} a \\end{array}", isDisplay: true)
    let result = try #require(try Self.typeset([formula])[formula])
    #expect(throws: FormulaProblem("an array of more than 256 columns", at: 0)) { try result.get() }
  }

  @Test("are read back from nothing but known elements, attributes and values")
  func untrusted() {
    let good = "<math display=\"block\"><mrow><mi>x</mi><mo stretchy=\"false\">(</mo></mrow></math>"
    #expect(MathML(reading: good)?.markup == good)
    let bad = [
      "", "x", "<math>", "<math><script>x</script></math>", "<math onclick=\"x\"></math>",
      "<math><mi><b>x</b></mi></math>",
      "<math href=\"javascript:x\"></math>", "<math><mi>x</mi></math><p></p>",
      "<math><mrow>text</mrow></math>",
      "<math><mrow class=\"site-nav\"></mrow></math>", "<math><mspace width=\"1em;x\"></mspace></math>",
      "<math><!-- x --></math>", "<math><mi>&nbsp;</mi></math>", "<math><math></math></math>",
      String(repeating: "<mrow>", count: 300),
    ]
    for markup in bad { #expect(MathML(reading: markup) == nil, "\(markup)") }
  }

  @Test("of the reader's answer must be as many as were asked")
  func count() {
    let batch = FormulaBatch([TeXFormula(tex: "x", isDisplay: true)])
    #expect(batch.read(output: "", messages: "") == nil)
    #expect(batch.read(output: "<p>a</p><p>b</p>", messages: "") == nil)
    #expect(batch.read(output: "<p>a", messages: "") == nil)
  }
}

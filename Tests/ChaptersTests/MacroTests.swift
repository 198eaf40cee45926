internal import Chapters
internal import Testing

@Suite("Macros of formulas")
struct MacroTests {
  static let macros = #"""
    title: T
    macros:
      R: "\\mathbb{R}"
      \E: "\\operatorname{E}"
      norm: ["\\left\\|#1\\right\\|", 1]
      abs: "\\lvert #1\\rvert"
      pair: ["(#1, #2)", 2, "0"]
      eps: \varepsilon
      be: \begin{aligned}
      ee: \end{aligned}
      normR: \norm{\R}
    """#

  static func expanded(_ tex: String) throws -> String {
    try BookTests.read(macros).macros.expanded(tex).tex
  }

  @Test(
    "of a book are written out as TeX does",
    arguments: [
      ("x \\in \\R^n", "x \\in \\mathbb{R}^n"), ("\\Rx", "\\Rx"), ("\\\\R", "\\\\R"),
      ("\\eps x + \\eps", "\\varepsilon x + \\varepsilon"), ("\\eps{}x", "\\varepsilon{}x"),
      ("\\norm{a_\\eps}", "\\left\\|a_\\varepsilon\\right\\|"), ("\\norm x", "\\left\\|x\\right\\|"),
      ("\\abs\\alpha", "\\lvert \\alpha\\rvert"), ("\\pair{y}", "(0, y)"), ("\\pair[x]{y}", "(x, y)"),
      ("\\be a &= b \\\\ c &= \\R \\ee", "\\begin{aligned}a &= b \\\\ c &= \\mathbb{R}\\end{aligned}"),
      ("\\normR", "\\left\\|\\mathbb{R}\\right\\|"),
      ("\\frac\\R2 x^\\R \\sqrt[3]\\R", "\\frac{\\mathbb{R}}2 x^{\\mathbb{R}}\\sqrt[3]{\\mathbb{R}}"),
      ("\\frac{1}\\R \\E X", "\\frac{1}{\\mathbb{R}}\\operatorname{E}X"),
      ("\\text{in $\\R$}", "\\text{in $\\mathbb{R}$}"), ("ü_\\eps", "ü_\\varepsilon"),
    ]
  )
  func book(tex: String, expected: String) throws { #expect(try Self.expanded(tex) == expected) }

  @Test(
    "of a formula hold from where they stand to the end of their group",
    arguments: [
      ("a \\newcommand{\\Q}{\\mathbb{Q}} \\Q", "a \\mathbb{Q}"),
      ("{\\def\\Q{q}\\Q} \\Q", "{q} \\Q"), ("{\\gdef\\Q{q}} \\Q", "{} q"),
      ("\\def\\f#1#2{#2#1}\\f{a}{b}", "ba"), ("\\newcommand\\f[2][k]{#1 #2}\\f{a}\\f[b]c", "k ab c"),
      ("\\renewcommand{\\R}{r}\\R", "r"), ("\\providecommand{\\R}{r}\\R", "\\mathbb{R}"),
      ("\\DeclareMathOperator*{\\argmin}{arg\\,min}\\argmin_x", "\\operatorname*{arg\\,min}_x"),
      (
        "\\DeclarePairedDelimiter{\\ceil}{\\lceil}{\\rceil}\\ceil{x}\\ceil*{y}\\ceil[\\big]{z}",
        "\\lceil x\\rceil\\left\\lceil y\\right\\rceil\\big\\lceil z\\big\\rceil"
      ),
      ("x \\begin{cases}\\def\\y{1}\\y & \\y\\end{cases}", "x \\begin{cases}1& 1\\end{cases}"),
    ]
  )
  func own(tex: String, expected: String) throws { #expect(try Self.expanded(tex) == expected) }

  @Test(
    "that cannot be written out are named with their place, also those that grow without end",
    .timeLimit(.minutes(1)),
    arguments: [
      ("x + \\norm", 4, "'\\norm' needs an argument, in braces, and has 0"),
      (
        "\\newcommand{x}{y}", 0,
        "'\\newcommand' needs the name of a command, as in \\newcommand{\\R}{\\mathbb{R}}"
      ),
      ("a\\def\\f#2{x}", 1, "'#2' stands between '\\f' and its text; only #1#2 and so on are known there"),
      ("\\newcommand{\\f}[x]{y}", 0, "'\\f' has '[x]' for its number of arguments; expected [0] to [9]"),
      ("\\newcommand{\\f}{#1}", 0, "the text of '\\f' has #1, and '\\f' takes no argument"),
      ("\\def\\begin{x}", 0, "'\\begin' cannot be defined anew; take another name"),
      ("\\newcommand{\\f}", 0, "'\\newcommand' needs a text for '\\f', in braces"),
      ("\\def\\a{\\a}\\a", 10, ""), ("\\def\\a{\\a\\a}\\a", 12, ""), ("\\def\\a{x\\a}\\a", 11, ""),
      ("\\def\\a#1{\\a{#1#1}}\\a x", 18, ""), ("\\def\\a{\\b}\\def\\b{\\a}\\a", 20, ""),
    ]
  )
  func faults(tex: String, offset: Int, sentence: String) throws {
    let fault = try #require(
      #expect(throws: FormulaMacros.Fault.self) { try Self.expanded(tex) }
    )
    #expect(fault.offset == offset)
    if sentence.isEmpty {
      #expect(fault.sentence.hasSuffix("; a command must not use itself, not by others either"))
    } else {
      #expect(fault.sentence == sentence)
    }
  }

  @Test("keep the places of what stands around them")
  func places() throws {
    let expansion = try BookTests.read(Self.macros).macros.expanded("a\\R b\\norm{cd}e")
    #expect(expansion.tex == "a\\mathbb{R}b\\left\\|cd\\right\\|e")
    func source(_ text: String) -> Int? {
      expansion.tex.firstRange(of: text).map {
        expansion.source(of: expansion.tex.utf8.distance(from: expansion.tex.startIndex, to: $0.lowerBound))
      }
    }
    #expect(source("a") == 0 && source("mathbb") == 1 && source("b\\left") == 4)
    #expect(
      source("right") == 5 && source("d") == 12 && expansion.source(of: expansion.tex.utf8.count - 1) == 14
    )
  }

  @Test(
    "of book.yml are refused with their line",
    arguments: [
      (
        "R1: x",
        "3:7: 'R1' is not a value of 'macros'; expected the name of a command, of the letters a to z and A to Z alone"
      ),
      (
        "begin: x",
        "3:10: 'begin' is not a value of 'macros'; expected a name that formulas do not need themselves; take another"
      ),
      (
        "f: [\"#1\", x]",
        "3:13: 'x' is not a value of 'macros'; expected the number of arguments of '\\f', 0 to 9"
      ),
      ("f: [\"#1 #2\", 1]", "3:6: the text of '\\f' has #2, and '\\f' takes 1 argument"),
      ("f: \"{x\"", "3:6: the text of '\\f' has a '{' without its '}'"),
      ("f: \\f x", "3:6: '\\f' uses itself; write out what it stands for"),
      ("f: {a: b}", "3:6: 'macros' must be a list of texts, and is a mapping"),
      ("f: x\n  \\f: y", "4:7: the setting '\\f' is given twice; keep one"),
    ]
  )
  func refused(macros: String, expected: String) {
    let errors = #expect(throws: BookErrors.self) { try BookTests.read("title: T\nmacros:\n  \(macros)") }
    #expect(errors?.description == "book.yml:\(expected)")
  }

  @Test(
    "of book.yml that lead back to themselves, or grow beyond any page, are refused",
    .timeLimit(.minutes(1))
  )
  func endless() {
    let circle = #expect(throws: BookErrors.self) {
      try BookTests.read("title: T\nmacros:\n  a: \\b\n  b: x\\a")
    }
    #expect(
      circle?.description
        == "book.yml:3:6: '\\a' uses itself by '\\b'; write out what it stands for\n"
        + "book.yml:4:6: '\\b' uses itself by '\\a'; write out what it stands for"
    )
    let names = Array("abcdefghij")
    let lines = names.indices.map { index in
      let next = index + 1 < names.count ? "\\" + String(names[index + 1]) : "x"
      return "  \(names[index]): \(String(repeating: next, count: 10))"
    }
    let growth = #expect(throws: BookErrors.self) {
      try BookTests.read("title: T\nmacros:\n" + lines.joined(separator: "\n"))
    }
    // Four steps give 10,000 letters and commands of two; five give more than any formula may have.
    #expect(growth?.errors.first?.location.line == 3)
    #expect(growth?.errors.last?.location.line == 8)
    #expect(growth?.errors.last?.sentence.contains("grows without end or beyond 20000 bytes") == true)
  }
}

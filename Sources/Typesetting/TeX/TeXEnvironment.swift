/// How an environment of TeX is written for pandoc.
struct TeXEnvironment {
  /// What opens and closes it; both empty where nothing is left but its content.
  var opening = ""
  var closing = ""
  /// Whether `&` and `\\` divide its content.
  var isTable = true
  /// Whether each cell is set in display style.
  var isDisplay = false
  /// Whether it is a list of equations: a table in display style.
  var isEquations: Bool { Self.equations.contains { opening == "\\begin{\($0)}" } }

  /// The class of its table: aligned columns leave no gap at `&`, and `alignat` none at all.
  var tableClass: String? {
    if opening.contains("alignat") || opening.contains("alignedat") { return "alignat" }
    return opening.contains("gather") || opening.contains("multline") ? nil : "aligned"
  }

  private static let equations = [
    "align", "align*", "aligned", "alignat", "alignat*", "alignedat", "gather", "gather*", "gathered",
    "multline", "multline*", "split", "eqnarray", "eqnarray*",
  ]

  /// Before which columns rules stand, counted from 0.
  var rules: [Int] = []

  init(_ name: String) {
    opening = "\\begin{\(name)}"
    closing = "\\end{\(name)}"
  }

  private init(opening: String, closing: String, isTable: Bool = true) {
    (self.opening, self.closing, self.isTable) = (opening, closing, isTable)
  }

  /// Environments that pandoc reads as they are.
  private static let plain: Set<String> = [
    "align", "align*", "aligned", "alignat", "alignat*", "alignedat", "gather", "gather*", "gathered",
    "multline", "multline*", "split", "eqnarray", "eqnarray*", "cases", "matrix", "pmatrix",
    "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array",
  ]

  /// Environments that do nothing for a formula that stands alone.
  private static let wrappers: Set<String> = [
    "equation", "equation*", "math", "displaymath", "subequations", "empheq",
  ]

  /// Environments that are written by others.
  private static let others: [String: TeXEnvironment] = {
    var others = [
      "flalign": TeXEnvironment("align"),
      "rcases": TeXEnvironment(opening: "\\left.\\begin{array}{ll}", closing: "\\end{array}\\right\\}"),
      "subarray": TeXEnvironment(opening: "\\begin{matrix}", closing: "\\end{matrix}"),
      "multlined": TeXEnvironment("gathered"),
      "dcases": TeXEnvironment("cases"),
      "drcases": TeXEnvironment(opening: "\\left.\\begin{array}{ll}", closing: "\\end{array}\\right\\}"),
    ]
    others["dcases"]?.isDisplay = true
    others["drcases"]?.isDisplay = true
    for (matrix, left, right) in [
      ("psmallmatrix", "(", ")"), ("bsmallmatrix", "[", "]"), ("vsmallmatrix", "|", "|"),
      ("Bsmallmatrix", "\\{", "\\}"), ("Vsmallmatrix", "\\|", "\\|"),
    ] {
      others[matrix] = TeXEnvironment(
        opening: "\\left\(left)\\begin{smallmatrix}",
        closing: "\\end{smallmatrix}\\right\(right)"
      )
    }
    return others
  }()

  /// Every name that `named(_:)` knows, to suggest one.
  static let names = (Array(plain) + wrappers + others.keys).sorted()

  /// Returns how an environment is written; `nil` for one that is not known.
  static func named(_ name: String) -> TeXEnvironment? {
    if plain.contains(name) { return TeXEnvironment(name) }
    if wrappers.contains(name) { return TeXEnvironment(opening: "", closing: "", isTable: false) }
    if let other = others[name] { return other }
    // mathtools' matrices with an alignment, and starred cases.
    return name.hasSuffix("*") ? named(String(name.dropLast())) : nil
  }

  /// The most columns of an array: a few levels of `*{64}{…}` inside each other would make more than fit into memory.
  static let mostColumns = 256

  /// Reads the columns of an array: `{l|cc|r}` with `@{…}`, `*{2}{c}`, `p{2cm}` as in LaTeX.
  ///
  /// - Parameters:
  ///   - offset: where the formula names them.
  ///   - depth: in how many repetitions they stand.
  /// - Returns: the columns as letters, and before which of them rules stand.
  static func columns(_ spec: String, at offset: Int, depth: Int = 0) throws(FormulaProblem) -> (
    letters: String, rules: [Int]
  ) {
    if depth > TeXParser.deepestNesting {
      throw FormulaProblem("more than \(TeXParser.deepestNesting) repetitions inside each other", at: offset)
    }
    var letters = ""
    var rules: [Int] = []
    var rest = Array(spec)[...]
    func group() -> String {
      guard rest.first == "{" else { return rest.popFirst().map { String($0) } ?? "" }
      var level = 0
      var inner = ""
      while let character = rest.popFirst() {
        if character == "{" { level += 1 }
        if character == "}" { level -= 1 }
        if level == 0 { break }
        if level > 1 || character != "{" || !inner.isEmpty { inner.append(character) }
      }
      return inner
    }
    func rule(_ place: Int) { if rules.last != place { rules.append(place) } }
    while let character = rest.popFirst() {
      switch character {
      case "l", "c", "r": letters.append(character)
      case "|", ":": rule(letters.utf8.count)
      case "@", "!", ">", "<": _ = group()
      case "p", "m", "b":
        _ = group()
        letters.append("l")
      case "*":
        let count = max(0, Int(group()) ?? 1)
        let repeated = try columns(group(), at: offset, depth: depth + 1)
        // Without a column, it is the same rule each time.
        let times = min(count, repeated.letters.isEmpty ? 1 : mostColumns + 1)
        for _ in 0..<times where letters.utf8.count <= mostColumns {
          for place in repeated.rules { rule(letters.utf8.count + place) }
          letters += repeated.letters
        }
      default: break
      }
    }
    if letters.utf8.count > mostColumns {
      throw FormulaProblem("an array of more than \(mostColumns) columns", at: offset)
    }
    return (letters, rules)
  }
}

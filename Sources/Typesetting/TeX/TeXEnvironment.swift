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

  /// Every name that `init(named:)` knows.
  static let names = (Array(plain) + wrappers + others.keys).sorted()

  /// Returns how an environment is written; `nil` for one that is not known.
  static func named(_ name: String) -> TeXEnvironment? {
    if plain.contains(name) { return TeXEnvironment(name) }
    if wrappers.contains(name) { return TeXEnvironment(opening: "", closing: "", isTable: false) }
    if let other = others[name] { return other }
    // mathtools' matrices with an alignment, and starred cases.
    return name.hasSuffix("*") ? named(String(name.dropLast())) : nil
  }

  /// Reads the columns of an array: `{l|cc|r}` with `@{…}`, `*{2}{c}`, `p{2cm}` as in LaTeX.
  ///
  /// - Returns: the columns as letters, and before which of them rules stand.
  static func columns(_ spec: String) -> (letters: String, rules: [Int]) {
    var letters = ""
    var rules: [Int] = []
    var rest = Array(spec)[...]
    func group() -> [Character] {
      guard rest.first == "{" else { return rest.isEmpty ? [] : [rest.removeFirst()] }
      var depth = 0
      var inner: [Character] = []
      while let character = rest.popFirst() {
        if character == "{" { depth += 1 }
        if character == "}" { depth -= 1 }
        if depth == 0 { break }
        if !(depth == 1 && character == "{") || inner.isEmpty == false { inner.append(character) }
      }
      return inner
    }
    while let character = rest.popFirst() {
      switch character {
      case "l", "c", "r": letters.append(character)
      case "|", ":": if rules.last != letters.count { rules.append(letters.count) }
      case "@", "!", ">", "<": _ = group()
      case "p", "m", "b":
        _ = group()
        letters.append("l")
      case "*":
        let count = Int(String(group())) ?? 1
        rest = Array(repeating: group(), count: min(max(count, 0), 64)).joined() + rest
      default: break
      }
    }
    return (letters, rules)
  }
}

internal import Chapters

/// The rules that are lists.
extension TeXRewriter {
  /// Rewrites an environment with the arguments behind its name.
  mutating func environment(_ name: String, _ parts: [TeXPart], at part: TeXPart) throws(FormulaProblem)
    -> String
  {
    guard var environment = TeXEnvironment.named(name) else {
      let nearest = Spelling.nearest(to: name, in: TeXEnvironment.names)
      throw FormulaProblem(
        "there is no environment '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
        at: part.range.lowerBound
      )
    }
    var index = 0
    _ = option(parts, &index)
    var columns = ""
    if ["array", "subarray", "alignat", "alignat*", "alignedat", "empheq"].contains(name) {
      let argument = source(of: try argument(parts, &index, of: part))
      if name == "array" {
        let (letters, rules) = try TeXEnvironment.columns(argument, at: part.range.lowerBound)
        columns = "{\(letters)}"
        environment.rules = rules
      } else if name.hasPrefix("align") {
        columns = "{\(argument)}"
      }
    }
    let inner = Array(parts[index...])
    if !environment.isTable {
      if name == "empheq" { return try cell(inner, at: .table(TeXEnvironment("gathered"))) }
      return try cell(inner, at: .top)
    }
    let text = try cell(inner, at: .table(environment))
    let whole = environment.opening + columns + text + environment.closing
    guard name.contains("smallmatrix") else { return whole }
    return "{\(mark(.style(isDisplay: false, level: 1)))\(whole)}"
  }

  /// Commands without a meaning for a page.
  static let dropped: Set<String> = [
    "\\nonumber", "\\notag", "\\strut", "\\null", "\\allowbreak", "\\nobreak", "\\-", "\\/", "\\hfill",
    "\\hfil",
    "\\displaylimits", "\\noalign", "\\relax", "\\protect", "\\goodbreak", "\\bigskip", "\\medskip",
    "\\smallskip",
    "\\normalsize", "\\newline", "\\mathstrut",
  ]

  /// Commands that are said in other words.
  static let replaced: [String: String] = [
    "\\degree": "{}^{\\circ}", "\\celsius": "{}^{\\circ}\\mathrm{C}", "\\textdegree": "{}^{\\circ}",
    "\\copyright": "\\text{©}", "\\S": "\\text{§}", "\\P": "\\text{¶}", "\\square": "□", "\\Box": "□",
    "\\qed": "□",
    "\\enspace": "\\;\\,", "\\thinspace": "\\,", "\\negthinspace": "\\!", "\\medspace": "\\:",
    "\\thickspace": "\\;", "\\nobreakspace": "~", "\\idotsint": "\\int\\!\\cdots\\!\\int",
    "\\varinjlim": "\\underset{\\to}{\\lim}", "\\varprojlim": "\\underset{\\gets}{\\lim}",
    "\\coloneq": "\\coloneqq", "\\dd": "\\mathrm{d}", "\\mathellipsis": "\\ldots",
    // Sets of numbers, as many define them, and Greek capitals that look like Latin ones.
    "\\N": "\\mathbb{N}", "\\Z": "\\mathbb{Z}", "\\Q": "\\mathbb{Q}", "\\R": "\\mathbb{R}",
    "\\C": "\\mathbb{C}",
    "\\Alpha": "\\mathrm{A}", "\\Beta": "\\mathrm{B}", "\\Epsilon": "\\mathrm{E}", "\\Zeta": "\\mathrm{Z}",
    "\\Eta": "\\mathrm{H}", "\\Iota": "\\mathrm{I}", "\\Kappa": "\\mathrm{K}", "\\Mu": "\\mathrm{M}",
    "\\Nu": "\\mathrm{N}", "\\Omicron": "\\mathrm{O}", "\\Rho": "\\mathrm{P}", "\\Tau": "\\mathrm{T}",
    "\\Chi": "\\mathrm{X}", "\\omicron": "o",
    "\\varGamma": "\\mathit{\\Gamma}", "\\varDelta": "\\mathit{\\Delta}", "\\varTheta": "\\mathit{\\Theta}",
    "\\varLambda": "\\mathit{\\Lambda}", "\\varXi": "\\mathit{\\Xi}", "\\varPi": "\\mathit{\\Pi}",
    "\\varSigma": "\\mathit{\\Sigma}", "\\varUpsilon": "\\mathit{\\Upsilon}", "\\varPhi": "\\mathit{\\Phi}",
    "\\varPsi": "\\mathit{\\Psi}", "\\varOmega": "\\mathit{\\Omega}",
    // What TeX prints for the sign.
    "\"": "\\text{”}",
    // For pandoc a root of what follows.
    "\\surd": "\\mathord{√}",
  ]

  /// Commands whose argument is text.
  static let texts: Set<String> = [
    "\\text", "\\mbox", "\\textrm", "\\textbf", "\\textit", "\\texttt", "\\textsf", "\\ensuremath", "\\SI",
    "\\si",
    "\\num", "\\unit", "\\qty", "\\textup", "\\hyperref",
  ]

  /// Other names of text and font commands.
  static let textNames: [String: String] = [
    "\\textnormal": "\\text", "\\hbox": "\\mbox", "\\textsc": "\\text", "\\emph": "\\textit",
    "\\mathbbm": "\\mathbb",
    "\\bbm": "\\mathbb", "\\mathds": "\\mathbb", "\\bold": "\\mathbf", "\\mathbi": "\\boldsymbol",
    "\\mathbfit": "\\boldsymbol", "\\bs": "\\boldsymbol",
  ]

  /// Arrows with a text above and perhaps one below.
  static let arrows: [String: String] = [
    "\\xRightarrow": "\\Longrightarrow", "\\xLeftarrow": "\\Longleftarrow",
    "\\xLeftrightarrow": "\\Longleftrightarrow", "\\xleftrightarrow": "\\longleftrightarrow",
    "\\xmapsto": "\\longmapsto", "\\xhookrightarrow": "\\hookrightarrow",
    "\\xhookleftarrow": "\\hookleftarrow",
    "\\xrightleftharpoons": "\\rightleftharpoons", "\\xtwoheadrightarrow": "\\twoheadrightarrow",
    "\\xrightarrow": "\\longrightarrow", "\\xleftarrow": "\\longleftarrow", "\\xlongequal": "=",
    "\\xtofrom": "\\rightleftarrows", "\\xrightharpoonup": "\\rightharpoonup",
    "\\xrightharpoondown": "\\rightharpoondown", "\\xleftharpoonup": "\\leftharpoonup",
    "\\xleftharpoondown": "\\leftharpoondown",
  ]

  /// Commands that put an argument between delimiters.
  static let pairs: [String: (String, String)] = [
    "\\abs": ("|", "|"), "\\norm": ("\\|", "\\|"), "\\ceil": ("\\lceil", "\\rceil"),
    "\\floor": ("\\lfloor", "\\rfloor"), "\\bra": ("\\langle", "|"), "\\ket": ("|", "\\rangle"),
    "\\set": ("\\{", "\\}"), "\\inner": ("\\langle", "\\rangle"),
  ]

  /// Operators with limits that many define in their preamble, by their name as TeX.
  static let operators: [String: String] = [
    "\\argmax": "arg\\,max", "\\argmin": "arg\\,min", "\\injlim": "inj\\,lim", "\\projlim": "proj\\,lim",
    "\\esssup": "ess\\,sup", "\\essinf": "ess\\,inf", "\\softmax": "softmax", "\\sgn": "sgn",
    "\\sign": "sign",
    "\\diag": "diag", "\\rank": "rank", "\\tr": "tr", "\\Tr": "Tr", "\\Var": "Var", "\\Cov": "Cov",
    "\\KL": "KL",
  ]

  /// Environments that plain TeX writes as commands.
  static let plainEnvironments: [String: String] = [
    "\\cases": "cases", "\\matrix": "matrix", "\\pmatrix": "pmatrix", "\\eqalign": "aligned",
    "\\displaylines": "gathered",
  ]
}

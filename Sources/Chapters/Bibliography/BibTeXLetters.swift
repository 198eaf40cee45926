/// TeX commands in bibliographies: those that pandoc 2.17 reads, and what stands for those that it leaves out.
enum BibTeXLetters {
  /// Text in place of a command that pandoc does not know.
  static let text: [String: String] = [
    "SS": "SS", "DJ": "Đ", "dj": "đ", "DH": "Ð", "dh": "ð", "TH": "Þ", "th": "þ", "NG": "Ŋ", "ng": "ŋ",
    "IJ": "Ĳ",
    "ij": "ĳ", "textendash": "–", "textemdash": "—", "textquotesingle": "'", "quotedblbase": "„",
    "quotesinglbase": "‚", "guillemotleft": "«", "guillemotright": "»", "flqq": "«", "frqq": "»", "glqq": "„",
    "grqq": "“", "guilsinglleft": "‹", "guilsinglright": "›", "textregistered": "®", "texttrademark": "™",
    "textcopyright": "©", "textsterling": "£", "texteuro": "€", "dag": "†", "ddag": "‡", "textdagger": "†",
    "textdegree": "°", "degree": "°", "textmu": "µ", "texttimes": "×", "textpm": "±", "textdiv": "÷",
    "textunderscore": "\\_", "textbar": "|", "textbraceleft": "\\{", "textbraceright": "\\}",
    "textdollar": "\\$",
    "textbullet": "•", "textperiodcentered": "·", "textellipsis": "…", "textordfeminine": "ª",
    "textordmasculine": "º", "textonehalf": "½", "textonequarter": "¼", "textthreequarters": "¾",
    "textexclamdown": "¡", "textquestiondown": "¿", "textnumero": "№", "textsection": "§",
    "textparagraph": "¶",
    "LaTeXe": "LaTeX2ε", "BibTeX": "BibTeX", "XeTeX": "XeTeX", "eTeX": "eTeX", "newline": " ",
    "linebreak": " ", "space": " ",
    "relax": "", "protect": "", "newblock": "", "mbox": "", "hbox": "", "text": "", "NoCaseChange": "",
    "nocase": "",
    "textnormal": "", "path": "\\texttt", "sc": "\\scshape", "sf": "", "allowbreak": "", "hfill": " ",
    "textalpha": "α", "textbeta": "β", "textgamma": "γ", "textdelta": "δ", "textepsilon": "ε",
    "textlambda": "λ",
    "textmugreek": "μ", "textpi": "π", "textsigma": "σ", "textphi": "φ", "textomega": "ω",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ", "mu": "μ",
    "pi": "π",
    "sigma": "σ", "phi": "φ", "omega": "ω", "times": "×", "pm": "±", "infty": "∞", "le": "≤", "leq": "≤",
    "ge": "≥",
    "geq": "≥", "neq": "≠", "cdot": "·", "circ": "°", "rightarrow": "→", "to": "→",
  ]

  /// Commands that pandoc reads.
  static let known: Set<String> = [
    "aa", "AA", "ae", "AE", "oe", "OE", "o", "O", "l", "L", "ss", "i", "j", "textquoteleft", "textquoteright",
    "textquotedblleft", "textquotedblright", "pounds", "euro", "copyright", "S", "P", "textbackslash",
    "textasciitilde", "textasciicircum", "textless", "textgreater", "ldots", "dots", "TeX", "LaTeX", "textbf",
    "textit", "textsl", "textsc", "texttt", "textsf", "textrm", "textup", "textmd", "textsuperscript",
    "textsubscript", "emph", "em", "bf", "it", "tt", "sl", "rm", "bfseries", "itshape", "scshape",
    "mkbibquote",
    "mkbibemph", "mkbibbold", "mkbibitalic", "mkbibparens", "enquote", "url", "href", "nolinkurl",
    "ensuremath",
    "uppercase", "lowercase", "MakeUppercase", "MakeLowercase", "autocap", "slash", "par", "bibstring",
    "foreignlanguage", "textgreek", "sim", "v", "u", "c", "k", "d", "b", "t", "r", "H", "G", "U", "f", "h",
    "underline", "texorpdfstring", "xspace",
  ]
}

/// Syntax of other tools within a line of prose: formulas between dollar signs where a book does not allow them, LaTeX
/// commands, notes without a text, attributes in braces, HTML. A page would show it as text or leave it out.
struct ForeignInline {
  /// What is wrong with a piece of a line.
  struct Find {
    /// Where the piece lies in the line.
    fileprivate var bytes: Range<Int>
    var sentence: String
    /// The column of the piece, counted from 1 in bytes.
    var column: Int { bytes.lowerBound + 1 }
  }

  /// A pattern with what it means.
  private struct Pattern: Sendable {
    /// The pattern is looked for only in lines that have this text, which few lines of prose do.
    var needle: StaticString
    /// The marks of the needle.
    var marks: LineMarks
    /// Makes the expression, whose capture is the piece. A `Regex` is not `Sendable`, so each use makes its own.
    var regex: @Sendable () -> Regex<(Substring, Substring)>
    /// What becomes of the piece, and what to write instead.
    var advice: @Sendable (Substring) -> String
    /// Whether the piece is a formula in a book with `math: dollars`.
    var isDollarMath: Bool

    init(
      _ needle: StaticString,
      _ regex: @autoclosure @escaping @Sendable () -> Regex<(Substring, Substring)>,
      isDollarMath: Bool = false,
      advice: @escaping @Sendable (Substring) -> String
    ) {
      self.needle = needle
      marks = LineMarks(of: needle)
      self.regex = regex
      self.advice = advice
      self.isDollarMath = isDollarMath
    }
  }

  /// Finds the pieces of a line that is neither code nor empty.
  ///
  /// - Parameters:
  ///   - marks: those of the line.
  ///   - definitions: the labels of link definitions and notes, in lower case; those of notes begin with `^`. Needed only
  ///     for a line with the marks of `notes`.
  ///   - hasDollarMath: whether dollar signs enclose formulas.
  static func finds(
    in line: ArraySlice<UInt8>,
    marks: LineMarks,
    definitions: Set<String>,
    hasDollarMath: Bool
  ) -> [Find] {
    let mayLink = marks.isSuperset(of: links) && line.holds("](")
    guard mayLink || patterns.contains(where: { marks.isSuperset(of: $0.marks) }) else { return [] }
    let bytes = marks.isSuperset(of: ticks) ? withoutCode(line) : Array(line)
    var found = mayLink ? spacedAddresses(in: bytes) : []
    for pattern in patterns where marks.isSuperset(of: pattern.marks) && bytes.holds(pattern.needle) {
      if hasDollarMath, pattern.isDollarMath { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      for match in text.matches(of: pattern.regex()) {
        let piece = match.output.1
        if piece.hasPrefix("[^"), definitions.contains(piece.dropFirst().dropLast().lowercased()) { continue }
        let start = text.utf8.distance(from: text.startIndex, to: piece.startIndex)
        // A pattern that comes first has named the piece already.
        guard !found.contains(where: { $0.bytes.contains(start) }) else { continue }
        found.append(
          Find(
            bytes: start..<start + piece.utf8.count,
            sentence: "'\(shown(piece))' " + pattern.advice(piece)
          )
        )
      }
    }
    return found.sorted { $0.column < $1.column }
  }

  /// The marks of a line that may mention a note.
  static let notes = LineMarks(of: "[^")
  private static let ticks = LineMarks(of: "`")
  private static let links = LineMarks(of: "]")
  private static let schemes = Reference.Kind.allCases.map { Array("\($0.rawValue):".utf8) }

  /// Finds links to works, findings and the like whose address has a space: `](cite:wen deng)`.
  ///
  /// Lines with a link are frequent, so this search has no regular expression.
  private static func spacedAddresses(in line: [UInt8]) -> [Find] {
    line.indices.compactMap { start in
      guard line[start] == UInt8(ascii: "]"), line[start...].starts(with: "](".utf8) else { return nil }
      let address = line[(start + 2)...]
      guard schemes.contains(where: { address.starts(with: $0) }),
        let end = address.firstIndex(where: { ")]\"'".utf8.contains($0) }), line[end] == UInt8(ascii: ")"),
        address[..<end].contains(where: { $0 == 32 || $0 == 9 })
      else { return nil }
      let piece = shown(Substring(decoding: line[start...end], as: UTF8.self))
      return Find(
        bytes: start..<end + 1,
        sentence:
          "'\(piece)' is shown as text, since an address has no spaces; works that are cited together are links one "
          + "after the other: [](cite:wen-2016) [](cite:deng-2019)"
      )
    }
  }

  /// A piece as warnings quote it.
  private static func shown(_ piece: Substring) -> Substring {
    piece.count > 40 ? piece.prefix(39) + "…" : piece
  }

  /// Finds syntax of other notebooks at the start of a line of a cell: options of Quarto and commands of Jupyter.
  static func find(inCodeLine line: Substring) -> String? {
    if line.hasPrefix("#|") {
      return "'\(line.prefix(40))' is not Swift: write attributes after ```swift, for example echo=hide"
    }
    guard line.hasPrefix("%") || line.hasPrefix("!"), line.dropFirst().first?.isLetter == true,
      line.hasPrefix("%") || line.contains(" ") && !line.contains("(")
    else { return nil }
    return "'\(line.prefix(40))' is not Swift: commands of other notebooks are not known here"
  }

  /// The line with every code span and every formula of ours, $`x`$, as blanks, so that columns stay.
  private static func withoutCode(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = Array(line)
    let tick = UInt8(ascii: "`")
    var place = 0
    while let start = bytes[place...].firstIndex(of: tick) {
      let count = bytes[start...].prefix { $0 == tick }.count
      place = start + count
      var end = place
      while let next = bytes[end...].firstIndex(of: tick) {
        let length = bytes[next...].prefix { $0 == tick }.count
        end = next + length
        if length == count {
          let isFormula =
            start > 0 && bytes[start - 1] == UInt8(ascii: "$") && end < bytes.count
            && bytes[end] == UInt8(ascii: "$")
          for index in isFormula ? start - 1..<end + 1 : start..<end { bytes[index] = 32 }
          place = end
          break
        }
      }
    }
    return bytes
  }

  private static let formula =
    "is shown as text; a formula is written $`x^2`$ or in a ```math fence, or set 'math: dollars' in book.yml"

  /// The patterns, the longer ones first.
  ///
  /// The time of a search is proportional to the line's length: what follows an opening that is never closed is not read
  /// again for each opening, since it ends at the next one or after 200 characters.
  private static let patterns: [Pattern] = [
    Pattern("$$", #/(\$\$[^$]*(?:\$\$)?)/#, isDollarMath: true) { _ in formula },
    // A price is followed by a digit, and our own formulas by a backtick, which is blank by now.
    Pattern("$", #/(?:^|[\s(\[])(\$[^\s$\d][^$]*\$)(?:$|[\s.,;:!?)\]-])/#, isDollarMath: true) { _ in
      formula
    },
    Pattern("\\(", #/(\\\([^()\\^_=]*[\\^_=][^()]*\\\))/#) { _ in formula },
    Pattern("\\[", #/(\\\[[^\[\]\\^_=]*[\\^_=][^\[\]]*\\\])/#) { _ in formula },
    Pattern("\\", #/(?:^|[^\w\\:])(\\(?:no)?[cC]ite\w*(?:\[[^\]]{0,200}\])?\{[^}]{0,200}\})/#) { piece in
      "is shown as text; a citation is written [text](cite:\(braced(piece)))"
    },
    Pattern("\\", #/(?:^|[^\w\\:])(\\\w*[rR]ef\*?\{[^}]{0,200}\})/#) { _ in
      "is shown as text; a reference is written [](figure:cell.name), table:, equation: or chapter:"
    },
    Pattern("\\", #/(?:^|[^\w\\:])(\\[A-Za-z]{2,}(?:\{[^}]{0,200}\})?)/#) { _ in
      "is shown as text; commands of LaTeX are known only in formulas, $`\\alpha`$"
    },
    Pattern("[^", #/(\[\^[^\[\]\s]+\])/#) {
      "is shown as text, since no line '\($0): …' gives the text of the note"
    },
    Pattern("^[", #/(\^\[[^\[\]]+\])/#) { _ in
      "is shown as text; a note is written [^name], and its text on a line of its own, '[^name]: …'"
    },
    Pattern("[[", #/(\[\[[^\[\]]+\]\])/#) { _ in
      "is shown as text; a link to a chapter is written [text](chapter:id)"
    },
    Pattern("[!", #/^[>\s]*>\s*(\[!(?!(?i:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\])[A-Za-z]+\])/#) { _ in
      "is shown as text; a callout is [!NOTE], [!TIP], [!IMPORTANT], [!WARNING] or [!CAUTION]"
    },
    Pattern("[!", #/^[>\s]*>\s*(\[!(?i:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*[^\s].*)/#) { _ in
      "is shown as text: a callout has no title; its text begins on the next line of the quote"
    },
    Pattern("{{<", #/(\{\{<[^{}]*\}\})/#) { _ in
      "is shown as text; templates are not known here"
    },
    Pattern("{%", #/(\{%[^{}]*%\})/#) { _ in "is shown as text; templates are not known here"
    },
    Pattern("{", #/^#{1,6}\s.*\s(\{[#.\-][^{}]*\})\s*$/#) { _ in
      "is shown as text; a heading has no attributes, and its anchor is made of its words"
    },
    Pattern("{", #/[\])](\{(?:[#.][\w\-]|\w+=)[^{}]*\})/#) { _ in
      "is shown as text; pictures, links and words have no attributes"
    },
    Pattern("<", #/(?:^|[^\\])(<\/?[A-Za-z][A-Za-z0-9\-]*(?:\s[^<>]*)?\/?>)/#) { _ in
      "is left out of the page, which shows no HTML; code is written between backticks"
    },
    Pattern("~~", #/(~~[^\s~][^~]*~~)/#) { _ in "is shown as text; nothing is struck through"
    },
    Pattern("==", #/(?:^|\s)(==[^\s=][^=]*==)(?:\s|$)/#) { _ in
      "is shown as text; emphasis is written *text* or **text**"
    },
    Pattern("!!!", #/^(!!!\s\w+)/#) { _ in "is shown as text; a callout is a quote that begins with [!NOTE]"
    },
    Pattern("::", #/^(\.\.\s[\w\-]+::)/#) { _ in
      "is shown as text; directives are not known here"
    },
  ]

  /// The text between the first braces.
  private static func braced(_ piece: Substring) -> Substring {
    piece.drop { $0 != "{" }.dropFirst().prefix { $0 != "}" && $0 != "," }
  }
}

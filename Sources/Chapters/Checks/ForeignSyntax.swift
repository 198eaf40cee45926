/// Finds what a page would show as plain text though its author meant markup: syntax of other notebook and book tools, and
/// links to reference definitions that do not exist.
struct ForeignSyntax {
  private let source: SourceText
  private let hasDollarMath: Bool
  /// The labels of all reference definitions, `[label]: address`, and notes, `[^label]: text`, in lower case. Few chapters
  /// have a line that needs them.
  private lazy var definitions = Self.definitions(source)
  private var found: [Problem] = []
  /// How many columns the table has whose rows are being read.
  private var columns: Int?

  /// Returns a warning for each place, which names the syntax to use instead.
  ///
  /// - Parameter hasDollarMath: whether `$x$` and `$$x$$` are formulas in this book.
  static func problems(in source: SourceText, hasDollarMath: Bool) -> [Problem] {
    var search = ForeignSyntax(
      source: hasDollarMath ? withoutFormulas(source) : source,
      hasDollarMath: hasDollarMath
    )
    search.run()
    return search.found
  }

  private init(source: SourceText, hasDollarMath: Bool) {
    self.source = source
    self.hasDollarMath = hasDollarMath
  }

  private mutating func run() {
    let marks = LineMarks.lines(of: source)
    var fence: (mark: UInt8, count: Int, isCell: Bool)?
    var number = 1
    if let end = frontMatterEnd {
      warn(
        1,
        1,
        "front matter between '---' or '+++' lines is shown as text; settings belong in book.yml, the title in a heading: # Title"
      )
      number = end + 1
    }
    while number <= source.lineCount {
      let marks = marks[number - 1]
      // Most lines are plain text: they are not looked at any further.
      if fence == nil, marks.isEmpty {
        if columns != nil, trimmed(number).isEmpty { columns = nil }
        number += 1
        continue
      }
      let line = source.line(number)
      let text = line.drop { $0 == 32 || $0 == 9 || $0 == UInt8(ascii: ">") }
      let column = text.startIndex - line.startIndex + 1
      let first = text.first ?? 32
      if let open = fence {
        let count = text.prefix { $0 == open.mark }.count
        if count >= open.count, text.dropFirst(count).allSatisfy({ $0 == 32 || $0 == 9 }) {
          fence = nil
        } else if open.isCell,
          first == UInt8(ascii: "#") || first == UInt8(ascii: "%") || first == UInt8(ascii: "!"),
          let sentence = ForeignInline.find(inCodeLine: Substring(decoding: text, as: UTF8.self))
        {
          warn(number, column, sentence)
        }
      } else if first == UInt8(ascii: "`") || first == UInt8(ascii: "~"),
        case let count = text.prefix(while: { $0 == first }).count, count >= 3,
        first == UInt8(ascii: "~") || !text.dropFirst(count).contains(first)
      {
        columns = nil
        let info = Substring(decoding: text.dropFirst(count), as: UTF8.self)
        fence = (first, count, info.trimmingPrefix(" ").hasPrefix("swift") && info.utf8.holds("id="))
        fenceInfo(info, number, column)
      } else {
        prose(line, text, marks, number, column)
      }
      number += 1
    }
  }

  /// The line that closes front matter; `nil` where the text does not open with it.
  private var frontMatterEnd: Int? {
    let first = trimmed(1)
    guard first == "---" || first == "+++", source.lineCount > 2 else { return nil }
    // Front matter has settings, which a break between two lines of prose does not.
    let second = trimmed(2)
    guard second.contains(first == "---" ? ":" : "="), !second.hasPrefix(":") else { return nil }
    return (2...min(source.lineCount, 200)).first {
      (first == "---" ? ["---", "..."] : ["+++"]).contains(trimmed($0))
    }
  }

  /// A line without the blanks at its end.
  private func trimmed(_ line: Int) -> String {
    let bytes = source.line(line)
    let end = bytes.lastIndex { $0 != 32 && $0 != 9 }.map { $0 + 1 } ?? bytes.startIndex
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  private mutating func fenceInfo(_ info: Substring, _ line: Int, _ column: Int) {
    let words = info.drop { $0 == " " }
    if ["mermaid", "dot", "graphviz", "plantuml", "vega-lite"].contains(words.prefix { !$0.isWhitespace }) {
      let name = words.prefix { !$0.isWhitespace }
      warn(
        line,
        column,
        "'\(name)' is shown as a listing; a figure is drawn by a cell that records a Chart"
      )
    }
    guard words.first == "{" else { return }
    let language = words.dropFirst().prefix { $0.isLetter }
    let advice =
      language == "swift" ? "a cell is written ```swift id=name" : "a listing is written ```\(language)"
    warn(line, column, "a fence with braces, '\(words.prefix(40))', is not run; \(advice)")
  }

  private mutating func prose(
    _ bytes: ArraySlice<UInt8>,
    _ text: ArraySlice<UInt8>,
    _ marks: LineMarks,
    _ number: Int,
    _ column: Int
  ) {
    if marks.isSuperset(of: Self.colons), text.starts(with: ":::".utf8) {
      warn(number, column, "':::' is shown as text; use a quote, a list or a heading instead")
    }
    // Lines that are set far in are code, or part of a list.
    if !bytes.starts(with: "    ".utf8), bytes.first != 9 {
      let finds = ForeignInline.finds(
        in: bytes,
        marks: marks,
        definitions: marks.isSuperset(of: ForeignInline.notes) ? definitions : [],
        hasDollarMath: hasDollarMath
      )
      for find in finds { warn(number, find.column, find.sentence) }
    }
    if marks.isSuperset(of: Self.bars) { row(text, number, column) }
    if marks.isSuperset(of: Self.brackets), bytes.holds("][") {
      undefinedLinks(String(decoding: bytes, as: UTF8.self), number)
    }
    if marks.isSuperset(of: Self.at) { citations(String(decoding: bytes, as: UTF8.self), number) }
  }

  /// Warns of a row of a table with more cells than its header, which are left out.
  private mutating func row(_ bytes: ArraySlice<UInt8>, _ number: Int, _ column: Int) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let columns else {
      if let alignments = CMarkReader.alignments(text), number > 1 {
        let header = source.line(number - 1).drop { $0 == 32 || $0 == 9 || $0 == UInt8(ascii: ">") }
        let cells = CMarkReader.cells(String(decoding: header, as: UTF8.self))
        if cells.count == alignments.count { self.columns = cells.count }
      }
      return
    }
    let cells = CMarkReader.cells(text)
    guard let extra = cells.dropFirst(columns).first(where: { !$0.text.isEmpty }) else { return }
    let sentence =
      "'\(extra.text.prefix(40))' is left out: this row has \(cells.count) cells, its header \(columns); a bar within "
      + "a cell, also in code, is written \\|"
    warn(number, column + extra.offset, sentence)
  }

  private static let bars = LineMarks(of: "|")
  private static let colons = LineMarks(of: ":")
  private static let brackets = LineMarks(of: "[]")
  private static let at = LineMarks(of: "@")

  /// Warns of pandoc's citations and Quarto's references, `@key` and `[@key]`.
  private mutating func citations(_ line: String, _ number: Int) {
    for match in line.matches(of: #/(?:^|[\s(])(@(?<key>[A-Za-z][\w:\-]*\w))/#) {
      // A name of a person or a Swift attribute has neither.
      let key = match.key
      let isReference = ["fig-", "tbl-", "eq-", "sec-", "lst-", "fig:", "tbl:", "eq:", "sec:"].contains {
        key.hasPrefix($0)
      }
      let before = line[..<match.output.1.startIndex]
      // In the text of a link to `cite:` the sign stands for the work.
      let isOurs = line[match.range.upperBound...].prefixMatch(of: #/[^\[\]]*\]\(cite:/#) != nil
      guard !isOurs, isReference || key.contains(where: \.isNumber),
        before.count(where: { $0 == "`" }).isMultiple(of: 2)
      else { continue }
      let advice =
        isReference
        ? "a reference is written [](figure:cell.name), table:, equation: or chapter:"
        : "a citation is written [text](cite:\(key))"
      warn(number, before.utf8.count + 1, "'@\(key)' is shown as text; \(advice)")
    }
    for match in line.matches(of: #/\[-?@(?<key>[\w:.#$%&+?<>~\/-]+)[^\]\[]*\](?!\()/#) {
      // Code spans show what they hold.
      let before = line[..<match.range.lowerBound]
      guard before.count(where: { $0 == "`" }).isMultiple(of: 2) else { continue }
      let place = before.utf8.count + 1
      let text = line[match.range]
      warn(
        number,
        place,
        "'\(text)' is shown as text; a citation is written [text](cite:\(match.key))"
      )
    }
  }

  /// The text with every formula between dollar signs as blanks, so that lines and columns stay.
  private static func withoutFormulas(_ source: SourceText) -> SourceText {
    // The rewriter's places are those of the text without forged marks, which is shorter.
    let (clean, _, pieces) = ProseRewriter.rewrite(source, hasDollars: true)
    var bytes = clean.bytes
    for piece in pieces {
      guard case .math(_, let isDisplay, let location, let written) = piece else { continue }
      let start = clean.start(ofLine: location.line) + location.column - 1 - (isDisplay ? 2 : 1)
      for index in (start..<start + written.utf8.count).clamped(to: bytes.indices) where bytes[index] != 10 {
        bytes[index] = 32
      }
    }
    return SourceText(String(decoding: bytes, as: UTF8.self), file: source.file)
  }

  private static func definitions(_ source: SourceText) -> Set<String> {
    var labels: Set<String> = []
    for number in 1...source.lineCount {
      let bytes = source.line(number).drop { $0 == 32 || $0 == UInt8(ascii: ">") }
      guard bytes.first == UInt8(ascii: "["), bytes.holds("]:") else { continue }
      let line = String(decoding: bytes, as: UTF8.self)
      if let match = line.prefixMatch(of: #/\[([^\[\]]+)\]:/#) { labels.insert(match.1.lowercased()) }
    }
    return labels
  }

  /// Warns of `[text][label]` without a definition of the label.
  private mutating func undefinedLinks(_ line: String, _ number: Int) {
    for match in line.matches(of: #/(?:^|[^\]\w!\\])(?<link>\[(?<text>[^\[\]]+)\]\[(?<label>[^\[\]]*)\])/#) {
      // Without a label of its own the text is the label.
      let written = match.label.isEmpty ? match.text : match.label
      let label = written.lowercased()
      let before = line[..<match.link.startIndex]
      guard before.count(where: { $0 == "`" }).isMultiple(of: 2), !definitions.contains(label) else {
        continue
      }
      let sentence =
        "'\(match.link)' is shown as text: there is no line '[\(written)]: address' that defines its label"
      warn(number, before.utf8.count + 1, sentence)
    }
  }

  private mutating func warn(_ line: Int, _ column: Int, _ sentence: String) {
    found.append(
      Problem(.warning, at: SourceLocation(file: source.file, line: line, column: column), sentence)
    )
  }
}

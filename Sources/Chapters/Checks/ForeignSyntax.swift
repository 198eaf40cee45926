/// Finds what a page would show as plain text though its author meant markup: syntax of other notebook and book tools, and
/// links to reference definitions that do not exist.
struct ForeignSyntax {
  private let file: String
  private let source: SourceText
  private let lineCount: Int
  private let hasDollarMath: Bool
  private let definitions: Set<String>

  /// - Parameter hasDollarMath: whether `$x$` and `$$x$$` are formulas in this book.
  init(_ text: String, file: String, hasDollarMath: Bool) {
    self.file = file
    self.hasDollarMath = hasDollarMath
    source = SourceText(hasDollarMath ? Self.withoutFormulas(text, file: file) : text, file: file)
    lineCount = text.utf8.count { $0 == 10 } + 1
    definitions = Self.definitions(source, lineCount: lineCount)
  }

  /// A warning for each place, which names the syntax to use instead.
  var problems: [Problem] {
    var found: [Problem] = []
    var fence: (mark: UInt8, count: Int, isCell: Bool)?
    var number = 1
    if let end = frontMatterEnd {
      warn(
        1,
        1,
        "front matter between '---' or '+++' lines is shown as text; settings belong in book.yml, the title in a heading: # Title",
        &found
      )
      number = end + 1
    }
    while number <= lineCount {
      let bytes = source.line(number)
      // Most lines are plain text: they are not looked at any further.
      let first = bytes.first { $0 != 32 && $0 != 9 && $0 != UInt8(ascii: ">") } ?? 32
      if fence != nil ? !"`~#%!".utf8.contains(first) : !Self.mayHold(bytes) {
        number += 1
        continue
      }
      let line = String(decoding: bytes, as: UTF8.self)
      let text = line.drop { $0 == " " || $0 == "\t" || $0 == ">" }
      let column = line.utf8.count - text.utf8.count + 1
      if let open = fence {
        let count = text.utf8.prefix { $0 == open.mark }.count
        if count >= open.count, text.utf8.dropFirst(count).allSatisfy({ $0 == 32 || $0 == 9 }) {
          fence = nil
        } else if open.isCell, let sentence = ForeignInline.find(inCodeLine: text) {
          warn(number, column, sentence, &found)
        }
      } else if let mark = text.utf8.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~"),
        case let count = text.utf8.prefix(while: { $0 == mark }).count, count >= 3,
        mark == UInt8(ascii: "~") || !text.dropFirst(count).contains("`")
      {
        let info = text.dropFirst(count)
        fence = (mark, count, info.trimmingPrefix(" ").hasPrefix("swift") && info.utf8.holds("id="))
        fenceInfo(info, number, column, &found)
      } else {
        prose(line, text, number, column, &found)
      }
      number += 1
    }
    return found
  }

  /// The line that closes front matter; `nil` where the text does not open with it.
  private var frontMatterEnd: Int? {
    let first = trimmed(1)
    guard first == "---" || first == "+++", lineCount > 2 else { return nil }
    // Front matter has settings, which a break between two lines of prose does not.
    let second = trimmed(2)
    guard second.contains(first == "---" ? ":" : "="), !second.hasPrefix(":") else { return nil }
    return (2...min(lineCount, 200)).first {
      (first == "---" ? ["---", "..."] : ["+++"]).contains(trimmed($0))
    }
  }

  private func trimmed(_ line: Int) -> String {
    let bytes = source.line(line)
    return String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
      .replacing(#/[ \t]+$/#, with: "")
  }

  private func fenceInfo(_ info: Substring, _ line: Int, _ column: Int, _ found: inout [Problem]) {
    let words = info.drop { $0 == " " }
    if ["mermaid", "dot", "graphviz", "plantuml", "vega-lite"].contains(words.prefix { !$0.isWhitespace }) {
      let name = words.prefix { !$0.isWhitespace }
      warn(
        line,
        column,
        "'\(name)' is shown as a listing; a figure is drawn by a cell that records a Chart",
        &found
      )
    }
    guard words.first == "{" else { return }
    let language = words.dropFirst().prefix { $0.isLetter }
    let advice =
      language == "swift" ? "a cell is written ```swift id=name" : "a listing is written ```\(language)"
    warn(line, column, "a fence with braces, '\(words.prefix(40))', is not run; \(advice)", &found)
  }

  private func prose(
    _ line: String,
    _ text: Substring,
    _ number: Int,
    _ column: Int,
    _ found: inout [Problem]
  ) {
    if text.hasPrefix(":::") {
      warn(number, column, "':::' is shown as text; use a quote, a list or a heading instead", &found)
    }
    // Lines that are set far in are code, or part of a list.
    if !line.hasPrefix("    "), !line.hasPrefix("\t") {
      let finds = ForeignInline.finds(in: line, definitions: definitions, hasDollarMath: hasDollarMath)
      for find in finds { warn(number, find.column, find.sentence, &found) }
    }
    if line.utf8.holds("][") { undefinedLinks(line, number, &found) }
    guard line.utf8.contains(UInt8(ascii: "@")) else { return }
    for match in line.matches(of: #/(?:^|[\s(])(@(?<key>[A-Za-z][\w:\-]*\w))/#) {
      // A name of a person or a Swift attribute has neither.
      let key = match.key
      let isReference = ["fig-", "tbl-", "eq-", "sec-", "lst-", "fig:", "tbl:", "eq:", "sec:"].contains {
        key.hasPrefix($0)
      }
      let before = line[..<match.output.1.startIndex]
      guard isReference || key.contains(where: \.isNumber),
        before.count(where: { $0 == "`" }).isMultiple(of: 2)
      else { continue }
      let advice =
        isReference
        ? "a reference is written [](figure:cell.name), table:, equation: or chapter:"
        : "a citation is written [text](cite:\(key))"
      warn(number, before.utf8.count + 1, "'@\(key)' is shown as text; \(advice)", &found)
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
        "'\(text)' is shown as text; a citation is written [text](cite:\(match.key))",
        &found
      )
    }
  }

  /// Whether a line of prose has a mark that foreign syntax begins with.
  private static func mayHold(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.contains { marks[Int($0)] }
  }

  private static let marks: [Bool] = (UInt8.min...UInt8.max).map { "`~:{@[$\\<|^=!+".utf8.contains($0) }

  /// The text with every formula between dollar signs as blanks, so that lines and columns stay.
  private static func withoutFormulas(_ text: String, file: String) -> String {
    // The rewriter's places are those of the text without forged marks, which is shorter.
    let text = ProseMarks.cleaned(text)
    let source = SourceText(text, file: file)
    var bytes = Array(text.utf8)
    for piece in ProseRewriter.rewrite(text, file: file, hasDollars: true).1 {
      guard case .math(_, let isDisplay, let location, let written) = piece else { continue }
      let start = source.start(ofLine: location.line) + location.column - 1 - (isDisplay ? 2 : 1)
      for index in (start..<start + written.utf8.count).clamped(to: bytes.indices) where bytes[index] != 10 {
        bytes[index] = 32
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns the labels of all reference definitions, `[label]: address`, and notes, `[^label]: text`, in lower case.
  private static func definitions(_ source: SourceText, lineCount: Int) -> Set<String> {
    var labels: Set<String> = []
    for number in 1...lineCount {
      let bytes = source.line(number).drop { $0 == 32 || $0 == UInt8(ascii: ">") }
      guard bytes.first == UInt8(ascii: "[") else { continue }
      let line = String(decoding: bytes, as: UTF8.self)
      if let match = line.prefixMatch(of: #/\[([^\[\]]+)\]:/#) { labels.insert(match.1.lowercased()) }
    }
    return labels
  }

  /// Warns of `[text][label]` without a definition of the label.
  private func undefinedLinks(_ line: String, _ number: Int, _ found: inout [Problem]) {
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
      warn(number, before.utf8.count + 1, sentence, &found)
    }
  }

  private func warn(_ line: Int, _ column: Int, _ sentence: String, _ found: inout [Problem]) {
    found.append(Problem(.warning, at: SourceLocation(file: file, line: line, column: column), sentence))
  }
}

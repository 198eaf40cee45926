/// Puts marks in place of notes, definitions and formulas in dollars, before cmark reads a text.
///
/// Fences and code spans are passed over. Whatever else lets a mark end up in code, such as an indented block, is put
/// right when the tree is read: the mark is resolved to what was written.
struct ProseRewriter {
  private(set) var pieces: [ProseMarks.Piece] = []
  private let source: SourceText
  private let bytes: [UInt8]
  private let hasDollars: Bool
  private var output: [UInt8] = []
  /// Labels of all notes that have a text.
  private var labels: Set<String> = []

  /// Returns the text without forged marks, the one for cmark, and what its marks stand for; most texts have none and
  /// stay as they are.
  static func rewrite(_ source: SourceText, hasDollars: Bool) -> (
    clean: SourceText, marked: SourceText, pieces: [ProseMarks.Piece]
  ) {
    let clean = ProseMarks.cleaned(source)
    let bytes = clean.bytes
    guard bytes.holds("[^") || bytes.holds("\n:") || (hasDollars && bytes.contains(UInt8(ascii: "$")))
    else { return (clean, clean, []) }
    var rewriter = ProseRewriter(clean, hasDollars: hasDollars)
    rewriter.run()
    return (clean, SourceText(rewriter.output, file: source.file), rewriter.pieces)
  }

  private init(_ source: SourceText, hasDollars: Bool) {
    self.source = source
    bytes = source.bytes
    self.hasDollars = hasDollars
    output.reserveCapacity(bytes.count + bytes.count / 8)
  }

  /// A line by the offsets of its first byte, its text behind marks of quotes and lists, and the next line.
  private struct Line {
    var start: Int
    var text: Int
    var next: Int
  }

  private mutating func run() {
    var lines: [Line] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
      var next = min(end + 1, bytes.count)
      if end < bytes.count, bytes[end] == 13, next < bytes.count, bytes[next] == 10 { next += 1 }
      lines.append(Line(start: start, text: prefixEnd(from: start, to: end), next: next))
      start = next
    }
    let prose = withoutFences(lines)
    for (line, isProse) in zip(lines, prose) where isProse {
      if let label = noteLabel(line) { labels.insert(label.name) }
    }
    var index = 0
    while index < lines.count {
      guard prose[index], !isBlank(lines[index]) else {
        output += bytes[lines[index].start..<lines[index].next]
        index += 1
        continue
      }
      var end = index + 1
      while end < lines.count, prose[end], !isBlank(lines[end]), noteLabel(lines[end]) == nil,
        !isDefinition(lines, end)
      {
        end += 1
      }
      paragraph(lines[index..<end], isDefinition: isDefinition(lines, index))
      index = end
    }
  }

  /// Whether each line is none of a fence.
  private func withoutFences(_ lines: [Line]) -> [Bool] {
    var fence: (mark: UInt8, count: Int)?
    return lines.map { line in
      let mark = line.text < line.next ? bytes[line.text] : 0
      let count = bytes[line.text..<line.next].prefix { $0 == mark }.count
      let isFence = (mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~")) && count >= 3
      let rest = bytes[(line.text + count)..<line.next]
      if let open = fence {
        if isFence, mark == open.mark, count >= open.count, rest.allSatisfy({ $0 <= 32 }) { fence = nil }
        return false
      }
      if isFence, mark == UInt8(ascii: "~") || !rest.contains(mark) {
        fence = (mark, count)
        return false
      }
      return true
    }
  }

  /// The offset behind the marks of quotes and lists that a line begins with.
  private func prefixEnd(from start: Int, to end: Int) -> Int {
    var position = start
    while position < end {
      switch bytes[position] {
      case 32, 9, UInt8(ascii: ">"): position += 1
      case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"):
        guard position + 1 < end, bytes[position + 1] == 32 else { return position }
        position += 2
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digits = bytes[position..<end].prefix { (48...57).contains($0) }
        let mark = digits.endIndex
        guard digits.count < 10, mark + 1 < end,
          bytes[mark] == UInt8(ascii: ".") || bytes[mark] == UInt8(ascii: ")"),
          bytes[mark + 1] == 32
        else { return position }
        position = mark + 2
      default: return position
      }
    }
    return position
  }

  private func isBlank(_ line: Line) -> Bool {
    bytes[line.start..<line.next].allSatisfy { $0 <= 32 || $0 == UInt8(ascii: ">") }
  }

  /// The label of the note whose text begins on a line, and the offset behind its colon.
  private func noteLabel(_ line: Line) -> (name: String, end: Int)? {
    let indent = bytes[line.start..<line.next].prefix { $0 == 32 }.count
    let start = line.start + indent
    guard indent < 4, start + 1 < line.next, bytes[start] == UInt8(ascii: "["),
      bytes[start + 1] == UInt8(ascii: "^"),
      let label = label(at: start, before: line.next), label.end < line.next,
      bytes[label.end] == UInt8(ascii: ":")
    else { return nil }
    return (label.name, label.end + 1)
  }

  /// Reads `[^label]`; the end lies behind the bracket.
  private func label(at start: Int, before limit: Int) -> (name: String, end: Int)? {
    let text = bytes[(start + 2)..<limit].prefix {
      $0 > 32 && $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[")
    }
    guard !text.isEmpty, text.endIndex < limit, bytes[text.endIndex] == UInt8(ascii: "]") else { return nil }
    return (String(decoding: text, as: UTF8.self).lowercased(), text.endIndex + 1)
  }

  /// Whether a line begins a definition: a colon and a space, below a line of text.
  private func isDefinition(_ lines: [Line], _ index: Int) -> Bool {
    let line = lines[index]
    let indent = bytes[line.start..<line.next].prefix { $0 == 32 }.count
    let start = line.start + indent
    guard indent < 4, start + 1 < line.next, bytes[start] == UInt8(ascii: ":"),
      bytes[start + 1] == 32 || bytes[start + 1] == 9
    else { return false }
    return (index > 0 && !isBlank(lines[index - 1])) || (index > 1 && !isBlank(lines[index - 2]))
  }

  private mutating func add(_ piece: ProseMarks.Piece) {
    output += ProseMarks.mark(pieces.count).utf8
    pieces.append(piece)
  }

  // MARK: Lines of text

  private mutating func paragraph(_ lines: ArraySlice<Line>, isDefinition: Bool) {
    guard let first = lines.first, let end = lines.last?.next else { return }
    var position = first.start
    // A note or definition becomes an item of a list: what is indented by four spaces below belongs to it.
    if let label = noteLabel(first) {
      output += "+   ".utf8
      add(.noteText(label: label.name, location: source.location(of: first.start)))
      output.append(32)
      position = label.end
    } else if isDefinition {
      output += "+   ".utf8
      add(.definition)
      output.append(32)
      position = (bytes[first.start..<first.next].firstIndex(of: UInt8(ascii: ":")) ?? first.start) + 1
    }
    if position > first.start {
      while position < end, bytes[position] == 32 || bytes[position] == 9 { position += 1 }
    }
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\\") where position + 1 < end:
        output += bytes[position...(position + 1)]
        position += 2
      case UInt8(ascii: "`"): position = code(from: position, to: end)
      case UInt8(ascii: "[") where position + 1 < end && bytes[position + 1] == UInt8(ascii: "^"):
        if let label = label(at: position, before: end), labels.contains(label.name) {
          add(.note(label: label.name))
          position = label.end
        } else {
          output.append(byte)
          position += 1
        }
      case UInt8(ascii: "$") where position + 1 < end && bytes[position + 1] == UInt8(ascii: "`"):
        output.append(byte)
        position = code(from: position + 1, to: end)
        if position < end, bytes[position] == byte {
          output.append(byte)
          position += 1
        }
      case UInt8(ascii: "$") where hasDollars: position = formula(from: position, to: end)
      default:
        output.append(byte)
        position += 1
      }
    }
  }

  /// Copies a code span, or backticks that open none, and returns the offset behind it.
  private mutating func code(from start: Int, to end: Int) -> Int {
    let count = bytes[start..<end].prefix { $0 == UInt8(ascii: "`") }.count
    var position = start + count
    while position < end {
      guard bytes[position] == UInt8(ascii: "`") else {
        position += 1
        continue
      }
      let run = bytes[position..<end].prefix { $0 == UInt8(ascii: "`") }.count
      position += run
      if run == count {
        output += bytes[start..<position]
        return position
      }
    }
    output += bytes[start..<(start + count)]
    return start + count
  }

  /// Replaces `$x$` or `$$x$$`; a dollar that opens no formula is copied.
  private mutating func formula(from start: Int, to end: Int) -> Int {
    let isDisplay = start + 1 < end && bytes[start + 1] == UInt8(ascii: "$")
    let content = start + (isDisplay ? 2 : 1)
    guard let close = closing(from: content, to: end, isDisplay: isDisplay),
      isDisplay || (isWordless(before: start) && bytes[content] > 32)
    else {
      output.append(bytes[start])
      return start + 1
    }
    let after = close + (isDisplay ? 2 : 1)
    let written = String(decoding: bytes[start..<after], as: UTF8.self)
    let tex = String(decoding: tex(content..<close), as: UTF8.self)
    add(.math(tex: tex, isDisplay: isDisplay, location: source.location(of: content), source: written))
    // The lines of the formula remain lines of the text.
    for index in start..<after where bytes[index] == 10 {
      output.append(10)
      let prefix = bytes[(index + 1)..<after].prefix { $0 == 32 || $0 == 9 || $0 == UInt8(ascii: ">") }
      output += prefix
      output += String(ProseMarks.filler).utf8
    }
    return after
  }

  private func isWordless(before start: Int) -> Bool {
    guard start > 0 else { return true }
    let byte = bytes[start - 1]
    return !((48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte))
  }

  private func closing(from content: Int, to end: Int, isDisplay: Bool) -> Int? {
    var position = content
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "\\"): position += 1
      case UInt8(ascii: "`") where !isDisplay: return nil
      case UInt8(ascii: "$"):
        let isPair = position + 1 < end && bytes[position + 1] == UInt8(ascii: "$")
        if isDisplay, isPair { return position > content ? position : nil }
        if !isDisplay {
          let next = position + 1 < end ? bytes[position + 1] : 32
          let isClosing =
            position > content && bytes[position - 1] > 32 && !(48...57).contains(next) && !isPair
          return isClosing ? position : nil
        }
      default: break
      }
      position += 1
    }
    return nil
  }

  /// The bytes of a formula without the marks of quotes that its lines begin with.
  private func tex(_ range: Range<Int>) -> [UInt8] {
    var tex: [UInt8] = []
    var isStart = false
    for byte in bytes[range] {
      if isStart, byte == 32 || byte == 9 || byte == UInt8(ascii: ">") { continue }
      isStart = byte == 10
      tex.append(byte)
    }
    return tex
  }
}

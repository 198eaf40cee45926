internal import CCMark

/// Pipe tables, as GitHub reads them: a header, a row of hyphens and colons with as many cells, and rows up to the end of
/// the paragraph.
extension CMarkReader {
  /// Reads a paragraph's lines as a table.
  ///
  /// - Returns: what stands above the table, and the table; `nil` where there is no row of hyphens below another.
  mutating func table(_ node: OpaquePointer) -> (before: [Inline]?, ProseTable)? {
    let first = Int(cmark_node_get_start_line(node))
    let last = Int(cmark_node_get_end_line(node))
    let indent = max(0, Int(cmark_node_get_start_column(node)) - 1)
    guard first >= 1, last > first else { return nil }
    // Most paragraphs are none, so their bytes are looked at before texts are made of them.
    guard (first + 1...last).contains(where: { mayAlign(marked.line($0)) }) else { return nil }
    let lines = (first...last).map { line(marked.line($0), indent: indent, isFirst: $0 == first) }
    var found: (row: Int, alignments: [ProseTable.Alignment?])?
    for row in 1..<lines.count where found == nil {
      guard let alignments = Self.alignments(lines[row].text) else { continue }
      if Self.cells(lines[row - 1].text).count == alignments.count { found = (row, alignments) }
    }
    guard let (row, alignments) = found else { return nil }
    // The paragraph was read already, as one text: what was noted of it does not count.
    noteOrder.removeLast(noteOrder.count - paragraphStart.notes)
    errors.removeLast(errors.count - paragraphStart.errors)
    var texts: [(String, SourceLocation)] = []
    let above = lines[..<(row - 1)].map(\.text)
    if !above.isEmpty { texts.append((above.joined(separator: "\n"), place(first, 0))) }
    for index in [row - 1] + Array((row + 1)..<max(row + 1, lines.count)) {
      let cells = Self.cells(lines[index].text).prefix(alignments.count)
      texts += cells.map { ($0.text, place(first + index, lines[index].start + $0.offset)) }
      // Cells that are missing are empty, more than the header has are left out.
      texts += Array(repeating: ("", place(first + index, 0)), count: alignments.count - cells.count)
    }
    var inlines = cells(texts)[...]
    let before = above.isEmpty ? nil : inlines.popFirst()
    var rows: [[[Inline]]] = []
    while !inlines.isEmpty {
      rows.append(Array(inlines.prefix(alignments.count)))
      inlines = inlines.dropFirst(alignments.count)
    }
    return (before, ProseTable(header: rows[0], rows: Array(rows.dropFirst()), alignments: alignments))
  }

  private func place(_ line: Int, _ offset: Int) -> SourceLocation {
    SourceLocation(file: file, line: line, column: offset + 1)
  }

  /// A line without the marks of the quotes and lists that it stands in, and how many bytes they have.
  private func line(_ bytes: ArraySlice<UInt8>, indent: Int, isFirst: Bool) -> (text: String, start: Int) {
    let marks = bytes.prefix(indent)
    let count = isFirst ? marks.count : marks.prefix { $0 == 32 || $0 == 9 || $0 == UInt8(ascii: ">") }.count
    return (String(decoding: bytes.dropFirst(count), as: UTF8.self), count)
  }

  /// The cells of a row, divided at bars that no backslash escapes, with their offsets.
  static func cells(_ line: String) -> [(text: String, offset: Int)] {
    var cells: [(text: String, offset: Int)] = []
    var cell: [UInt8] = []
    var start = 0
    let bytes = Array(line.utf8)
    var position = 0
    func add(_ end: Int) {
      let blank = cell.prefix { $0 <= 32 }.count
      cells.append((String(decoding: cell, as: UTF8.self).trimming(), start + blank))
      cell = []
      start = end
    }
    let lead = bytes.prefix { $0 <= 32 }.count
    if lead < bytes.count, bytes[lead] == UInt8(ascii: "|") { (position, start) = (lead + 1, lead + 1) }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "|") {
        cell.append(UInt8(ascii: "|"))
        position += 2
        continue
      }
      if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
        cell += bytes[position...(position + 1)]
        position += 2
        continue
      }
      position += 1
      if byte == UInt8(ascii: "|") { add(position) } else { cell.append(byte) }
    }
    if cell.contains(where: { $0 > 32 }) { add(position) }
    return cells
  }

  /// Whether a line may be a row of hyphens and colons: one ends in a hyphen, a colon or a bar, but for white space.
  private func mayAlign(_ line: ArraySlice<UInt8>) -> Bool {
    guard let last = line.last(where: { $0 != 32 && $0 != 9 }) else { return false }
    return last == UInt8(ascii: "-") || last == UInt8(ascii: ":") || last == UInt8(ascii: "|")
  }

  /// The alignments that a row of hyphens and colons gives; `nil` for any other row.
  static func alignments(_ line: String) -> [ProseTable.Alignment?]? {
    // Hyphens alone underline a heading, or are text below a link definition.
    let bytes = line.utf8
    guard bytes.allSatisfy({ "|-: \t".utf8.contains($0) }), bytes.contains(UInt8(ascii: "-")),
      bytes.contains(UInt8(ascii: "|")) || bytes.contains(UInt8(ascii: ":"))
    else { return nil }
    let cells = cells(line)
    var alignments: [ProseTable.Alignment?] = []
    for (text, _) in cells {
      let hyphens = text.drop { $0 == ":" }.prefix { $0 == "-" }.count
      let colons = text.count - hyphens
      let (left, right) = (text.hasPrefix(":"), text.hasSuffix(":"))
      guard hyphens > 0, colons == (left ? 1 : 0) + (right ? 1 : 0) else { return nil }
      alignments.append(left && right ? .center : left ? .left : right ? .right : nil)
    }
    return alignments.isEmpty ? nil : alignments
  }

  /// Reads texts as inlines, each for itself, with the link definitions of the chapter.
  mutating func cells(_ texts: [(text: String, location: SourceLocation)]) -> [[Inline]] {
    var text = ""
    var origins: [SourceLocation?] = []
    let mark = ProseMarks.mark(pieces.count)
    for (cell, location) in texts {
      text += mark + cell + "\n\n"
      let lines = cell.utf8.count { $0 == 10 } + 1
      origins += (0..<lines).map {
        SourceLocation(
          file: file,
          line: location.line + $0,
          column: $0 == 0 ? location.column - mark.utf8.count : 1
        )
      }
      origins.append(nil)
    }
    // Only brackets can name a definition; a chapter may have many tables.
    if text.contains("[") { text += linkDefinitions }
    let source = SourceText(text, file: file, origins: origins)
    let reader = CMarkReader(
      source.bytes,
      source: source,
      marked: source,
      pieces: pieces + [.cell],
      noteOrder: noteOrder,
      readsCells: true
    )
    noteOrder = reader.noteOrder
    errors += reader.errors
    images += reader.images
    links += reader.links
    return texts.indices.map { index in
      guard reader.stack[0].blocks.indices.contains(index),
        case .paragraph(let inlines) = reader.stack[0].blocks[index]
      else { return [] }
      return inlines
    }
  }

  /// The lines of the chapter that may define where links lead.
  private var linkDefinitions: String {
    var definitions = ""
    for number in 1...max(1, marked.lineCount) {
      let line = marked.line(number)
      let text = line.drop { $0 == 32 }
      guard text.first == UInt8(ascii: "["), line.count - text.count < 4 else { continue }
      if line.holds("]:") { definitions += String(decoding: line, as: UTF8.self) + "\n" }
    }
    return definitions
  }
}

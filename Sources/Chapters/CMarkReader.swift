internal import CArena
internal import CCMark

/// Parses Markdown with cmark into the values of `Chapter`. No other file of this module uses C pointers.
///
/// The tree is walked with cmark's own iterator and an explicit stack, so that nesting costs no call
/// stack; beyond `deepestNesting` the text is refused, because values of that depth would.
struct CMarkReader {
  /// How deep blocks and inlines may be nested.
  static let deepestNesting = 100

  private(set) var blocks: [Block] = []
  private(set) var cells: [Cell] = []
  var errors: [ChapterError] = []
  var links: [Chapter.Link] = []
  var images: [Chapter.Link] = []

  let file: String
  private let source: SourceText
  /// The text that cmark reads, with marks in place of what it does not know; line by line that of `source`.
  let marked: SourceText
  let pieces: [ProseMarks.Piece]
  var stack: [Frame] = [Frame()]
  /// The texts of notes by label.
  var notes: [String: [Block]] = [:]
  /// The labels of notes in the order of their first mention.
  var noteOrder: [String]
  let readsCells: Bool
  /// How many notes and errors there were when the last paragraph began.
  private(set) var paragraphStart = (notes: 0, errors: 0)
  /// The titles of pictures with their marks, by the titles as they were written.
  var markedTitles: [String: String] = [:]
  /// Where formulas stand that have lines of their own.
  var displays: Set<SourceLocation> = []
  /// Where in the source the next reference or formula is looked for, and where its block ends.
  private var search = 0..<0
  /// Destinations that do not occur in the rest of the block, so that none is searched twice.
  private var elsewhere: Set<String> = []

  /// The content of an open container so far.
  struct Frame {
    var blocks: [Block] = []
    var inlines: [Inline] = []
    var items: [Item] = []
    var hasCitations = false
  }

  /// Reads a chapter.
  init(reading source: SourceText, hasDollarMath: Bool) {
    let (_, marked, pieces) = ProseRewriter.rewrite(source, hasDollars: hasDollarMath)
    self.init(marked.bytes, source: source, marked: pieces.isEmpty ? source : marked, pieces: pieces)
    if stack.count == 1 { blocks = withNotes(stack[0].blocks) }
  }

  /// Reads a text in UTF-8 in which marks stand for `pieces`.
  ///
  /// - Parameters:
  ///   - noteOrder: labels of notes that were mentioned before.
  ///   - readsCells: whether each paragraph is a cell of a table, which stays what it is.
  init(
    _ text: [UInt8],
    source: SourceText,
    marked: SourceText,
    pieces: [ProseMarks.Piece],
    noteOrder: [String] = [],
    readsCells: Bool = false
  ) {
    file = source.file
    self.noteOrder = noteOrder
    self.readsCells = readsCells
    self.source = source
    self.marked = marked
    self.pieces = pieces
    let memory = arena_begin()?.assumingMemoryBound(to: cmark_mem.self)
    defer { arena_end() }
    let parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, memory)
    text.withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
    }
    let iterator = cmark_iter_new(cmark_parser_finish(parser))
    while case let event = cmark_iter_next(iterator), event != CMARK_EVENT_DONE {
      guard let node = cmark_iter_get_node(iterator) else { break }
      if event == CMARK_EVENT_EXIT { leave(node) } else { enter(node) }
      if stack.count > Self.deepestNesting + 1 {
        errors = [.nestedTooDeeply(limit: Self.deepestNesting, location(of: node))]
        return
      }
    }
  }

  private mutating func enter(_ node: OpaquePointer) {
    switch cmark_node_get_type(node) {
    case CMARK_NODE_CODE_BLOCK: fence(node)
    case CMARK_NODE_HTML_BLOCK: append(Block.html(ProseMarks.restored(literal(node), pieces)))
    case CMARK_NODE_THEMATIC_BREAK: append(.thematicBreak)
    case CMARK_NODE_TEXT: text(literal(node))
    case CMARK_NODE_SOFTBREAK: append(.softBreak)
    case CMARK_NODE_LINEBREAK: append(.lineBreak)
    case CMARK_NODE_CODE: append(.code(ProseMarks.restored(literal(node), pieces)))
    case CMARK_NODE_HTML_INLINE: append(Inline.html(ProseMarks.restored(literal(node), pieces)))
    case CMARK_NODE_DOCUMENT: break
    case CMARK_NODE_PARAGRAPH, CMARK_NODE_HEADING:
      search =
        source.start(
          ofLine: Int(cmark_node_get_start_line(node))
        )..<source.start(
          ofLine: Int(cmark_node_get_end_line(node)) + 1
        )
      if !elsewhere.isEmpty { elsewhere = [] }
      paragraphStart = (noteOrder.count, errors.count)
      var frame = Frame()
      frame.inlines.reserveCapacity(childCount(of: node))
      stack.append(frame)
    default: stack.append(Frame())
    }
  }

  private mutating func leave(_ node: OpaquePointer) {
    let type = cmark_node_get_type(node)
    if type == CMARK_NODE_DOCUMENT { return }
    var frame = stack.removeLast()
    if frame.hasCitations { frame.inlines = CitationGroup.grouped(frame.inlines) }
    switch type {
    case CMARK_NODE_PARAGRAPH: paragraph(node, frame.inlines)
    case CMARK_NODE_HEADING:
      let level = Int(cmark_node_get_heading_level(node))
      append(.heading(level: level, frame.inlines, location: location(of: node)))
    case CMARK_NODE_BLOCK_QUOTE: append(Callout.block(quoting: frame.blocks))
    case CMARK_NODE_ITEM: stack[stack.count - 1].items.append(item(frame.blocks))
    case CMARK_NODE_LIST: list(node, frame.items)
    case CMARK_NODE_EMPH: append(.emphasis(frame.inlines))
    case CMARK_NODE_STRONG: append(.strong(frame.inlines))
    case CMARK_NODE_LINK: link(node, frame.inlines)
    case CMARK_NODE_IMAGE:
      let title = title(node)
      if !pieces.isEmpty { markedTitles[title] = string(cmark_node_get_title(node)) }
      let source = url(node)
      // A fragment is the label of a figure.
      let path = source.contains("://") ? source : String(source.prefix { $0 != "#" })
      images.append(Chapter.Link(destination: path, location: place(of: source, node)))
      append(.image(source: source, title: title, frame.inlines))
    default: break
    }
  }

  mutating func append(_ block: Block) { stack[stack.count - 1].blocks.append(block) }

  mutating func append(_ inline: Inline) {
    let top = stack.count - 1
    // cmark divides text at every sign that could mean something; what is left is one text.
    if case .text(let piece) = inline, case .text(var text)? = stack[top].inlines.last {
      // Taken out, so that it grows where it is.
      stack[top].inlines.removeLast()
      text += piece
      stack[top].inlines.append(.text(text))
    } else {
      stack[top].inlines.append(inline)
    }
  }

  // MARK: Fences

  private mutating func fence(_ node: OpaquePointer) {
    let info = string(cmark_node_get_fence_info(node))
    let code = ProseMarks.restored(literal(node), pieces)
    guard !info.isEmpty else { return append(.listing(info: "", text: code)) }
    let place = location(of: node)
    let lineStart = source.start(ofLine: place.line)
    let lineEnd = source.start(ofLine: place.line + 1)
    let source = source
    var reader = FenceReader(info: info, code: code, location: place) { word in
      source.firstOffset(of: word, in: lineStart..<lineEnd).map(source.location(of:)) ?? place
    }
    switch reader.read() {
    case .listing: append(.listing(info: info, text: code))
    case .math(let label):
      let start = SourceLocation(file: file, line: place.line + 1, column: place.column)
      append(.math(tex: code, label: label ?? EquationNumbers.label(in: code), location: start))
    case .cell(let cell):
      if !isClosed(cell) { errors.append(.unclosedCell(cell.id, place)) }
      append(.cell(cells.count))
      cells.append(cell)
    }
    errors += reader.errors
  }

  /// Whether the line below a cell's code closes its fence: cmark accepts an unclosed fence without an error.
  private func isClosed(_ cell: Cell) -> Bool {
    let codeLines = cell.code.utf8.count { $0 == UInt8(ascii: "\n") }
    let last = source.line(cell.location.line + codeLines + 1).drop { " \t>".utf8.contains($0) }
    let mark = last.first
    guard mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else { return false }
    return last.prefix { $0 == mark }.count >= 3
      && last.drop { $0 == mark }.allSatisfy { " \t".utf8.contains($0) }
  }

  // MARK: Links and formulas

  private mutating func link(_ node: OpaquePointer, _ text: [Inline]) {
    let destination = url(node)
    guard let colon = destination.utf8.firstIndex(of: UInt8(ascii: ":")),
      let kind = Reference.Kind(rawValue: String(destination[..<colon]))
    else {
      links.append(Chapter.Link(destination: destination, location: place(of: destination, node)))
      return append(.link(destination: destination, title: title(node), text))
    }
    let target = String(destination[destination.utf8.index(after: colon)...])
    let place = place(of: destination, node)
    if let expected = kind.expectation(of: target) {
      errors.append(.badReference(kind: kind, target: target, expected: expected, place))
    }
    if kind == .cite { stack[stack.count - 1].hasCitations = true }
    // An address in angle brackets has no words of its own.
    let text = text == [.text(destination)] ? [] : text
    append(.reference(Reference(kind: kind, target: target, title: title(node), text: text, location: place)))
  }

  /// Returns the place of a link's destination, or the line of the link if its source writes the destination differently.
  private mutating func place(of destination: String, _ node: OpaquePointer) -> SourceLocation {
    let number = max(1, Int(cmark_node_get_start_line(node)))
    let line = source.origin(ofLine: number) ?? SourceLocation(file: file, line: number)
    guard !destination.isEmpty, !elsewhere.contains(destination) else { return line }
    guard let offset = source.firstOffset(of: destination, in: search) else {
      elsewhere.insert(destination)
      return line
    }
    search = offset + destination.utf8.count..<search.upperBound
    return source.location(of: offset)
  }

  /// Adds text; a code span between two dollar signs becomes a formula.
  private mutating func text(_ text: String) {
    if !pieces.isEmpty, ProseMarks.isIn(text) { return marked(text) }
    guard text.utf8.first == UInt8(ascii: "$"), let place = formulaPlace() else { return append(.text(text)) }
    let top = stack.count - 1
    guard case .code(let tex)? = stack[top].inlines.popLast(),
      case .text(let before)? = stack[top].inlines.popLast()
    else { return append(.text(text)) }
    if before != "$" { append(.text(String(before.dropLast()))) }
    append(.math(tex: tex, location: place))
    if text != "$" { append(.text(String(text.dropFirst()))) }
  }

  /// Returns where the TeX in the last code span begins, behind a dollar sign; `nil` if there is none or it is escaped.
  private mutating func formulaPlace() -> SourceLocation? {
    let inlines = stack[stack.count - 1].inlines
    guard inlines.count >= 2, case .code(let tex) = inlines[inlines.count - 1],
      case .text(let text) = inlines[inlines.count - 2], text.utf8.last == UInt8(ascii: "$")
    else { return nil }
    let before = search
    let firstWord = String(tex.prefix { $0 != " " })
    while let dollar = source.firstOffset(of: "$`", in: search) {
      search = dollar + 2..<search.upperBound
      var inside = dollar + 1
      while source[inside] == UInt8(ascii: "`") { inside += 1 }
      while let byte = source[inside], byte == 32 || byte == 10 || byte == 13 { inside += 1 }
      let end = inside + firstWord.utf8.count
      guard firstWord.isEmpty || source.firstOffset(of: firstWord, in: inside..<end) != nil else { continue }
      var slashes = 0
      while source[dollar - slashes - 1] == UInt8(ascii: "\\") { slashes += 1 }
      return slashes.isMultiple(of: 2) ? source.location(of: inside) : nil
    }
    search = before
    return nil
  }

  // MARK: Properties of a node

  func location(of node: OpaquePointer) -> SourceLocation {
    SourceLocation(
      file: file,
      line: max(1, Int(cmark_node_get_start_line(node))),
      column: max(1, Int(cmark_node_get_start_column(node)))
    )
  }

  private func childCount(of node: OpaquePointer) -> Int {
    var count = 0
    var child = cmark_node_first_child(node)
    while child != nil {
      count += 1
      child = cmark_node_next(child)
    }
    return count
  }

  private func literal(_ node: OpaquePointer) -> String { string(cmark_node_get_literal(node)) }
  private func url(_ node: OpaquePointer) -> String { restored(cmark_node_get_url(node)) }
  private func title(_ node: OpaquePointer) -> String { restored(cmark_node_get_title(node)) }
  private func restored(_ pointer: UnsafePointer<CChar>?) -> String {
    ProseMarks.restored(string(pointer), pieces)
  }
  private func string(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}

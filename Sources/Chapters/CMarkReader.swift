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
  private(set) var errors: [ChapterError] = []
  private(set) var links: [Chapter.Link] = []
  private(set) var images: [Chapter.Link] = []

  private let file: String
  private var source: SourceText
  private var stack: [Frame] = [Frame()]
  /// Where in the source the next reference or formula is looked for, and where its block ends.
  private var search = 0..<0
  /// Destinations that do not occur in the rest of the block, so that none is searched twice.
  private var elsewhere: Set<String> = []

  /// The content of an open container so far.
  private struct Frame {
    var blocks: [Block] = []
    var inlines: [Inline] = []
    var items: [[Block]] = []
  }

  init(reading text: String, file: String) {
    self.file = file
    source = SourceText(text, file: file)
    let memory = arena_begin()?.assumingMemoryBound(to: cmark_mem.self)
    defer { arena_end() }
    let parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, memory)
    var text = text
    text.withUTF8 { bytes in
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
    blocks = stack[0].blocks
  }

  private mutating func enter(_ node: OpaquePointer) {
    switch cmark_node_get_type(node) {
    case CMARK_NODE_CODE_BLOCK: fence(node)
    case CMARK_NODE_HTML_BLOCK: append(Block.html(literal(node)))
    case CMARK_NODE_THEMATIC_BREAK: append(.thematicBreak)
    case CMARK_NODE_TEXT: text(literal(node))
    case CMARK_NODE_SOFTBREAK: append(.softBreak)
    case CMARK_NODE_LINEBREAK: append(.lineBreak)
    case CMARK_NODE_CODE: append(.code(literal(node)))
    case CMARK_NODE_HTML_INLINE: append(Inline.html(literal(node)))
    case CMARK_NODE_DOCUMENT: break
    case CMARK_NODE_PARAGRAPH, CMARK_NODE_HEADING:
      search =
        source.start(
          ofLine: Int(cmark_node_get_start_line(node))
        )..<source.start(
          ofLine: Int(cmark_node_get_end_line(node)) + 1
        )
      if !elsewhere.isEmpty { elsewhere = [] }
      var frame = Frame()
      frame.inlines.reserveCapacity(childCount(of: node))
      stack.append(frame)
    default: stack.append(Frame())
    }
  }

  private mutating func leave(_ node: OpaquePointer) {
    let type = cmark_node_get_type(node)
    if type == CMARK_NODE_DOCUMENT { return }
    let frame = stack.removeLast()
    switch type {
    case CMARK_NODE_PARAGRAPH: append(.paragraph(frame.inlines))
    case CMARK_NODE_HEADING:
      let level = Int(cmark_node_get_heading_level(node))
      append(.heading(level: level, frame.inlines, location: location(of: node)))
    case CMARK_NODE_BLOCK_QUOTE: append(.quote(frame.blocks))
    case CMARK_NODE_ITEM: stack[stack.count - 1].items.append(frame.blocks)
    case CMARK_NODE_LIST:
      let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
      append(
        .list(
          Block.List(
            start: isOrdered ? Int(cmark_node_get_list_start(node)) : nil,
            isTight: cmark_node_get_list_tight(node) == 1,
            items: frame.items
          )
        )
      )
    case CMARK_NODE_EMPH: append(.emphasis(frame.inlines))
    case CMARK_NODE_STRONG: append(.strong(frame.inlines))
    case CMARK_NODE_LINK: link(node, frame.inlines)
    case CMARK_NODE_IMAGE:
      images.append(Chapter.Link(destination: url(node), location: place(of: url(node), node)))
      append(.image(source: url(node), title: title(node), frame.inlines))
    default: break
    }
  }

  private mutating func append(_ block: Block) { stack[stack.count - 1].blocks.append(block) }
  private mutating func append(_ inline: Inline) { stack[stack.count - 1].inlines.append(inline) }

  // MARK: Fences

  private mutating func fence(_ node: OpaquePointer) {
    let info = string(cmark_node_get_fence_info(node))
    let code = literal(node)
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
    case .math(let label): append(.math(tex: code, label: label, location: place))
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
    append(.reference(Reference(kind: kind, target: target, title: title(node), text: text, location: place)))
  }

  /// Returns the place of a link's destination, or the line of the link if its source writes the destination differently.
  private mutating func place(of destination: String, _ node: OpaquePointer) -> SourceLocation {
    let line = SourceLocation(file: file, line: max(1, Int(cmark_node_get_start_line(node))))
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
    guard text.utf8.first == UInt8(ascii: "$"), let place = formulaPlace() else { return append(.text(text)) }
    let top = stack.count - 1
    guard case .code(let tex)? = stack[top].inlines.popLast(),
      case .text(let before)? = stack[top].inlines.popLast()
    else { return append(.text(text)) }
    if before != "$" { append(.text(String(before.dropLast()))) }
    append(.math(tex: tex, location: place))
    if text != "$" { append(.text(String(text.dropFirst()))) }
  }

  /// Returns the place of the dollar sign before the last code span; `nil` if there is none or it is escaped.
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
      return slashes.isMultiple(of: 2) ? source.location(of: dollar) : nil
    }
    search = before
    return nil
  }

  // MARK: Properties of a node

  private func location(of node: OpaquePointer) -> SourceLocation {
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
  private func url(_ node: OpaquePointer) -> String { string(cmark_node_get_url(node)) }
  private func title(_ node: OpaquePointer) -> String { string(cmark_node_get_title(node)) }
  private func string(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}

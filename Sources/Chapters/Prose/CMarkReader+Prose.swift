internal import CCMark
internal import Findings

/// What Marginalia reads on top of cmark's tree: notes, definitions, tasks, tables, numbered pictures, formulas in dollars.
extension CMarkReader {
  /// An item of a list, and what a mark at its start makes of it.
  struct Item {
    enum Kind {
      case plain
      case task(isDone: Bool)
      case note(label: String, SourceLocation)
      case definition
    }

    var kind: Kind
    var blocks: [Block]
  }

  // MARK: Inlines

  /// Adds a text with marks.
  mutating func marked(_ text: String) {
    for part in ProseMarks.parts(of: text) {
      switch part {
      case .text(let text): append(.text(text))
      case .filler:
        // The line belongs to the formula above.
        if stack[stack.count - 1].inlines.last == .softBreak { stack[stack.count - 1].inlines.removeLast() }
      case .mark(let index):
        guard pieces.indices.contains(index) else { continue }
        switch pieces[index] {
        case .math(let tex, let isDisplay, let location, _):
          if isDisplay { displays.insert(location) }
          append(.math(tex: tex, location: location))
        case .note(let label): note(label)
        case .noteText, .definition:
          // Resolved when the item is read.
          stack[stack.count - 1].inlines.append(.text(ProseMarks.mark(index)))
        case .cell: break
        }
      }
    }
  }

  private mutating func note(_ label: String) {
    let known = noteOrder.firstIndex(of: label)
    if known == nil { noteOrder.append(label) }
    append(.note(number: (known ?? noteOrder.count - 1) + 1, isFirst: known == nil))
  }

  // MARK: Lists

  /// Takes the mark from the start of an item.
  func item(_ blocks: [Block]) -> Item {
    guard case .paragraph(var inlines)? = blocks.first, case .text(let text)? = inlines.first else {
      return Item(kind: .plain, blocks: blocks)
    }
    var kind = Item.Kind.plain
    if !pieces.isEmpty, ProseMarks.isIn(text), case .mark(let index)? = ProseMarks.parts(of: text).first,
      pieces.indices.contains(index)
    {
      // The text behind the mark is part of the same inline, where another inline follows it.
      let rest = ProseMarks.parts(of: text).dropFirst().compactMap { part in
        if case .text(let text) = part { text } else { nil }
      }
      inlines[0] = .text(String(rest.joined().drop { $0 == " " }))
      if inlines[0] == .text("") { inlines.removeFirst() }
      switch pieces[index] {
      case .noteText(let label, let location): kind = .note(label: label, location)
      case .definition: kind = .definition
      case .math, .note, .cell: break
      }
    } else if text.hasPrefix("[ ] ") || text.hasPrefix("[x] ") || text.hasPrefix("[X] ") {
      kind = .task(isDone: !text.hasPrefix("[ ]"))
      inlines[0] = .text(String(text.dropFirst(4)))
    } else {
      return Item(kind: .plain, blocks: blocks)
    }
    let isEmpty = inlines.isEmpty || inlines == [.text("")]
    return Item(kind: kind, blocks: (isEmpty ? [] : [.paragraph(inlines)]) + blocks.dropFirst())
  }

  /// Adds what the items of a list are: notes, definitions of the paragraph above, and a list of the others.
  mutating func list(_ node: OpaquePointer, _ items: [Item]) {
    var others: [Item] = []
    for item in items {
      switch item.kind {
      case .note(let label, let location):
        if notes[label] == nil {
          notes[label] = item.blocks
        } else {
          errors.append(.repeatedNote(label, location))
        }
      case .definition: define(item.blocks)
      case .plain, .task: others.append(item)
      }
    }
    if others.isEmpty { return }
    let tasks = others.map { item -> Bool? in
      if case .task(let isDone) = item.kind { return isDone }
      return nil
    }
    let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
    append(
      .list(
        Block.List(
          start: isOrdered ? Int(cmark_node_get_list_start(node)) : nil,
          isTight: cmark_node_get_list_tight(node) == 1,
          items: others.map(\.blocks),
          tasks: tasks.contains { $0 != nil } ? tasks : []
        )
      )
    )
  }

  private mutating func define(_ text: [Block]) {
    let top = stack.count - 1
    if case .paragraph(let inlines)? = stack[top].blocks.last {
      stack[top].blocks.removeLast()
      let terms = inlines.split { $0 == .softBreak }.map { Array($0) }
      var definitions = [Definition(terms: terms, texts: [text])]
      if case .definitions(let before)? = stack[top].blocks.last {
        stack[top].blocks.removeLast()
        definitions = before + definitions
      }
      append(Block.definitions(definitions))
    } else if case .definitions(var definitions)? = stack[top].blocks.last, !definitions.isEmpty {
      definitions[definitions.count - 1].texts.append(text)
      stack[top].blocks[stack[top].blocks.count - 1] = .definitions(definitions)
    } else {
      // No term stands above: the colon is text.
      var text = text
      if case .paragraph(let inlines)? = text.first { text[0] = .paragraph([.text(": ")] + inlines) }
      for block in text { append(block) }
    }
  }

  /// The blocks of the chapter, with those notes at their end that the text mentions.
  func withNotes(_ blocks: [Block]) -> [Block] {
    let mentioned = noteOrder.enumerated().map { index, label in
      Note(number: index + 1, blocks: notes[label] ?? [])
    }
    return mentioned.isEmpty ? blocks : blocks + [.notes(mentioned)]
  }

  // MARK: Paragraphs

  /// Adds a paragraph, or what it is: a table, a picture with a caption, or formulas between paragraphs.
  mutating func paragraph(_ node: OpaquePointer, _ inlines: [Inline]) {
    if readsCells { return append(.paragraph(inlines)) }
    if inlines.contains(.softBreak), let (before, table) = table(node) {
      if let before { append(.paragraph(before)) }
      return append(.table(table))
    }
    if inlines.count == 1, case .image(let source, let title, let text) = inlines[0], !title.isEmpty {
      return append(.figure(figure(source, title, text, location(of: node))))
    }
    if displays.isEmpty { return append(.paragraph(inlines)) }
    var text: [Inline] = []
    func trimmed(_ text: [Inline]) -> [Inline] {
      text.drop { $0 == .softBreak }.reversed().drop { $0 == .softBreak }.reversed()
    }
    for inline in inlines {
      guard case .math(let tex, let location) = inline, displays.contains(location) else {
        text.append(inline)
        continue
      }
      if !trimmed(text).isEmpty { append(.paragraph(trimmed(text))) }
      text = []
      append(.math(tex: tex, label: EquationNumbers.label(in: tex), location: location))
    }
    if !trimmed(text).isEmpty { append(.paragraph(trimmed(text))) }
  }

  private mutating func figure(_ source: String, _ title: String, _ text: [Inline], _ place: SourceLocation)
    -> ProseFigure
  {
    let parts = source.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let caption = cells([(markedTitles[title] ?? title, place)]).first ?? []
    return ProseFigure(
      source: parts[0],
      text: Chapter.plainText(text),
      caption: caption,
      label: parts.count > 1 && Finding.isName(parts[1]) ? parts[1] : nil,
      location: place
    )
  }
}

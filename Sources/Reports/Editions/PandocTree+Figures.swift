internal import Foundation
internal import Markup
internal import Typesetting

/// Figures and tables.
extension PandocTree {
  /// A figure with its caption: a drawing as a file, small pictures in a table, a table, or a picture of the book.
  func figure(_ element: Node.Element) -> [Element] {
    let caption = Node.element(element).firstElement { $0.name == "figcaption" }
    let words = Self.trimmed(inlines(caption?.children ?? []))
    let place = form.hasAnchors ? element.attributes["id"].map { anchor(page, $0) } ?? "" : ""
    if let id = element.attributes["id"], let drawing = pictures.figure(id) {
      return figure(drawing.name, words, width: drawing.width, id: place)
    }
    if let table = Node.element(element).firstElement(where: { $0.name == "table" }) {
      // The writers of other formats know no id of a table.
      if form == .jats { return [self.table(table, caption: words, id: place)] }
      return framed(element, [self.table(table, caption: words, id: "")])
    }
    let rest = Self.flat(element.children).filter { node in
      if case .element(let child) = node { child.name != "figcaption" } else { true }
    }
    let images = rest.compactMap { node -> (Node.Element)? in
      if case .element(let child) = node, child.name == "img" { child } else { nil }
    }
    if images.count == 1, let source = images[0].attributes["src"],
      let name = pictures.picture(source)
    {
      return figure(name, words, width: nil, id: place)
    }
    return framed(
      element,
      blocks(rest) + (words.isEmpty ? [] : [PandocJSON.element("Para", words)])
    )
  }

  /// A picture with its caption, in the form of pandoc's version.
  private func figure(_ name: String, _ caption: [Element], width: Double?, id: String) -> [Element] {
    // CSS pixels, of which an inch has 96; Markdown says no widths.
    let inches =
      form == .markdown || form == .ipynb
      ? nil : width.map { "\(($0 / 96 * 100).rounded() / 100)in" }
    if form == .markdown {
      return [
        PandocJSON.element("Para", [Self.image(name, caption, width: nil)]),
        PandocJSON.element(
          "Para",
          Self.hasEmphasis(caption) ? caption : [PandocJSON.element("Emph", caption)]
        ),
      ]
    }
    if version.hasFigures {
      let image = PandocJSON.element("Plain", [Self.image(name, caption, width: inches)])
      let shown: [Any] = [null, [PandocJSON.element("Plain", caption)]]
      return [
        PandocJSON.element("Figure", [PandocJSON.attributes(id: id), shown, [image]] as [Any])
      ]
    }
    return [
      PandocJSON.element("Para", [Self.image(name, caption, width: inches, title: "fig:", id: id)])
    ]
  }

  /// Whether inlines are emphasised in part: in emphasis as a whole, that part would stand out of it in Markdown.
  private static func hasEmphasis(_ inlines: [Element]) -> Bool {
    inlines.contains { element in
      let isStyled = ["Emph", "Strong"].contains(element["t"] as? String)
      let inner = (element["c"] as? [Any] ?? []).flatMap { $0 as? [Element] ?? [] }
      return isStyled || hasEmphasis(inner)
    }
  }

  /// Small pictures side by side, each with its label.
  func grid(_ children: [Node]) -> Element {
    let cells = Self.flat(children).compactMap { node -> [Element]? in
      guard case .element(let cell) = node,
        let picture = node.firstElement(where: { $0.name == "img" })
      else {
        return nil
      }
      let label = cell.children.lazy.compactMap { $0.firstElement { $0.name == "span" } }.first
      let words = label.map { Self.trimmed(inlines($0.children)) } ?? []
      return (image(picture).map { [$0] } ?? [])
        + (words.isEmpty
          ? [] : [PandocJSON.element(form == .markdown ? "Space" : "LineBreak")] + words)
    }
    let breadth = max(1, min(cells.count, 6))
    let rows = stride(from: 0, to: cells.count, by: breadth).map { start in
      (0..<breadth).map { start + $0 < cells.count ? cells[start + $0] : [] }
    }
    return table(
      head: [],
      rows: rows,
      alignments: Array(repeating: "AlignCenter", count: breadth),
      caption: [],
      id: ""
    )
  }

  /// A table with one row of heads and cells of one line: what every format can show. A head over several columns goes in
  /// front of each, and a head of several rows becomes a row.
  func table(_ element: Node.Element, caption: [Element], id: String) -> Element {
    var heads: [[Node.Element]] = []
    var rows: [[Node.Element]] = []
    func gather(_ nodes: [Node], isHead: Bool) {
      for case .element(let child) in Self.flat(nodes) {
        switch child.name {
        case "tr":
          let cells = Self.flat(child.children).compactMap { node -> Node.Element? in
            if case .element(let cell) = node { cell } else { nil }
          }
          if isHead { heads.append(cells) } else { rows.append(cells) }
        default: gather(child.children, isHead: child.name == "thead")
        }
      }
    }
    gather(element.children, isHead: false)
    let spread = { (cells: [Node.Element]) in
      cells.flatMap { cell in
        Array(repeating: cell, count: max(1, cell.attributes["colspan"].flatMap { Int($0) } ?? 1))
      }
    }
    let breadth = (heads + rows).map { spread($0).count }.max() ?? 0
    let names = (0..<breadth).map { column -> [Element] in
      let words = heads.map(spread).compactMap { row -> [Element]? in
        guard column < row.count else { return nil }
        let words = Self.trimmed(inlines(row[column].children))
        return words.isEmpty ? nil : words
      }
      return Array(words.joined(separator: PandocJSON.inlines(": ")))
    }
    let cells = rows.map { row -> [[Element]] in
      var cells = row.map { Self.trimmed(inlines($0.children)) }
      if row.count == 1, row[0].classes.contains("group") {
        cells[0] = [PandocJSON.element("Strong", cells[0])]
      }
      return cells + Array(repeating: [], count: max(0, breadth - cells.count))
    }
    let alignments = (0..<breadth).map { column -> String in
      let model = rows.map(spread).first {
        $0.count > column && !$0[column].classes.contains("group")
      }
      let classes = model?[column].classes ?? []
      if classes.contains("number") || classes.contains("rightward") { return "AlignRight" }
      return classes.contains("centred") ? "AlignCenter" : "AlignDefault"
    }
    return table(
      head: names.contains { !$0.isEmpty } ? names : [],
      rows: cells,
      alignments: alignments,
      caption: caption,
      id: id
    )
  }

  private func table(
    head: [[Element]],
    rows: [[[Element]]],
    alignments: [String],
    caption: [Element],
    id: String
  ) -> Element {
    let cell = { (words: [Element]) -> [Any] in
      // A row of Markdown is one line.
      let words = form == .markdown ? words.flatMap(Self.joined) : words
      let content = words.isEmpty ? [] : [PandocJSON.element("Plain", words)]
      return [PandocJSON.attributes(), PandocJSON.element("AlignDefault"), 1, 1, content]
    }
    let row = { (cells: [[Element]]) -> [Any] in [PandocJSON.attributes(), cells.map(cell)] }
    let widths = widths(of: (head.isEmpty ? [] : [head]) + rows, columns: alignments.count)
    let columns = zip(alignments, widths).map { alignment, width -> [Any] in
      [
        PandocJSON.element(alignment),
        width.map { PandocJSON.element("ColWidth", $0) } ?? PandocJSON.element("ColWidthDefault"),
      ]
    }
    let bodies: [Any] = [[PandocJSON.attributes(), 0, [Any](), rows.map(row)] as [Any]]
    let content: [Any] = [
      PandocJSON.attributes(id: id),
      [null, caption.isEmpty ? [] : [PandocJSON.element("Plain", caption)]] as [Any], columns,
      [PandocJSON.attributes(), head.isEmpty ? [] : [row(head)]] as [Any], bodies,
      [PandocJSON.attributes(), [Any]()] as [Any],
    ]
    return PandocJSON.element("Table", content)
  }

  private static func joined(_ inline: Element) -> [Element] {
    inline["t"] as? String == "LineBreak"
      ? [PandocJSON.element("Str", ";"), PandocJSON.element("Space")] : [inline]
  }

  /// The widths of columns as parts of the page, where the lines of a table are too long for it; else none.
  private func widths(of rows: [[[Element]]], columns: Int) -> [Double?] {
    let natural = (0..<columns).map { column in
      min(
        60,
        max(4, rows.prefix(200).map { $0.count > column ? Self.length($0[column]) : 0 }.max() ?? 0)
      )
    }
    let sum = natural.reduce(0, +) + 2 * columns
    if sum <= 80 || form == .markdown { return natural.map { _ in nil } }
    return natural.map { (Double($0 + 2) / Double(sum) * 1000).rounded() / 1000 }
  }

  /// About how many characters inlines have.
  private static func length(_ inlines: [Element]) -> Int {
    inlines.reduce(0) { $0 + length(of: $1) }
  }

  private static func length(of value: Any?) -> Int {
    switch value {
    case let text as String: text.count
    case let element as Element:
      switch element["t"] as? String {
      case "Image": 6
      // Attributes and text, and of a link its address.
      case "Link", "Span", "Code": length(of: (element["c"] as? [Any])?.dropFirst().first)
      case "Space": 1
      default: length(of: element["c"])
      }
    case let list as [Any]: list.reduce(0) { $0 + length(of: $1) }
    default: 0
    }
  }

  private var null: Any { NSNull() }
}

/// Turns the MathML 3 that pandoc writes into MathML Core, and completes it by the marks of its TeX.
///
/// MathML Core has no `mstyle` with alphabets, no `columnalign`, no `menclose` and no sizes without a unit: letters are
/// already Unicode's mathematical letters, the rest becomes classes of the style sheet, digits of an alphabet, lengths
/// in em and the spacing of named operators.
struct MathMLCleaner {
  let marks: [MathMark]
  /// What `\tag` holds.
  private var tag: MarkupElement?

  private init(marks: [MathMark]) { self.marks = marks }

  /// Returns a formula; `nil` where pandoc's answer holds what no formula needs.
  static func clean(_ math: MarkupElement, marks: [MathMark], isDisplay: Bool) -> MathML? {
    guard math.name == "math" else { return nil }
    var cleaner = MathMLCleaner(marks: marks)
    var result = MarkupElement(name: "math", attributes: isDisplay ? ["display": "block"] : [:])
    result.children = cleaner.row(math.elements, variant: nil).map { .element($0) }
    guard let node = MathMLElements.node(result) else { return nil }
    guard let tag = cleaner.tag else { return MathML(node: node) }
    let tagNode = MathMLElements.node(MarkupElement(name: "math", children: [.element(tag)]))
    return tagNode.map { MathML(node: node, tag: $0) }
  }

  // MARK: Elements

  private mutating func element(_ element: MarkupElement, variant: String?) -> [MarkupElement] {
    let attributes = element.attributes
    switch element.name {
    case "semantics": return element.elements.first.map { self.element($0, variant: variant) } ?? []
    case "annotation", "annotation-xml": return []
    case "mstyle":
      let variant = attributes["mathvariant"] ?? variant
      let children = Self.joined(row(element.elements, variant: variant), variant: variant)
      var kept: [String: String] = [:]
      kept["displaystyle"] = attributes["displaystyle"]
      kept["scriptlevel"] = attributes["scriptlevel"]
      if kept.isEmpty, children.count == 1 { return children }
      return [MarkupElement(name: "mrow", attributes: kept, children: children.map { .element($0) })]
    case "menclose":
      let children = row(element.elements, variant: variant)
      let classes = ["box": "boxed", "updiagonalstrike": "cancel", "horizontalstrike": "strike"]
      let name = attributes["notation"].flatMap { classes[$0] }
      return [
        MarkupElement(
          name: "mrow",
          attributes: name.map { ["class": $0] } ?? [:],
          children: children.map { .element($0) }
        )
      ]
    case "mi", "mn", "mo", "mtext", "mspace": return [token(element, variant: variant)]
    case "mrow": return grouped(row(element.elements, variant: variant))
    case "mtable": return [table(element, variant: variant)]
    case "mover", "munder", "munderover":
      return [script(element, variant: variant)]
    default:
      var result = MarkupElement(name: element.name)
      result.attributes = attributes.filter { ["linethickness", "displaystyle"].contains($0.key) }
      // These hold a row, all others one child for each of their places.
      if ["msqrt", "mphantom", "mpadded", "mtd"].contains(element.name) {
        result.children = row(element.elements, variant: variant).map { .element($0) }
      } else {
        result.children = element.elements.map { .element(single(self.element($0, variant: variant))) }
      }
      return [result]
    }
  }

  /// One element of what may be none or several.
  private func single(_ elements: [MarkupElement]) -> MarkupElement {
    let shown = elements.filter { mark(of: $0) == nil }
    // A delimiter with a size has it within a row only.
    if shown.count == 1, shown[0].attributes["minsize"] == nil { return shown[0] }
    return MarkupElement(name: "mrow", children: shown.map { .element($0) })
  }

  mutating func row(_ elements: [MarkupElement], variant: String?) -> [MarkupElement] {
    var row: [MarkupElement] = []
    let grows = Self.grows(elements) || elements.contains { mark(of: $0) == .fenced }
    for element in elements where mark(of: element) != .fenced {
      var cleaned = self.element(element, variant: variant)
      if !grows, !cleaned.isEmpty, element.name == "mo", element.attributes["minsize"] == nil,
        element.attributes["form"] != nil, element.attributes["stretchy"] == "true"
      {
        cleaned[0].attributes["stretchy"] = "false"
      }
      row += cleaned
    }
    // A group that is all there is between two delimiters has lost its braces.
    if let first = row.first, first.attributes["form"] == "prefix", row.count > 2, isGroupMark(row[1]) {
      let end = row.last?.attributes["form"] == "postfix" ? row.count - 1 : row.count
      row[1..<end] = grouped(Array(row[1..<end]))[...]
    }
    return NamedOperators.spaced(Signs.unary(row))
  }

  /// Whether the delimiters of a row grow without `\left`: those around a matrix and a binomial, which pandoc adds.
  private static func grows(_ row: [MarkupElement]) -> Bool {
    row.contains { $0.name == "mtable" || $0.name == "mfrac" && $0.attributes["linethickness"] != nil }
  }

  /// Whether a text is one letter, not a modifier such as an accent.
  private static func isLetter(_ text: String) -> Bool {
    guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else { return false }
    return [.lowercaseLetter, .uppercaseLetter, .otherLetter].contains(scalar.properties.generalCategory)
  }

  func isGroupMark(_ element: MarkupElement) -> Bool {
    switch mark(of: element) {
    case nil, .rowRule, .columnRules, .equations, .wholeRow, .space, .fenced, .columns: false
    default: true
    }
  }

  private func token(_ element: MarkupElement, variant: String?) -> MarkupElement {
    if case .space(let em)? = mark(of: element) {
      return MarkupElement(name: "mspace", attributes: ["width": "\((em * 1000).rounded() / 1000)em"])
    }
    var result = MarkupElement(name: element.name)
    let attributes = element.attributes
    let text = element.text
    let variant = element.name == "mtext" ? attributes["mathvariant"] : variant
    var shown = variant.map { MathMLAlphabet.text(text, variant: $0) } ?? text
    switch element.name {
    case "mspace": result.attributes = attributes.filter { ["width", "height", "depth"].contains($0.key) }
    case "mi":
      // A sign with a size, such as `\big/`, is an operator.
      if attributes["minsize"] != nil {
        result.name = "mo"
        result.attributes = Self.size(attributes)
      } else if variant == "normal" || attributes["mathvariant"] == "normal", text.unicodeScalars.count == 1 {
        result.attributes["mathvariant"] = "normal"
      }
    case "mo" where Self.isLetter(text) && attributes["form"] == nil && attributes["accent"] == nil:
      // pandoc takes ℓ and ℵ for operators, which would have space around them.
      result.name = "mi"
    case "mo":
      result.attributes = attributes.filter { ["stretchy", "form", "accent"].contains($0.key) }
      result.attributes.merge(Self.size(attributes)) { $1 }
      shown = MathMLAlphabet.accents[text] ?? text
    default: break
    }
    if !shown.isEmpty { result.children = [.text(shown)] }
    return result
  }

  /// MathML Core knows lengths, not multiples, and only what stretches takes them.
  private static func size(_ attributes: [String: String]) -> [String: String] {
    guard let size = attributes["minsize"], let number = Double(size) else { return [:] }
    return ["minsize": "\(number)em", "maxsize": "\(number)em", "stretchy": "true", "symmetric": "true"]
  }

  private mutating func script(_ element: MarkupElement, variant: String?) -> MarkupElement {
    var result = MarkupElement(name: element.name)
    var children = element.elements.map { single(self.element($0, variant: variant)) }
    if children.count == 2, let line = Self.lines[element.elements[1].text] {
      return MarkupElement(name: "mrow", attributes: ["class": line], children: [.element(children[0])])
    }
    let accent = children.indices.dropFirst().first { children[$0].attributes["accent"] == "true" }
    if let accent {
      result.attributes[element.name == "munder" ? "accentunder" : "accent"] = "true"
      children[accent].attributes["accent"] = nil
      // Over one letter an accent keeps its size; over more it grows.
      let isWide = children[0].name == "mrow" || children[0].text.unicodeScalars.count > 1
      let isBrace = (children[accent].text.unicodeScalars.first?.value ?? 0) > 0x23B0
      children[accent].attributes["stretchy"] = isWide || isBrace ? "true" : "false"
    }
    if NamedOperators.isNamed(children[0]) { children[0].attributes["movablelimits"] = "true" }
    result.children = children.map { .element($0) }
    return result
  }

  /// Lines above and below, which fonts do not stretch.
  private static let lines = [
    "\u{AF}": "overline", "\u{304}": "overline", "\u{305}": "overline", "\u{203E}": "overline",
    "\u{332}": "underline", "_": "underline",
  ]

  /// Joins neighbouring letters of one alphabet, such as those of `\mathrm{max}`, to a word.
  private static func joined(_ row: [MarkupElement], variant: String?) -> [MarkupElement] {
    guard variant != nil, variant != "double-struck", variant != "script", variant != "fraktur" else {
      return row
    }
    var result: [MarkupElement] = []
    for element in row {
      guard element.name == "mi", let last = result.last, last.name == "mi" else {
        result.append(element)
        continue
      }
      result[result.count - 1] = MarkupElement(name: "mi", children: [.text(last.text + element.text)])
    }
    return result
  }

  // MARK: Marks

  func mark(of element: MarkupElement) -> MathMark? {
    guard element.name == "mtext", let index = MathMark.index(in: element.text), marks.indices.contains(index)
    else { return nil }
    return marks[index]
  }

  /// A group: its marks say how it looks.
  mutating func grouped(_ row: [MarkupElement]) -> [MarkupElement] {
    guard let first = row.first, isGroupMark(first), let mark = mark(of: first) else {
      return [MarkupElement(name: "mrow", children: row.map { .element($0) })]
    }
    var group = MarkupElement(name: "mrow")
    // A group inside the group, marked itself, comes first.
    group.children = NamedOperators.spaced(row.dropFirst().filter { self.mark(of: $0) == nil }).map {
      .element($0)
    }
    switch mark {
    case .colour(let css): group.attributes["mathcolor"] = css
    case .background(let css): group.attributes["mathbackground"] = css
    case .style(let isDisplay, let level):
      group.attributes["displaystyle"] = isDisplay ? "true" : "false"
      if level > 0 { group.attributes["scriptlevel"] = "\(level)" }
    case .cancelled(let strike): group.attributes["class"] = strike.rawValue
    case .phantom(let isWide):
      let phantom = MarkupElement(name: "mphantom", children: group.children)
      return [
        MarkupElement(
          name: "mpadded",
          attributes: isWide ? ["height": "0", "depth": "0"] : ["width": "0"],
          children: [.element(phantom)]
        )
      ]
    case .tag:
      tag = group
      return []
    case .middle:
      let size = ["stretchy": "true", "symmetric": "true", "lspace": "0", "rspace": "0"]
      return [MarkupElement(name: "mo", attributes: size, children: [.text(group.text)])]
    case .rowRule, .columnRules, .equations, .wholeRow, .space, .fenced, .columns: break
    }
    return [group]
  }
}

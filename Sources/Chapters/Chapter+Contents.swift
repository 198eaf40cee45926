extension Chapter {
  /// The labelled equations, top to bottom.
  package var equations: [(label: String, location: SourceLocation)] {
    var found: [(label: String, location: SourceLocation)] = []
    Self.visit(blocks) { block in
      if case .math(_, let label?, let location) = block { found.append((label, location)) }
    }
    return found
  }

  /// Every link that the book resolves, those of the title first.
  package var references: [Reference] {
    var found: [Reference] = []
    visitInlines { if case .reference(let reference) = $0 { found.append(reference) } }
    return found
  }

  /// The sources of all images, as written.
  package var imageSources: [String] {
    var found: [String] = []
    visitInlines { if case .image(let source, _, _) = $0 { found.append(source) } }
    return found
  }

  /// Calls `body` for every inline of the title and of the blocks.
  private func visitInlines(_ body: (Inline) -> Void) {
    Self.visit(title, body)
    Self.visit(blocks) { block in
      switch block {
      case .paragraph(let inlines), .heading(_, let inlines, _): Self.visit(inlines, body)
      default: break
      }
    }
  }

  /// Calls `body` for every block, containers before what they hold.
  package static func visit(_ blocks: [Block], _ body: (Block) -> Void) {
    for block in blocks {
      body(block)
      switch block {
      case .quote(let inner): visit(inner, body)
      case .list(let list): for item in list.items { visit(item, body) }
      default: break
      }
    }
  }

  /// Calls `body` for every inline, containers before what they hold.
  package static func visit(_ inlines: [Inline], _ body: (Inline) -> Void) {
    for inline in inlines {
      body(inline)
      switch inline {
      case .emphasis(let inner), .strong(let inner), .link(_, _, let inner), .image(_, _, let inner):
        visit(inner, body)
      case .reference(let reference): visit(reference.text, body)
      default: break
      }
    }
  }
}

extension Reference.Kind {
  /// What a target of this kind looks like; `nil` where `target` does.
  func expectation(of target: String) -> String? {
    let parts = target.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    switch self {
    case .finding, .figure, .table:
      let isAddress = parts.count == 2 && parts.allSatisfy(Name.isKebabCase)
      return isAddress ? nil : "\(rawValue):cell.name, such as \(rawValue):lfw.accuracy"
    case .equation:
      return Name.isKebabCase(target) ? nil : "the label of a math fence, such as equation:minimum-margin"
    case .chapter:
      return target.isEmpty ? "the id of a chapter, such as chapter:losses" : nil
    case .cite:
      return target.isEmpty ? "a key of the bibliography, such as cite:wen-2016" : nil
    }
  }
}

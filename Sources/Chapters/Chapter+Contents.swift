extension Chapter {
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

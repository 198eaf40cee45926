internal import Typesetting

/// Links within a document: those that lead nowhere are replaced by their text, and what no link leads to has no frame.
struct PandocLinks {
  private let blocks: [PandocJSON.Element]
  private var ids: Set<String> = []
  private var targets: Set<String> = []

  init(_ blocks: [PandocJSON.Element]) {
    self.blocks = blocks
    for block in blocks { gather(block) }
  }

  var checked: [PandocJSON.Element] {
    blocks.flatMap { checked($0).compactMap { $0 as? PandocJSON.Element } }
  }

  private mutating func gather(_ value: Any) {
    if let element = value as? PandocJSON.Element {
      guard let content = element["c"] else { return }
      if let target = Self.target(element) { targets.insert(target) }
      gather(content)
    } else if let list = value as? [Any] {
      // Attributes: an id, a list of classes, a list of pairs.
      if list.count == 3, let id = list[0] as? String, list[1] is [Any], list[2] is [Any] {
        ids.insert(id)
      } else {
        for item in list { gather(item) }
      }
    }
  }

  /// The id that a link leads to.
  private static func target(_ element: PandocJSON.Element) -> String? {
    guard element["t"] as? String == "Link", let parts = element["c"] as? [Any], parts.count == 3,
      let address = (parts[2] as? [Any])?.first as? String, address.hasPrefix("#")
    else { return nil }
    return String(address.dropFirst())
  }

  private func checked(_ value: Any) -> [Any] {
    if let list = value as? [Any] { return [list.flatMap(checked)] }
    guard var element = value as? PandocJSON.Element, let content = element["c"] else {
      return [value]
    }
    let type = element["t"] as? String
    if type == "CodeBlock" || content is String { return [element] }
    if let target = Self.target(element), !ids.contains(target) { return inner(content, at: 1) }
    if type == "Div" || type == "Span", let attributes = (content as? [Any])?.first as? [Any],
      let id = attributes.first as? String, !targets.contains(id),
      attributes.dropFirst().allSatisfy({ ($0 as? [Any])?.isEmpty ?? false })
    {
      return inner(content, at: 1)
    }
    element["c"] = checked(content).first
    return [element]
  }

  /// What an element holds, in its place.
  private func inner(_ content: Any, at index: Int) -> [Any] {
    ((content as? [Any])?[index] as? [Any] ?? []).flatMap(checked)
  }
}

internal import Chapters
internal import Markup

/// Joins the pages of a report to one document: ids get the page's name as prefix, links are rewritten, and style
/// sheet and pictures are embedded.
///
/// A transform of the pages' node trees: nothing that was written is read again.
struct SinglePage {
  private let pages: [PageShell]
  /// The `data:` address that replaces the address of a file beside the pages.
  private let pictures: [String: String]
  private let paths: Set<String>

  /// Attributes that hold an id of the same page.
  private static let references: Set<String> = ["id", "for", "aria-labelledby", "popovertarget"]

  /// - Parameter pages: in reading order, with the title page first.
  init(_ pages: [PageShell], pictures: [String: String]) {
    self.pages = pages
    self.pictures = pictures
    paths = Set(pages.map(\.path))
  }

  var node: Node {
    guard let first = pages.first else { return .empty }
    let articles = pages.enumerated().map { ($0, $1) }.concurrentMap { index, page in
      let name = Self.name(page.path)
      // One heading of the first level a document: those of later pages step down.
      let content = Node.fragment(page.content).mapElements { element in
        changed(index > 0 ? Self.steppedDown(element) : element, page: name)
      }
      return tag("article", ["class": "joined", "id": "\(name)--"], content, "\n")
    }
    let shell = first.node(main: []).mapElements { element in
      if element.name == "link", element.attributes["rel"] == "stylesheet" { return Self.style }
      return changed(element, page: "")
    }
    // The shell's own main element is empty: it takes the articles, whose links were changed each for its page.
    return shell.mapElements { element in
      element.name == "main" ? element.with(children: articles) : element
    }
  }

  private static let style = Node.Element(tag: "style", children: [.text(StyleSheet.css)])

  private static func name(_ path: String) -> String { String(path.dropLast(5)) }

  private static func steppedDown(_ element: Node.Element) -> Node.Element {
    switch element.name {
    case "h1": element.renamed("h2")
    case "h2": element.renamed("h3")
    case "h3": element.renamed("h4")
    case "h4": element.renamed("h5")
    case "h5": element.renamed("h6")
    default: element
    }
  }

  private func changed(_ element: Node.Element, page: String) -> Node.Element {
    guard element.hasAttributes else { return element }
    // Files beside the pages are not in the one file.
    if element.attributes["class"] == "downloads" { return element.with(children: []) }
    return element.mapAttributes { name, value in
      switch name {
      case "href": href(value, page: page)
      case "src": pictures[value] ?? value
      default: Self.references.contains(name) ? anchor(page, value) : value
      }
    }
  }

  private func href(_ value: String, page: String) -> String? {
    let parts = value.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let fragment = parts.count > 1 ? parts[1] : ""
    if parts[0].isEmpty { return "#" + anchor(page, fragment) }
    // Links to other files are dropped, links to the web are kept.
    guard paths.contains(parts[0]) else { return value.contains(":") ? value : nil }
    return "#" + anchor(Self.name(parts[0]), fragment)
  }

  private func anchor(_ page: String, _ id: String) -> String { page.isEmpty ? id : "\(page)--\(id)" }
}

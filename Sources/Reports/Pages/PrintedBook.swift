internal import Chapters
internal import Markup

extension Report {
  /// The book as one page for print: title page, contents, chapters; each begins a page, with its number at the foot.
  ///
  /// - Precondition: `records` are whole.
  package func printedBook() -> Page {
    var report = self
    report.drawn = [:]
    let catalogue = Catalogue(report)
    var pages = report.shells(catalogue).filter {
      ![ContentsPage.path, ProvenancePage.path].contains($0.path)
    }
    .concurrentMap { $0.draw() }
    // Provenance is part of the report alone: a number leads to its place in the book.
    for index in pages.indices {
      pages[index].content = pages[index].content.map { node in
        node.mapElements { element in
          element.mapAttributes { name, value in
            guard name == "href", value.hasPrefix(ProvenancePage.path) else { return value }
            return catalogue.findings[String(value.dropFirst(ProvenancePage.path.count + 1))]?.address
          }
        }
      }
    }
    pages.insert(report.printedContents(catalogue), at: 1)
    let single = SinglePage(pages, pictures: report.inlinedPictures(catalogue))
    let node = single.node.mapElements { element in
      switch element.name {
      // Chromium would tag the frame of a figure as a picture without a text, around the picture that has one.
      case "figure": Self.group(element)
      // A picture that is loaded when it comes into sight may come after the print.
      case "img": element.mapAttributes { name, value in name == "loading" ? nil : value }
      case "style": element.with(children: element.children + [.text(Self.printStyle)])
      case "script" where element.attributes["type"] == nil: element.with(children: [])
      default: element
      }
    }
    return Page(path: "book.html", bytes: node.document)
  }

  private static func group(_ figure: Node.Element) -> Node.Element {
    let node = tag(
      "figure",
      ["role": "group", "id": figure.attributes["id"], "class": figure.attributes["class"]],
      figure.children
    )
    guard case .element(let element) = node else { return figure }
    return element
  }

  /// The chapters and their sections, each a link.
  private func printedContents(_ catalogue: Catalogue) -> PageShell {
    let phrases = book.phrases()
    let titles = TitleMarkup(report: self, catalogue: catalogue, phrases: phrases)
    let items = catalogue.entries.enumerated().map { index, entry in
      let sections = catalogue.sections[index].entries.filter { $0.level == 2 }.map { section in
        tag("li", [:], tag("a", ["href": "\(entry.path)#\(section.id)"], titles.node(section.title)))
      }
      return tag(
        "li",
        [:],
        tag("a", ["href": .some(entry.path)], .text(entry.number.map { "\($0) " } ?? ""), entry.titleNode),
        sections.isEmpty ? .empty : tag("ul", [:], sections)
      )
    }
    return PageShell(
      report: self,
      catalogue: catalogue,
      title: phrases[.contents],
      path: ContentsPage.path,
      content: [tag("h1", [:], .text(phrases[.contents])), tag("ul", ["class": "printed-contents"], items)]
    )
  }

  private static let printStyle = """
    @page{size:A4;margin:22mm 20mm 22mm 20mm;@bottom-center{content:counter(page);font-family:sans-serif;font-size:9pt}}
    @page:first{@bottom-center{content:none}}
    article.joined{break-before:page}article.joined:first-of-type{break-before:auto}
    .printed-contents,.printed-contents ul{list-style:none}.printed-contents>li{margin-top:.6rem;font-weight:bold}
    .printed-contents ul{font-weight:normal;padding-inline-start:1.4rem}
    """
}

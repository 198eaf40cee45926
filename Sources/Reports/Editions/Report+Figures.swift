internal import Chapters
internal import Findings

extension Report {
  /// Every figure of the book by the name of its file: drawings as SVG, small pictures side by side as one PNG.
  ///
  /// - Precondition: `records` are whole.
  package var figures: (svg: [String: [UInt8]], png: [String: [UInt8]]) {
    let catalogue = Catalogue(self)
    var svg: [String: [UInt8]] = [:]
    var png: [String: [UInt8]] = [:]
    for (_, cell) in cells {
      for finding in records[cell.id]?.findings ?? [] {
        let label = catalogue.findings["\(cell.id).\(finding.name)"]?.label ?? ""
        let place = FindingPlace(
          cell: cell.id,
          name: finding.name,
          caption: finding.caption,
          label: label
        )
        let name = { (ending: String) in
          String(place.file(ending).dropFirst(Download.folder.count + 1))
        }
        let markup = finding.markup(cell: cell.id, label: label)
        if let drawing = markup.downloads.first(where: { $0.format == .svg }) {
          svg[name("svg")] = drawing.draw()
        } else if let picture = markup.downloads.first(where: { $0.format == .png })?.draw(), !picture.isEmpty
        {
          png[name("png")] = picture
        }
      }
    }
    return (svg, png)
  }

  /// The name of a book's files: its title in lower case with hyphens.
  package var slug: String {
    let slug = SectionList.slug(book.title)
    return String(slug.prefix(80))
  }
}

internal import Chapters
internal import Findings
internal import PNGCoding

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
        } else if case .images(let grid) = finding.content, let picture = grid.png {
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

extension ImageGrid {
  /// The pictures side by side on white with four pixels between, as one PNG; `nil` where there is none.
  fileprivate var png: [UInt8]? {
    let gap = 4
    let (width, height) = (images.map(\.width).max() ?? 0, images.map(\.height).max() ?? 0)
    guard width > 0, height > 0 else { return nil }
    let columns = max(1, min(columns, images.count))
    let rows = (images.count + columns - 1) / columns
    let breadth = columns * (width + gap) + gap
    let total = rows * (height + gap) + gap
    var rgb = [UInt8](repeating: 255, count: 3 * breadth * total)
    for (index, image) in images.enumerated() {
      let left = gap + index % columns * (width + gap)
      let top = gap + index / columns * (height + gap)
      for y in 0..<image.height {
        let source = 3 * y * image.width
        let target = 3 * ((top + y) * breadth + left)
        rgb.replaceSubrange(
          target..<target + 3 * image.width,
          with: image.rgb[source..<source + 3 * image.width]
        )
      }
    }
    return try? PNG.encode(rgb, width: breadth, height: total)
  }
}

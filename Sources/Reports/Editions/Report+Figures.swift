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
    for (chapter, cell) in cells {
      let phrases = book.phrases(of: chapter.file)
      for finding in records[cell.id]?.findings ?? [] {
        let files = catalogue.markup(of: finding, cell: cell.id, phrases: phrases).downloads
        let name = { (file: Download) in String(file.path.dropFirst(Download.folder.count + 1)) }
        if let drawing = files.first(where: { $0.format == .svg }) {
          svg[name(drawing)] = drawing.draw()
        } else {
          let pictures = files.filter { $0.format == .png }
          // All side by side, or each by itself where they are too large for one file.
          for picture in pictures.first(where: { !$0.isShown }).map({ [$0] }) ?? pictures {
            let bytes = picture.draw()
            if !bytes.isEmpty { png[name(picture)] = bytes }
          }
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

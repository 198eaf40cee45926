internal import Archives
internal import Foundation

/// Completes the contents of an EPUB by pandoc, which copies headings into them: a picture of a heading has there the
/// address from a folder below, and formulas need to be declared.
enum EPUBContents {
  static func completed(_ book: Data) -> Data {
    var hasFormulas = false
    let repaired = ZipEdit.changing(book) { name, content in
      guard name.hasSuffix("nav.xhtml") else { return nil }
      let text = String(decoding: content, as: UTF8.self)
      hasFormulas = text.contains("<math")
      let changed = text.replacing("src=\"../media/", with: "src=\"media/")
      return changed == text ? nil : Array(changed.utf8)
    }
    guard hasFormulas else { return repaired }
    return ZipEdit.changing(repaired) { name, content in
      guard name.hasSuffix("content.opf") else { return nil }
      return Array(
        String(decoding: content, as: UTF8.self).replacing(
          "properties=\"nav\"",
          with: "properties=\"nav mathml\""
        ).utf8
      )
    }
  }
}

internal import Chapters
internal import Foundation

/// The citation styles that are installed, in the Citation Style Language.
enum CitationStyles {
  /// Folders of styles: the user's, pandoc's, and those of Debian's package citation-style-language-styles.
  private static var folders: [String] {
    let home =
      ProcessInfo.processInfo.environment["HOME"].map { [$0 + "/.local/share/pandoc/csl", $0 + "/.csl"] }
      ?? []
    return home + [
      "/usr/local/share/citation-style-language/styles", "/usr/share/citation-style-language/styles",
    ]
  }

  /// The package that has them.
  static let package = "citation-style-language-styles"

  /// Returns the style of a name; a style that only refers to another gives that one.
  static func style(named name: String) -> Data? {
    for folder in folders {
      if let style = FileManager.default.contents(atPath: "\(folder)/\(name).csl") { return style }
      guard let dependent = FileManager.default.contents(atPath: "\(folder)/dependent/\(name).csl") else {
        continue
      }
      let text = String(decoding: dependent, as: UTF8.self)
      let parent = text.firstMatch(of: /styles\/([a-z0-9-]+)"\s+rel="independent-parent"/)
      return parent.flatMap { FileManager.default.contents(atPath: "\(folder)/\($0.output.1).csl") }
    }
    return nil
  }

  /// The installed style whose name is most like a misspelt one.
  static func nearest(to name: String) -> String? {
    let names = folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] }
    return Spelling.nearest(
      to: name,
      in: names.filter { $0.hasSuffix(".csl") }.map { String($0.dropLast(4)) }.sorted()
    )
  }
}

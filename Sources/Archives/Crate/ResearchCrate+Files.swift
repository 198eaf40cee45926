package import Chapters
internal import Foundation
internal import Markup

extension ResearchCrate {
  /// The manifest, and every file that is not the book's settings.
  var fileEntities: [Entity] {
    let chapterTitles = Dictionary(
      chapters.map { (Self.path(ofBookFile: $0.file), $0.file) },
      uniquingKeysWith: { first, _ in first }
    )
    let manifest: Entity = [
      "@id": SignedArchive.manifest, "@type": "File", "name": "Signed manifest",
      "description":
        "The size and SHA-256 of every other file: an in-toto statement in a DSSE envelope, signed with Ed25519.",
      "encodingFormat": "application/json",
    ]
    return [manifest]
      + files.filter { $0.path != Self.workflowPath }.map { file in
        var entity: Entity = [
          "@id": Self.id(of: file.path), "@type": "File",
          "name": file.path.split(separator: "/").last.map(String.init) ?? file.path,
          "contentSize": "\(file.bytes.count)",
          "encodingFormat": Self.mediaType(of: file.path),
        ]
        if file.path == Self.findingsPath { entity["exampleOfWork"] = reference("#output-findings") }
        if chapterTitles[file.path] != nil {
          entity["@type"] = ["File", "SoftwareSourceCode"]
          entity["programmingLanguage"] = reference(Self.programID)
          entity["version"] = version(of: file.path)
        }
        if file.path == Self.readMePath { entity["about"] = reference("./") }
        return entity
      }
  }

  /// The media type of a file, without its parameters.
  private static func mediaType(of path: String) -> String {
    if path.hasSuffix(".md") { return "text/markdown" }
    let type = MediaType.of(path) ?? "application/octet-stream"
    return String(type.prefix { $0 != ";" })
  }

  /// A file that says to people what the archive is.
  package static func readMe(for book: Book) -> ArchivedFile {
    let text = """
      # \(book.title)

      - `\(folders.report)/index.html`: the report, to be opened in a browser
      - `\(folders.report)/findings.json`, `\(folders.report)/provenance.json`: every finding, and under which conditions each
        cell ran
      - `\(folders.book)/`: the book, which `marginalia render --book \(folders.book)` runs again
      - `\(path)`: what the files are and how they were made, as a Workflow Run RO-Crate
      - `\(SignedArchive.manifest)`: size and SHA-256 of each file, signed: `marginalia verify --archive FILE --key PUBLIC.pem`

      """
    return ArchivedFile(path: readMePath, bytes: Array(text.utf8))
  }

  private static let readMePath = "README.md"
}

internal import Chapters
internal import Digests
internal import Findings
internal import Synchronization

/// The pictures of an edition by the names of their files, gathered while its text is made.
final class EditionPictures: Sendable {
  private let form: EditionForm
  /// The files of drawn figures, by the id of the finding.
  private let drawn: [String: Download]
  /// The pictures of findings that pages show, by their address in a page.
  private let shown: [String: Download]
  /// The pictures of the book, by their address in a page.
  private let own: [String: (path: String, bytes: [UInt8])]
  private let taken = Mutex<[String: [UInt8]]>([:])

  init(_ report: Report, _ catalogue: Catalogue, form: EditionForm) {
    self.form = form
    var drawn: [String: Download] = [:]
    var shown: [String: Download] = [:]
    for (chapter, cell) in report.cells {
      let phrases = report.book.phrases(of: chapter.file)
      for finding in report.records[cell.id]?.findings ?? [] {
        let id = "\(cell.id).\(finding.name)"
        let files = catalogue.markup(of: finding, cell: cell.id, phrases: phrases).downloads
        drawn[id] = files.first { $0.format == .svg }
        for file in files where file.isShown { shown[file.path] = file }
      }
    }
    self.drawn = drawn
    self.shown = shown
    own = Dictionary(
      report.pictures.map { (Picture.address(of: $0.key), (path: $0.key, bytes: $0.value)) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// By name: SVG where a drawn figure is to be converted to the edition's format, else as they are.
  var files: [String: [UInt8]] { taken.withLock { $0 } }

  /// The name of a drawn figure's file in the edition, and its width in CSS pixels; `nil` where the finding has no drawing.
  func figure(_ id: String) -> (name: String, width: Double?)? {
    guard let file = drawn[id] else { return nil }
    let bytes = file.draw()
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    let stem = name.hasSuffix(".svg") ? String(name.dropLast(4)) : name
    let width = String(decoding: bytes.prefix(600), as: UTF8.self)
      .firstMatch(of: /<svg [^>]*? width="([0-9.]+)"/).flatMap { Double($0.output.1) }
    return (take("\(stem).svg", bytes), width)
  }

  /// The `data:` address of a picture of the book or of a finding; `nil` for one that is not in the book.
  func inlined(_ source: String) -> String? {
    if let picture = own[source] { return Picture.inlined(picture.path, picture.bytes) }
    return shown[source].map { Picture.inlined($0.path, $0.draw()) }
  }

  /// The name of the file of a picture that a page shows; `nil` for one that is not in the book.
  func picture(_ source: String) -> String? {
    if let picture = own[source] {
      return take(picture.path.replacing("/", with: "-").replacing(" ", with: "-"), picture.bytes)
    }
    guard let file = shown[source] else { return nil }
    let bytes = file.draw()
    return bytes.isEmpty ? nil : take(String(source.dropFirst(Download.folder.count + 1)), bytes)
  }

  /// Keeps a file under its name, or under another where that is taken; returns the name in the edition.
  private func take(_ name: String, _ bytes: [UInt8]) -> String {
    let key = taken.withLock { files -> String in
      if files[name] == nil || files[name] == bytes {
        files[name] = bytes
        return name
      }
      let other = "\(Digest(of: bytes).short)-\(name)"
      files[other] = bytes
      return other
    }
    return form.name(ofPicture: key)
  }
}

extension EditionForm {
  /// The name of a picture's file in the edition: an SVG becomes what the format shows.
  package func name(ofPicture name: String) -> String {
    name.hasSuffix(".svg") ? "\(name.dropLast(3))\(pictureEnding)" : name
  }
}

internal import Chapters
internal import Foundation
internal import Reports

/// The files that a report copies from the book's folder: pictures that chapters show, and files that they link to.
struct BookPictures: Sendable {
  private let folder: String
  /// The pictures that chapters show, as written, each with the first chapter that shows it.
  private var sources: [(source: String, place: SourceLocation)] = []
  /// Paths in the folder.
  private let wanted: Set<String>

  init(folder: String, chapters: [Chapter]) {
    self.folder = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    var seen: Set<String> = []
    for chapter in chapters {
      for image in chapter.images where seen.insert(image.destination).inserted {
        sources.append((image.destination, image.location))
      }
    }
    wanted = Set(sources.compactMap { Picture.path(of: $0.source) })
      .union(LinkCheck.linkedFiles(chapters).keys)
  }

  /// The wanted files that can be read, by their paths in the book's folder, which may be links.
  var paths: [String] { wanted.filter(exists).sorted() }

  /// The absolute path of each wanted file that can be read, with links resolved.
  var files: [String] { wanted.sorted().compactMap(file) }

  /// Whether the book's folder has a file that can be read.
  func exists(_ path: String) -> Bool { file(path) != nil }

  /// Returns the content of each file by its path in the book.
  ///
  /// - Parameter warn: receives a warning for each picture that no page will show.
  func read(_ warn: (Problem) -> Void) -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for path in wanted.sorted() {
      if let data = file(path).flatMap(FileManager.default.contents) { contents[path] = Array(data) }
    }
    for (source, place) in sources {
      let path = Picture.path(of: source)
      if let path, contents[path] != nil { continue }
      let reason =
        path != nil
        ? "the book's folder has no such file that can be read"
        : source.hasPrefix("http://") || source.hasPrefix("https://")
          ? "a report asks for nothing over the network; it becomes a link"
          : "it must be a PNG, JPEG, GIF, WebP or SVG file in the book's folder"
      warn(Problem(.warning, at: place, "the picture '\(source)' is not shown: \(reason)"))
    }
    return contents
  }

  /// The file of a path with symbolic links resolved, since a link may lead out of the book.
  private func file(_ path: String) -> String? {
    let real = URL(fileURLWithPath: folder + "/" + path).resolvingSymlinksInPath().path
    var isFolder: ObjCBool = false
    guard real.hasPrefix(folder + "/"), FileManager.default.fileExists(atPath: real, isDirectory: &isFolder),
      !isFolder.boolValue, FileManager.default.isReadableFile(atPath: real)
    else { return nil }
    return real
  }
}

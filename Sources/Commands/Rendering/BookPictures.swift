internal import Chapters
internal import Foundation
internal import Reports

/// The pictures that the chapters of a book show: files of the book's own folder.
struct BookPictures {
  private let folder: String
  /// Each image's path in the folder, and the chapter that shows it.
  private let wanted: [String: String]

  init(folder: String, chapters: [Chapter]) {
    self.folder = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    var wanted: [String: String] = [:]
    for chapter in chapters {
      for path in chapter.mentions.imageSources.compactMap(Picture.path) { wanted[path] = chapter.file }
    }
    self.wanted = wanted
  }

  /// The absolute path of each picture that can be read.
  var files: [String] { wanted.keys.sorted().compactMap(file) }

  /// The content of each picture by its path in the book; says which there are not.
  func read(_ warn: (String) -> Void) -> [String: [UInt8]] {
    var pictures: [String: [UInt8]] = [:]
    for (path, chapter) in wanted.sorted(by: { $0.key < $1.key }) {
      if let data = file(path).flatMap(FileManager.default.contents) {
        pictures[path] = Array(data)
      } else {
        warn(
          "\(chapter) shows the picture '\(path)', and the book's folder has no such file that can be read"
        )
      }
    }
    return pictures
  }

  /// A symbolic link may lead out of the book: what counts is where the file really lies.
  private func file(_ path: String) -> String? {
    let real = URL(fileURLWithPath: folder + "/" + path).resolvingSymlinksInPath().path
    return real.hasPrefix(folder + "/") && FileManager.default.isReadableFile(atPath: real) ? real : nil
  }
}

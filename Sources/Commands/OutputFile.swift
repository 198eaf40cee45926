internal import ArgumentParser
internal import Chapters
package import Engine
internal import Files
internal import Findings
package import Foundation

/// The files that a command line names as outputs.
///
/// The user chose the path, so a symbolic link is followed, and a pipe or a device gets the bytes. Files of stores and
/// reports are written by `AtomicFile` instead, which replaces a link: somebody else may have put it there.
package enum OutputFile {
  // MARK: - What must not be replaced

  /// Throws an error if an output is another output, a file that the command reads, or a file that a book is
  /// made of.
  ///
  /// - Parameter inputs: the paths of the files that are read.
  package static func check(_ outputs: [String?], inputs: [String] = []) throws {
    var paths: [Place: String] = [:]
    let read = Set(inputs.compactMap(Place.init))
    for path in outputs.compactMap(\.self) {
      guard let place = Place(path) else { continue }
      if let other = paths.updateValue(path, forKey: place) {
        throw ValidationError("'\(other)' and '\(path)' are one file. Give each output a file of its own.")
      }
      if read.contains(place) {
        throw ValidationError("'\(path)' is a file that this command reads, and would be lost. Name another.")
      }
      if let book = book(of: path) {
        throw ValidationError(
          "'\(path)' is a file of the book in '\(book)', and would be lost. Name another."
        )
      }
    }
  }

  /// Which file or folder a path means: the system's numbers, or those of the folder and a name where there is no file yet.
  private struct Place: Hashable {
    var device: UInt
    var number: UInt
    var name = ""

    /// `nil` for a pipe or a device, of which nothing is lost, and for a path that cannot be written.
    init?(_ path: String) {
      var status = stat()
      if stat(path, &status) == 0 {
        guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return nil }
      } else {
        let path = OutputFile.target(of: path)
        name = PathText.name(of: path)
        guard stat(OutputFile.folder(of: path), &status) == 0 else { return nil }
      }
      device = UInt(status.st_dev)
      number = UInt(status.st_ino)
    }
  }

  /// The folder of the book that a file which exists is part of: its text, bibliography, style, sources, kept records, or a
  /// file that its cells read.
  private static func book(of path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    let file = String(cString: real)
    var place = file
    while place != "/" {
      place = folder(of: place)
      guard access("\(place)/\(Book.file)", F_OK) == 0 else { continue }
      var names = [Book.file, KeptRecord.folder]
      if let book = try? Book(readingFolder: place) {
        names +=
          book.chapterFiles + book.bibliographies + book.sources + [book.citationStyle].compactMap(\.self)
        names += Manuscript(reading: book).chapters.flatMap(\.cells).flatMap(\.reads)
      }
      for name in names {
        guard let own = BookPath.real(name, in: place) else { continue }
        if file == own || file.hasPrefix(own + "/") { return place }
      }
    }
    return nil
  }

  // MARK: - Writing

  /// Writes a file whole or not at all; a pipe or a device gets the bytes.
  package static func write(_ bytes: some ContiguousBytes, to path: String) throws(EngineError) {
    var status = stat()
    guard stat(path, &status) == 0 else { return try AtomicFile.write(bytes, to: target(of: path)) }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw .file(path: path, doing: "writing it", error: EISDIR) }
    // A file that standard output or error goes to, as /dev/stdout names it, must stay the same file.
    for own: Int32 in [1, 2] {
      var other = stat()
      guard fstat(own, &other) == 0, other.st_dev == status.st_dev, other.st_ino == status.st_ino else {
        continue
      }
      fflush(nil)
      return try append(bytes, to: own, path)
    }
    if kind == S_IFREG, let real = realpath(path, nil) {
      defer { free(real) }
      return try AtomicFile.write(bytes, to: String(cString: real))
    }
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw .file(path: path, doing: "opening it", error: errno) }
    defer { close(descriptor) }
    try append(bytes, to: descriptor, path)
  }

  private static func append(
    _ bytes: some ContiguousBytes,
    to descriptor: Int32,
    _ path: String
  ) throws(EngineError) {
    let error = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
    if error != 0 { throw .file(path: path, doing: "writing it", error: error) }
  }

  /// Where a path leads that names no file yet: the end of its symbolic links.
  private static func target(of path: String) -> String {
    var path = path
    // As many links as the system follows.
    for _ in 0..<40 {
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
      path = next.hasPrefix("/") ? next : folder(of: path) + "/" + next
    }
    return path
  }

  private static func folder(of path: String) -> String {
    let folder = PathText.folder(of: path)
    return folder.isEmpty ? "." : folder
  }
}

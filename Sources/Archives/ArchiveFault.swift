/// A reason why an archive or a key is refused: one sentence each, without the file's name.
package struct ArchiveFault: Error, Hashable, Sendable, CustomStringConvertible {
  package let sentences: [String]

  package init(_ sentence: String) { sentences = [sentence] }

  init(_ sentences: [String]) { self.sentences = sentences }

  package var description: String { sentences.joined(separator: "; ") }
}

/// A file of an archive.
package struct ArchivedFile: Hashable, Sendable {
  /// With slashes, relative to the root of the archive.
  package var path: String
  package var bytes: [UInt8]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}

/// An in-toto statement (version 1) about the files of an archive: their names, sizes and SHA-256.
package struct Statement: Codable, Hashable {
  static let type = "https://in-toto.io/Statement/v1"
  /// The kind of `predicate`.
  static let predicateType = "urn:marginalia:report-archive:1"

  package var _type = Self.type
  package var predicate: ArchiveDescription
  package var predicateType = Self.predicateType
  package var subject: [Subject]

  package init(predicate: ArchiveDescription, subject: [Subject]) {
    self.predicate = predicate
    self.subject = subject
  }

  package struct Subject: Codable, Hashable {
    package var annotations: Annotations
    package var digest: Digests
    package var name: String

    package init(name: String, size: Int, sha256: String) {
      annotations = Annotations(size: size)
      digest = Digests(sha256: sha256)
      self.name = name
    }
  }

  package struct Annotations: Codable, Hashable {
    /// In bytes.
    package var size: Int
  }

  package struct Digests: Codable, Hashable {
    package var sha256: String
  }
}

/// What a signed manifest says of an archive besides its files.
package struct ArchiveDescription: Codable, Hashable, Sendable {
  /// The book's title.
  package var book: String
  package var profile: String
  package var seed: UInt64
  /// Name and version of the program that wrote the archive.
  package var program: String

  package init(book: String, profile: String, seed: UInt64, program: String) {
    self.book = book
    self.profile = profile
    self.seed = seed
    self.program = program
  }
}

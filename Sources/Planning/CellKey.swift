internal import Chapters
internal import Digests

/// Everything outside the book's text that decides what a cell finds, but for what it reads.
package struct KeyContext: Hashable, Sendable {
  /// The digest of the laboratory's library or sources.
  package var laboratory: String
  package var compiler: String
  /// The OpenBLAS kernel and whatever else changes the bits it gives.
  package var kernel: String
  package var profile: String
  package var seed: UInt64
  /// The environment variables that the book declares, by name only: values are inputs.
  package var environment: [String]
  /// Swift code that every chapter is compiled with, by file name.
  package var sources: [String: String]

  package init(
    laboratory: String,
    compiler: String,
    kernel: String,
    profile: String,
    seed: UInt64,
    environment: [String] = [],
    sources: [String: String] = [:]
  ) {
    self.laboratory = laboratory
    self.compiler = compiler
    self.kernel = kernel
    self.profile = profile
    self.seed = seed
    self.environment = environment
    self.sources = sources
  }
}

/// The digest under which a cell's record is kept, with the parts it is made of.
///
/// The parts are kept beside the record, so that a later plan can say which of them differ.
package struct CellKey: Hashable, Sendable {
  /// Parts by name: those of `Part`, and `need:NAME` for each need in another chapter.
  package var components: [String: String]

  package init(components: [String: String]) { self.components = components }

  /// The parts that every key has.
  package enum Part: String, CaseIterable, Sendable {
    /// The form of keys themselves; raised when their meaning changes.
    case schema
    case cell, code, above, below, place, reads, sources, environment
    case laboratory, compiler, kernel, profile, seed
  }

  /// How a need is named among the components.
  static let needPrefix = "need:"
  static let currentSchema = "3"

  /// SHA-256 over all components in the order of their names, as 64 hexadecimal digits.
  package var digest: String {
    var hasher = Hasher256()
    for (name, value) in components.sorted(by: { $0.key < $1.key }) {
      hasher.field(name)
      hasher.field(value)
    }
    return hasher.finish().hex
  }
}

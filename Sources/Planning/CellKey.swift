internal import Chapters
internal import Digests
package import Findings

/// Everything outside the book's text that a cell's findings depend on, except the inputs that it reads.
package struct KeyContext: Hashable, Sendable {
  /// The digest of the laboratory's library or sources.
  package var laboratory: String
  package var compiler: String
  /// The OpenBLAS kernel in use, and the cache size given to it, which also changes its bits.
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

/// The cache key of a cell, with the parts that it is made of.
///
/// The parts are stored with the record, so that a later plan can say which of them changed.
package struct CellKey: Hashable, Sendable {
  /// Parts by name: those of `KeyPart`, and `need:NAME` for each need in another chapter.
  package var components: [String: String]

  package init(components: [String: String]) { self.components = components }

  /// What precedes the name of a need among the components.
  package static let needPrefix = "need:"
  static let currentSchema = "4"

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

extension CellKey {
  /// Returns the parts that differ from those of an earlier key, in the order of `KeyPart`, then the needs.
  package func changes(since earlier: [String: String]) -> [StaleReason] {
    var reasons: [StaleReason] = []
    for part in KeyPart.allCases {
      let was = earlier[part.rawValue] ?? ""
      let now = components[part.rawValue] ?? ""
      if was != now { reasons.append(.changed(part, was: was, now: now)) }
    }
    let names = Set(earlier.keys).union(components.keys).filter { $0.hasPrefix(Self.needPrefix) }.sorted()
    for name in names where earlier[name] != components[name] {
      let need = String(name.dropFirst(Self.needPrefix.count))
      if earlier[name] == nil {
        reasons.append(.needAdded(need))
      } else if components[name] == nil {
        reasons.append(.needRemoved(need))
      } else {
        reasons.append(.needChanged(need))
      }
    }
    return reasons
  }
}

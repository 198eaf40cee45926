/// The version of the JSON in which pandoc reads a document. A pandoc reads only its own version, and names it in the error
/// about any other.
package struct PandocVersion: Hashable, Sendable {
  package let numbers: [Int]

  /// That of Debian 12's pandoc 2.17.
  package static let debian12 = PandocVersion(numbers: [1, 22, 2, 1])

  private init(numbers: [Int]) { self.numbers = numbers }

  /// Reads the version that an error of pandoc names; `nil` where the messages name none.
  package init?(askedForIn messages: String) {
    guard let match = messages.firstMatch(of: /attempted to decode with \[([0-9]+(?:,[0-9]+)+)\]/) else {
      return nil
    }
    numbers = match.output.1.split(separator: ",").compactMap { Int($0) }
  }

  /// Whether a figure is a block of its own (since 1.23), and not a paragraph that holds a picture alone.
  package var hasFigures: Bool { numbers.lexicographicallyPrecedes([1, 23]) == false }
}

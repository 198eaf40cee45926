/// The version of pandoc's document tree: a pandoc reads only its own, and names it where it is given another.
package struct PandocVersion: Hashable, Sendable {
  package let numbers: [Int]

  /// That of Debian 12's pandoc 2.17.
  package static let debian12 = PandocVersion(numbers: [1, 22, 2, 1])

  private init(numbers: [Int]) { self.numbers = numbers }

  /// Reads the version that pandoc asks for; `nil` where its messages name none.
  package init?(askedForIn messages: String) {
    guard let match = messages.firstMatch(of: /attempted to decode with \[([0-9]+(?:,[0-9]+)+)\]/) else {
      return nil
    }
    numbers = match.output.1.split(separator: ",").compactMap { Int($0) }
  }

  /// Whether a figure is a block of its own (since 1.23), and not a paragraph that holds a picture alone.
  package var hasFigures: Bool { numbers.lexicographicallyPrecedes([1, 23]) == false }
}

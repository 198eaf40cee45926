/// Suggests the nearest known word for a misspelt one, by edit distance.
package enum Spelling {
  /// Returns the word nearest to `word`, or `nil` where none is close.
  ///
  /// Close is at most one wrong letter in three, where two neighbours that changed places count as one.
  /// Of several nearest words it is the first.
  package static func nearest(to word: String, in words: some Sequence<String>) -> String? {
    let letters = Array(word.lowercased().unicodeScalars.prefix(longest))
    var best: (word: String, distance: Int)?
    for candidate in words {
      let others = Array(candidate.lowercased().unicodeScalars.prefix(longest))
      let limit = max(1, max(letters.count, others.count) / 3)
      guard abs(letters.count - others.count) <= limit else { continue }
      let distance = distance(letters, others)
      if distance <= limit, distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    return best?.word
  }

  /// Words are compared by their first letters, so that a megabyte in a misplaced value costs nothing.
  private static let longest = 64

  /// The number of letters to add, drop, change or swap with their neighbour.
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var twoAbove = [Int](repeating: 0, count: b.count + 1)
    var above = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(above[j] + (a[i] == b[j] ? 0 : 1), above[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, twoAbove[j - 1] + 1) }
        row.append(best)
      }
      (twoAbove, above) = (above, row)
    }
    return above[b.count]
  }
}

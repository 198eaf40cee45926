/// Finds the word that an author most likely meant.
package enum Spelling {
  /// Returns the word nearest to `word`, or `nil` where none is close.
  ///
  /// Close is a Levenshtein distance of at most a third of the longer word, and at least 1.
  /// Of equally near words the first is taken.
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

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let changed = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}

/// The pairs of a list that repeat an earlier one of their file with the same label.
///
/// Published lists were drawn at random and may hold repeats. A program that refuses the published list is of no use, one
/// that hides the repeats neither: each pair counts as often as it stands there, as in other programs, and the sheet notes it.
package struct RepeatedPairs: Hashable, Sendable {
  /// How many pairs repeat an earlier one.
  package internal(set) var count: Int
  /// How many pairs the list has, with those.
  package let pairCount: Int
  /// The file of the first that does.
  package let file: String
  /// Its line, counted from 1.
  package let line: Int
  /// The line that it repeats.
  package let firstLine: Int

  package init(count: Int = 0, pairCount: Int, file: String, line: Int, firstLine: Int) {
    self.count = count
    self.pairCount = pairCount
    self.file = file
    self.line = line
    self.firstLine = firstLine
  }
}

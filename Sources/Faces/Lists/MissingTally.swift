internal import Foundation

/// Counts images and pairs that are left out because something is missing. Passing one to a reader allows that; the caller
/// reports the count.
public final class MissingTally: Sendable {
  private let total = Counter()

  /// Creates a count of 0.
  public init() {}

  /// How many pairs, or images of a list, were left out.
  public var count: Int { total.value }

  package func countOne() { total.increment() }
}

extension PairList {
  /// Returns the list if all its images or videos are there, or, where leaving out is allowed, the pairs that are whole.
  ///
  /// - Parameters:
  ///   - file: the list's path, for errors.
  ///   - missing: allows pairs to be left out, and counts them.
  /// - Throws: a ``DataError`` with the line: something is missing, or a fold has lost all its pairs.
  package func present(
    file: String,
    missing: MissingTally?,
    _ isThere: (String) throws -> Bool
  ) throws -> PairList {
    var known: [String: Bool] = [:]
    func exists(_ member: String) throws -> Bool {
      if let answer = known[member] { return answer }
      let answer = try isThere(member)
      known[member] = answer
      return answer
    }
    let kept = try pairs.filter { pair in
      guard let absent = try [pair.first, pair.second].first(where: { try !exists($0) }) else { return true }
      guard let missing else {
        throw DataError(.missingImage(absent), file: pair.file ?? file, line: pair.line)
      }
      missing.countOne()
      return false
    }
    let folds = Set(kept.map(\.fold))
    if let empty = (0..<foldCount).first(where: { !folds.contains($0) }) {
      throw DataError(.emptyFold(empty + 1), file: file)
    }
    return PairList(kept)
  }
}

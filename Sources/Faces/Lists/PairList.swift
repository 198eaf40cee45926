/// Pairs of images or videos to verify, in folds: what LFW, SLLFW and YTF publish.
public struct PairList: Hashable, Sendable {
  /// The pairs in the order of the file.
  public let pairs: [Pair]
  /// The number of folds.
  public let foldCount: Int

  /// Two images, or two videos, and whether they show one person.
  public struct Pair: Hashable, Sendable {
    /// Path of an image, or of a video's folder, under the data set's root.
    public var first: String
    public var second: String
    public var isSame: Bool
    /// Counted from 0.
    public var fold: Int
    /// The pair's line in its file, counted from 1.
    public var line: Int

    package init(first: String, second: String, isSame: Bool, fold: Int, line: Int) {
      self.first = first
      self.second = second
      self.isSame = isSame
      self.fold = fold
      self.line = line
    }
  }

  /// Makes a list of pairs; folds are counted from 0 without a gap.
  package init(_ pairs: [Pair]) {
    self.pairs = pairs
    foldCount = (pairs.map(\.fold).max() ?? -1) + 1
  }

  /// The different images or videos of all pairs, in the order of their first mention.
  public var members: [String] {
    var seen: Set<String> = []
    return pairs.flatMap { [$0.first, $0.second] }.filter { seen.insert($0).inserted }
  }

  /// The fold of a place where folds are contiguous and the first have one place more, as scikit-learn's `KFold` makes them.
  static func contiguousFold(_ place: Int, of count: Int, foldCount: Int) -> Int {
    let (length, rest) = count.quotientAndRemainder(dividingBy: foldCount)
    return place < rest * (length + 1) ? place / (length + 1) : (place - rest) / max(1, length)
  }

  /// Refuses a pair that stands twice, either way round and however its paths are spelled (`A\1.jpg`, `./A/1.jpg`).
  func checked(_ file: ListFile) throws -> PairList {
    var lines: [Set<String>: Int] = [:]
    for pair in pairs {
      if let first = lines.updateValue(
        pair.line,
        forKey: [canonicalPath(pair.first), canonicalPath(pair.second)]
      ) {
        throw DataError(
          .duplicate("\(pair.first) \(pair.second)", firstLine: first),
          file: file.path,
          line: pair.line
        )
      }
    }
    return self
  }
}

/// Pairs of images or videos to verify, in folds: what LFW, SLLFW and YTF publish.
public struct PairList: Hashable, Sendable {
  /// The pairs in the order of the file.
  public let pairs: [Pair]
  /// The number of folds.
  public let foldCount: Int
  /// The pairs that repeat an earlier one, where that is allowed; `nil` where none does.
  package private(set) var repeats: RepeatedPairs?

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
    /// The pair's file, of a list of several files; `nil` where the list is one file.
    package var file: String?

    package init(
      first: String,
      second: String,
      isSame: Bool,
      fold: Int,
      line: Int,
      file: String? = nil
    ) {
      self.first = first
      self.second = second
      self.isSame = isSame
      self.fold = fold
      self.line = line
      self.file = file
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
  ///
  /// - Parameters:
  ///   - path: of the list's file; pairs of a list of several files know their own.
  ///   - allowsRepeats: whether pairs may stand again in their own file with their label. They are counted.
  func checked(_ path: String, allowsRepeats: Bool = false) throws -> PairList {
    var places: [Set<String>: Pair] = [:]
    var result = self
    for pair in pairs {
      let images: Set = [canonicalPath(pair.first), canonicalPath(pair.second)]
      guard let first = places[images] else {
        places[images] = pair
        continue
      }
      if allowsRepeats, first.file == pair.file, first.isSame == pair.isSame {
        var repeats =
          result.repeats
          ?? RepeatedPairs(
            pairCount: pairs.count,
            file: pair.file ?? path,
            line: pair.line,
            firstLine: first.line
          )
        repeats.count += 1
        result.repeats = repeats
        continue
      }
      throw DataError(
        .duplicate(
          "\(pair.first) \(pair.second)",
          firstLine: first.line,
          file: first.file == pair.file ? nil : first.file
        ),
        file: pair.file ?? path,
        line: pair.line
      )
    }
    return result
  }
}

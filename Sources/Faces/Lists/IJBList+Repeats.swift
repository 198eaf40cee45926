extension IJBList.Pairs {
  /// The pairs that stand more than once, either way round.
  struct Repeats {
    /// How many pairs repeat an earlier one.
    var count = 0
    /// The different ones among them, the lower place first, and marked as of two persons.
    var pairs: Set<Places> = []
    /// Whether ``pairs`` is one pair that has both labels.
    var isContradiction = false
  }

  /// Looks for pairs that stand more than once; of those with both labels it returns one alone.
  ///
  /// Pairs are put beside those with the same lower place, so that millions need no table of hashes: four bytes a pair.
  var repeats: Repeats {
    var ends = [Int](repeating: 0, count: templates.count + 1)
    for pair in places { ends[Swift.min(pair.first, pair.second) + 1] += 1 }
    for place in templates.indices { ends[place + 1] += ends[place] }
    // The higher places, their complements in pairs of one person, grouped by the lower one; `ends` becomes the end of each
    // group.
    var others = [Int32](repeating: 0, count: places.count)
    for pair in places {
      let (lower, higher) = (Swift.min(pair.first, pair.second), Swift.max(pair.first, pair.second))
      others[ends[lower]] = pair.isSame ? ~Int32(higher) : Int32(higher)
      ends[lower] += 1
    }
    // The last lower place that each higher one was met with, its complement in a pair of one person.
    var met = [Int32](repeating: .min, count: templates.count)
    var repeats = Repeats()
    var start = 0
    for lower in templates.indices {
      for other in others[start..<ends[lower]] {
        let higher = Int(other < 0 ? ~other : other)
        let mark = other < 0 ? ~Int32(lower) : Int32(lower)
        let known = met[higher]
        guard known == mark || known == ~mark else {
          met[higher] = mark
          continue
        }
        let pair = Places(first: lower, second: higher, isSame: false)
        guard known == mark else { return Repeats(count: 1, pairs: [pair], isContradiction: true) }
        repeats.count += 1
        repeats.pairs.insert(pair)
      }
      start = ends[lower]
    }
    return repeats
  }
}

extension IJBList {
  /// Returns the repeats of a list of pairs, whose file is read again for their lines where there are any.
  ///
  /// - Throws: a ``DataError`` where there are no pairs, and none were left out; and with both lines of a pair that has both
  ///   labels: which one holds cannot be told.
  static func repeats(
    of pairs: Pairs,
    _ templates: IDTable,
    _ lines: NumberLines,
    _ missing: MissingTally?
  ) throws -> RepeatedPairs? {
    if pairs.isEmpty, missing?.count ?? 0 == 0 {
      throw DataError(.format(found: "no pairs of templates", expected: "one pair a line"), file: lines.path)
    }
    let repeats = pairs.repeats
    guard repeats.count > 0 else { return nil }
    var firsts: [Pairs.Places: (line: Int, label: Int?)] = [:]
    var found: RepeatedPairs?
    try lines.read { index, numbers in
      guard found == nil, let a = templates[numbers[0]], let b = templates[numbers[1]] else { return }
      let pair = Pairs.Places(first: min(a, b), second: max(a, b), isSame: false)
      guard repeats.pairs.contains(pair) else { return }
      let label = numbers.count > 2 ? numbers[2] : nil
      guard let first = firsts[pair] else {
        firsts[pair] = (index + 1, label)
        return
      }
      if !repeats.isContradiction {
        found = RepeatedPairs(
          count: repeats.count,
          pairCount: pairs.count,
          file: lines.path,
          line: index + 1,
          firstLine: first.line
        )
      } else if let label, let known = first.label, label != known {
        throw DataError(
          .format(
            found: "the label \(label) for '\(numbers[0]) \(numbers[1])'",
            expected: "\(known) as line \(first.line) has: correct one of the two lines"
          ),
          file: lines.path,
          line: index + 1
        )
      }
    }
    guard let found else {
      throw DataError(
        .format(
          found: "other pairs when it is read again",
          expected: "a file that does not change meanwhile: start again"
        ),
        file: lines.path
      )
    }
    return found
  }
}

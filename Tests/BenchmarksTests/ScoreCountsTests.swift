internal import Benchmarks
internal import CBounds
internal import Tensors
internal import Testing

@Suite("Counts of scores between others")
struct ScoreCountsTests {
  /// Lists that are long and short, spread and crowded; scores that lie mostly just above the lowest, or anywhere, or on the list.
  private static func drawn(_ seed: UInt64) -> (list: [Float], scores: [Float]) {
    var random = SeededGenerator(seed: seed)
    let length = [1, 2, 8, 9, 30, 700][Int(seed % 6)]
    let isCrowded = seed % 4 == 0
    let list = Set(
      (0..<length).map { _ in isCrowded ? Float(random.normal() * 1e-6) + 1 : Float(random.normal()) }
    ).sorted()
    let spread = (list.last ?? 0) - list[0]
    let scores = (0..<[1, 15, 63, 64, 100, 1024, 3000][Int(seed % 7)]).map { _ in
      switch random.next() % 4 {
      case 0: list[Int(random.next() % UInt64(list.count))]
      case 1: list[0] + Float(random.uniform()) * (spread + 1)
      default: list[0] + Float(random.uniform()) * spread * 0.02
      }
    }
    return (list, scores)
  }

  /// The counts by their definition.
  private static func defined<Score: Scalar>(_ list: [Score], _ scores: [Score]) -> [Int] {
    var counts = Array(repeating: 0, count: 2 * list.count + 1)
    for score in scores {
      counts[2 * list.count { $0 < score } + (list.contains(score) ? 1 : 0)] += 1
    }
    return counts
  }

  @Test("of a counter are those of the definition, for Float and Double", arguments: 0..<84 as Range<UInt64>)
  func counter(seed: UInt64) {
    let (list, scores) = Self.drawn(seed)
    let impostors = scores + scores.map { list[0] - abs($0) - 1 } + [-.infinity, .infinity]
    let expected = Self.defined(list, impostors)
    var floats = ScoreCounter(genuine: list)
    impostors.withUnsafeBufferPointer { floats.count($0) }
    #expect(floats.counts == expected)
    var doubles = ScoreCounter(genuine: list.map(Double.init))
    impostors.map(Double.init).withUnsafeBufferPointer { doubles.count($0) }
    #expect(doubles.counts == expected)
  }

  @Test("are the same on every processor", arguments: 0..<84 as Range<UInt64>)
  func processors(seed: UInt64) {
    let (list, scores) = Self.drawn(seed)
    let expected = Self.defined(list, scores)
    for count in [scores_count_floats, scores_count_floats_avx2, scores_count_floats_portable] {
      var (overwritten, counts) = (scores, Array(repeating: 0, count: 2 * list.count + 1))
      let isCounted = Self.withCells(of: list) { list, first, scale, last in
        count(
          scores_floats(
            scores: list.baseAddress,
            length: list.count - 8,
            first: first,
            scale: scale,
            last: last
          ),
          &overwritten,
          overwritten.count,
          &counts
        )
      }
      #expect(isCounted == 1)
      #expect(counts == expected)
    }
    let doubles = scores.map(Double.init)
    for count in [scores_count_doubles, scores_count_doubles_avx2, scores_count_doubles_portable] {
      var (overwritten, counts) = (doubles, Array(repeating: 0, count: 2 * list.count + 1))
      let isCounted = Self.withCells(of: list.map(Double.init)) { list, first, scale, last in
        count(
          scores_doubles(
            scores: list.baseAddress,
            length: list.count - 8,
            first: first,
            scale: scale,
            last: last
          ),
          &overwritten,
          overwritten.count,
          &counts
        )
      }
      #expect(isCounted == 1)
      #expect(counts == expected)
    }
  }

  @Test("are not begun where a score is NaN")
  func strange() {
    for count in [scores_count_floats, scores_count_floats_avx2, scores_count_floats_portable] {
      for place in [0, 63, 99] {
        var (scores, counts) = (Array(repeating: Float(1), count: 100), [0, 0, 0])
        scores[place] = .nan
        let isCounted = Self.withCells(of: [Float(0)]) { list, first, scale, last in
          count(
            scores_floats(scores: list.baseAddress, length: 1, first: first, scale: scale, last: last),
            &scores,
            100,
            &counts
          )
        }
        #expect(isCounted == 0)
        #expect(counts == [0, 0, 0])
      }
    }
  }

  @Test(
    "keep what is not below a limit, and count what is above it, NaN among them",
    arguments: [0, 1, 7, 8, 16, 17, 100]
  )
  func kept(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    let scores = (0..<count).map { $0 % 13 == 12 ? Float.nan : Float(random.normal()) } + [0.25]
    let expected = scores.filter { !($0 < 0.25) }
    for keep in [scores_keep_floats, scores_keep_floats_portable] {
      var room = [Float](repeating: 7, count: (scores.count + 15) / 16 * 16)
      let found = keep(scores, scores.count, 0.25, &room)
      #expect(room[..<found].map(\.bitPattern) == expected.map(\.bitPattern))
    }
    for keep in [scores_keep_doubles, scores_keep_doubles_portable] {
      var room = [Double](repeating: 7, count: (scores.count + 15) / 16 * 16)
      let found = keep(scores.map(Double.init), scores.count, 0.25, &room)
      #expect(room[..<found].map { Float($0).bitPattern } == expected.map(\.bitPattern))
    }
    let above = scores.count { !($0 <= 0.25) }
    for count in [scores_above_floats, scores_above_floats_portable] {
      #expect(count(scores, scores.count, 0.25) == above)
    }
    for count in [scores_above_doubles, scores_above_doubles_portable] {
      #expect(count(scores.map(Double.init), scores.count, 0.25) == above)
    }
  }

  /// Calls a function with a list in the form that the kernels take.
  private static func withCells<Score: Scalar, Result>(
    of list: [Score],
    _ body: (UnsafeBufferPointer<Score>, UnsafePointer<Int32>?, Score, Int) -> Result
  ) -> Result {
    let (last, width) = (31, (list.last ?? 0) - list[0])
    let scale = width > 0 ? 32 / width : 0
    let cells = list.map { min(last, Int(($0 - list[0]) * scale)) }
    let first = (0...32).map { cell in Int32(cells.count { $0 < cell }) }
    return (list + Array(repeating: .nan, count: 8)).withUnsafeBufferPointer { list in
      first.withUnsafeBufferPointer { body(list, $0.baseAddress, scale, last) }
    }
  }
}

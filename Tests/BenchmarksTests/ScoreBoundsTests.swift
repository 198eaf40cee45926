internal import Benchmarks
internal import CBounds
internal import Tensors
internal import Testing

@Suite("Bounds of scores")
struct ScoreBoundsTests {
  private struct Case {
    var probes: Tensor<Float>
    var others: Tensor<Float>

    /// The scores `2 p·d − |p|² − |d|²`, exactly enough: `[probe][other]`.
    var scores: [[Double]] {
      (0..<probes.rowCount).map { probe in
        (0..<others.rowCount).map { other in
          -zip(probes.row(probe), others.row(other)).reduce(0) { sum, pair in
            let difference = Double(pair.0) - Double(pair.1)
            return sum + difference * difference
          }
        }
      }
    }

    /// The pairs for which nothing is proven; `nil` where they are too many.
    func undecided(from lowest: Float, by kernel: bounds_kernel, capacity: Int = 1 << 16) -> Set<[Int]>? {
      let norms = (0..<probes.rowCount).map { probes.row($0).reduce(0) { $0 + $1 * $1 } }
      guard
        let bounds = ScoreBounds(probes: probes, squaredNorms: norms, lowest: lowest, kernels: [kernel])
      else { return nil }
      let rows = ScoreBounds.Rows(capacity: others.rowCount, length: others.rowLength)
      others.withUnsafePointer { bounds.pack($0, count: others.rowCount, into: rows) }
      let buffer = UnsafeMutableBufferPointer<bounds_pair>.allocate(capacity: capacity)
      defer { buffer.deallocate() }
      return bounds.undecided(
        probes: 0..<probes.rowCount,
        rows: rows,
        count: others.rowCount,
        buffer: buffer
      ).map { Set($0.map { [Int($0.probe), Int($0.other)] }) }
    }
  }

  /// The kernels that this processor has.
  static let kernels = [bounds_avx2, bounds_vnni].filter { bounds_has($0) != 0 }

  private static func features(_ rows: Int, _ length: Int, seed: UInt64, scale: Float = 1) -> Tensor<Float> {
    var random = SeededGenerator(seed: seed)
    // Cubes: a few numbers are large, most are small.
    let numbers = (0..<rows * length).map { _ in
      let number = Float(random.uniform() * 2 - 1)
      return scale * number * number * number
    }
    return Tensor(numbers, shape: [rows, length])
  }

  @Test("leave out no pair that reaches the limit", arguments: [1, 3, 31, 32, 33, 128, 500], [1, 1e-4, 300])
  func certain(length: Int, scale: Float) throws {
    let probes = Self.features(7, length, seed: 1, scale: scale).normalisedRows()
    let others = Self.features(45, length, seed: 2, scale: scale)
    for pair in [Case(probes: probes, others: others), Case(probes: others, others: probes)] {
      let scores = pair.scores
      let sorted = scores.joined().sorted()
      for place in [0, sorted.count / 2, sorted.count * 9 / 10, sorted.count - 1] {
        let lowest = Float(sorted[place]).nextDown
        for kernel in Self.kernels {
          let undecided = try #require(pair.undecided(from: lowest, by: kernel))
          for probe in scores.indices {
            for (other, score) in scores[probe].enumerated() where score >= Double(lowest) {
              #expect(undecided.contains([probe, other]), "\(probe) and \(other) at \(score)")
            }
          }
          #expect(undecided.allSatisfy { $0[0] < scores.count && $0[1] < scores[0].count })
        }
      }
    }
  }

  @Test("exclude distractors that are far from the probe")
  func proof() throws {
    let probes = Self.features(9, 512, seed: 3).normalisedRows()
    let others = Self.features(100, 512, seed: 4).normalisedRows()
    let pairs = Case(probes: probes, others: others)
    // Cosines of strangers lie within ±0.2; a squared distance of 1 is a cosine of 0.5.
    for kernel in Self.kernels {
      #expect(pairs.undecided(from: -1, by: kernel) == [])
      #expect(pairs.undecided(from: -4, by: kernel)?.count == 900)
      #expect(pairs.undecided(from: -4, by: kernel, capacity: 100) == nil)
    }
  }

  @Test("VNNI's larger integers exclude more", .enabled(if: kernels.count == 2))
  func sharper() throws {
    let pairs = Case(
      probes: Self.features(9, 512, seed: 3).normalisedRows(),
      others: Self.features(100, 512, seed: 4).normalisedRows()
    )
    let lowest = Float(pairs.scores.joined().sorted()[855])
    let counts = try Self.kernels.map { try #require(pairs.undecided(from: lowest, by: $0)).count }
    #expect(counts[1] >= 45 && 2 * counts[1] < counts[0], "\(counts) of 900, 45 of which reach the limit")
  }

  @Test("exclude no row whose squares overflow or underflow")
  func untrusted() throws {
    var probes = Self.features(3, 40, seed: 5).normalisedRows()
    var others = Self.features(5, 40, seed: 6).normalisedRows()
    for column in 0..<40 {
      probes[1, column] = 0
      others[2, column] *= 1e-30
      others[4, column] *= 1e15
    }
    let pairs = Case(probes: probes, others: others)
    let expected = (0..<3).flatMap { probe in
      (0..<5).filter { probe == 1 || $0 == 2 || $0 == 4 }.map { [probe, $0] }
    }
    for kernel in Self.kernels { #expect(pairs.undecided(from: 100, by: kernel) == Set(expected)) }
  }
}

internal import CBounds
internal import Tensors
internal import Testing

@Suite("Scores of features in one order of sums")
struct FeatureScoresTests {
  private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in random.normal() }
  }

  @Test(
    "have the bits of one score alone, on every processor",
    arguments: [1, 15, 16, 17, 100, 513],
    [1, 5, 16, 17, 130]
  )
  func sameBits(length: Int, rowCount: Int) {
    for otherCount in [1, 3, 16, 37] {
      let rows = Self.numbers(rowCount * length, seed: 1)
      let others = Self.numbers(otherCount * length, seed: 2)
      let (a, b) = (rows.map(Float.init), others.map(Float.init))
      let floats = Self.one(a, rowCount, b, otherCount, length)
      for score in [features_score_floats, features_score_floats_avx2, features_score_floats_portable] {
        var found = [Float](repeating: .nan, count: rowCount * otherCount)
        Self.packed(a, rowCount, length, features_pack_floats).withUnsafeBufferPointer { left in
          Self.packed(b, otherCount, length, features_pack_floats).withUnsafeBufferPointer { right in
            let (p, d) = (Self.squares(a, rowCount, length), Self.squares(b, otherCount, length))
            p.withUnsafeBufferPointer { p in
              d.withUnsafeBufferPointer { d in
                score(
                  features_floats(packed: left.baseAddress, squares: p.baseAddress, count: rowCount),
                  features_floats(packed: right.baseAddress, squares: d.baseAddress, count: otherCount),
                  length,
                  &found
                )
              }
            }
          }
        }
        #expect(found == floats)
      }
      let doubles = Self.one(rows, rowCount, others, otherCount, length)
      for score in [features_score_doubles, features_score_doubles_avx2, features_score_doubles_portable] {
        var found = [Double](repeating: .nan, count: rowCount * otherCount)
        Self.packed(rows, rowCount, length, features_pack_doubles).withUnsafeBufferPointer { left in
          Self.packed(others, otherCount, length, features_pack_doubles).withUnsafeBufferPointer { right in
            let (p, d) = (Self.squares(rows, rowCount, length), Self.squares(others, otherCount, length))
            p.withUnsafeBufferPointer { p in
              d.withUnsafeBufferPointer { d in
                score(
                  features_doubles(packed: left.baseAddress, squares: p.baseAddress, count: rowCount),
                  features_doubles(packed: right.baseAddress, squares: d.baseAddress, count: otherCount),
                  length,
                  &found
                )
              }
            }
          }
        }
        #expect(found == doubles)
      }
    }
  }

  private static func packed<Element: Scalar>(
    _ rows: [Element],
    _ count: Int,
    _ length: Int,
    _ pack: (UnsafePointer<Element>?, Int, Int, UnsafeMutablePointer<Element>?) -> Void
  ) -> [Element] {
    var packed = [Element](repeating: .nan, count: (count + 15) / 16 * 16 * length)
    pack(rows, count, length, &packed)
    return packed
  }

  private static func squares<Element: Scalar>(_ rows: [Element], _ count: Int, _ length: Int) -> [Element] {
    rows.withUnsafeBufferPointer { rows in
      rows.baseAddress.map { squaredRowNorms($0, rowCount: count, length: length) } ?? []
    }
  }

  /// Each score by itself, `[row, other]`.
  private static func one<Element: Scalar>(
    _ rows: [Element],
    _ rowCount: Int,
    _ others: [Element],
    _ otherCount: Int,
    _ length: Int
  ) -> [Element] {
    let (p, d) = (squares(rows, rowCount, length), squares(others, otherCount, length))
    return rows.withUnsafeBufferPointer { rows in
      others.withUnsafeBufferPointer { others in
        (0..<rowCount * otherCount).map { pair in
          let (row, other) = pair.quotientAndRemainder(dividingBy: otherCount)
          guard let a = rows.baseAddress, let b = others.baseAddress else { return .nan }
          return 2 * innerProduct16(a + row * length, b + other * length, length) - (p[row] + d[other])
        }
      }
    }
  }
}

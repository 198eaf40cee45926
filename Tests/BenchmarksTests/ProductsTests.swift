internal import CBounds
internal import Tensors
internal import Testing

@Suite("Inner products in one order")
struct ProductsTests {
  private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in random.normal() }
  }

  @Test(
    "have the bits of one product alone, on every processor",
    arguments: [1, 15, 16, 17, 100, 513],
    1...5
  )
  func sameBits(length: Int, rowCount: Int) {
    for otherCount in [1, 3, 4, 9] {
      let rows = Self.numbers(rowCount * length, seed: 1)
      let others = Self.numbers(otherCount * length, seed: 2)
      let (a, b) = (rows.map(Float.init), others.map(Float.init))
      for multiply in [products_of_floats, products_of_floats_avx2, products_of_floats_portable] {
        var found = [Float](repeating: .nan, count: rowCount * otherCount)
        multiply(a, rowCount, b, otherCount, length, &found)
        #expect(found == Self.one(a, rowCount, b, otherCount, length))
      }
      for multiply in [products_of_doubles, products_of_doubles_avx2, products_of_doubles_portable] {
        var found = [Double](repeating: .nan, count: rowCount * otherCount)
        multiply(rows, rowCount, others, otherCount, length, &found)
        #expect(found == Self.one(rows, rowCount, others, otherCount, length))
      }
    }
  }

  /// Each product by itself, `[row, other]`.
  private static func one<Element: Scalar>(
    _ rows: [Element],
    _ rowCount: Int,
    _ others: [Element],
    _ otherCount: Int,
    _ length: Int
  ) -> [Element] {
    rows.withUnsafeBufferPointer { rows in
      others.withUnsafeBufferPointer { others in
        (0..<rowCount * otherCount).map { pair in
          guard let a = rows.baseAddress, let b = others.baseAddress else { return .nan }
          return innerProduct16(a + pair / otherCount * length, b + pair % otherCount * length, length)
        }
      }
    }
  }
}

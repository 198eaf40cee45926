internal import Tensors
internal import Testing

@Suite("Matrix products")
struct BLASTests {
  /// `C ← α·op(A)·op(B) + β·C` element by element, in Double.
  private struct Product {
    var (rows, columns, inner) = (3, 5, 4)
    var (aTransposed, bTransposed) = (false, false)
    /// Elements between the rows of a matrix as it is stored, beyond its columns.
    var gaps = (a: 0, b: 0, c: 0)
    var (scale, kept) = (1.0, 0.0)

    var aStride: Int { (aTransposed ? rows : inner) + gaps.a }
    var bStride: Int { (bTransposed ? inner : columns) + gaps.b }
    var cStride: Int { columns + gaps.c }

    /// Returns the largest error, relative to the size of the products, and whether all between the rows of C is untouched.
    func error<Element: Scalar>(_ type: Element.Type) -> (error: Double, isClean: Bool) {
      var generator = SeededGenerator(seed: 3)
      func numbers(_ count: Int) -> [Element] {
        (0..<count).map { _ in Element(generator.uniform(in: -1..<1)) }
      }
      let a = numbers((aTransposed ? inner : rows) * aStride)
      let b = numbers((bTransposed ? columns : inner) * bStride)
      let before = numbers(rows * cStride)
      var c = before
      Element.multiply(
        rows: rows,
        columns: columns,
        inner: inner,
        scale: Element(scale),
        a,
        stride: aStride,
        transposed: aTransposed,
        b,
        stride: bStride,
        transposed: bTransposed,
        keeping: Element(kept),
        into: &c,
        stride: cStride
      )
      var (largest, isClean) = (0.0, true)
      for i in 0..<rows {
        for j in 0..<columns {
          var sum = 0.0
          for k in 0..<inner {
            let left = Double(a[aTransposed ? k * aStride + i : i * aStride + k])
            sum += left * Double(b[bTransposed ? j * bStride + k : k * bStride + j])
          }
          let wanted = scale * sum + kept * Double(before[i * cStride + j])
          largest = max(largest, abs(Double(c[i * cStride + j]) - wanted))
        }
        for j in columns..<cStride { isClean = isClean && c[i * cStride + j] == before[i * cStride + j] }
      }
      return (largest / Double(inner), isClean)
    }
  }

  @Test("with every transposition, in parts of larger matrices", arguments: 0..<16)
  func strides(number: Int) {
    var product = Product()
    (product.aTransposed, product.bTransposed) = (number & 1 == 1, number & 2 == 2)
    if number & 4 == 4 { product.gaps = (a: 3, b: 7, c: 2) }
    if number & 8 == 8 { (product.scale, product.kept) = (-2, 0.5) }
    let (double, float) = (product.error(Double.self), product.error(Float.self))
    #expect(double.error < 1e-15 && double.isClean)
    #expect(float.error < 1e-6 && float.isClean)
  }

  @Test("of sizes at the edges of the kernels", arguments: [1, 7, 8, 9, 16, 17, 33])
  func sizes(size: Int) {
    var product = Product()
    (product.rows, product.columns, product.inner) = (size, size + 1, size + 2)
    product.gaps = (a: 1, b: 1, c: 1)
    let float = product.error(Float.self)
    #expect(float.error < 1e-6 && float.isClean)
  }
}

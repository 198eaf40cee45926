internal import CKernels
internal import Tensors
internal import Testing

/// The products of losses over thousands of classes.
@Suite("Products in one order of sums")
struct ProductTests {
  @Test("are right with every transposition, in parts of larger matrices", arguments: 0..<4)
  func strides(number: Int) {
    let (aTransposed, bTransposed) = (number & 1 == 1, number & 2 == 2)
    var generator = SeededGenerator(seed: 3)
    for (rows, columns, inner) in [(1, 1, 1), (3, 5, 4), (7, 17, 9), (13, 33, 24), (20, 16, 40)] {
      func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.uniform(in: -1..<1)) } }
      let aStride = (aTransposed ? rows : inner) + 3
      let bStride = (bTransposed ? inner : columns) + 7
      let cStride = columns + 2
      let a = numbers((aTransposed ? inner : rows) * aStride)
      let b = numbers((bTransposed ? columns : inner) * bStride)
      var c = [Float](repeating: 9, count: rows * cStride)
      multiplyInOrder(
        rows: rows,
        columns: columns,
        inner: inner,
        scale: -2,
        a,
        stride: aStride,
        transposed: aTransposed,
        b,
        stride: bStride,
        transposed: bTransposed,
        into: &c,
        stride: cStride
      )
      for i in 0..<rows {
        for j in 0..<columns {
          let sum = (0..<inner).reduce(0.0) { sum, k in
            let left = Double(a[aTransposed ? k * aStride + i : i * aStride + k])
            return sum + left * Double(b[bTransposed ? j * bStride + k : k * bStride + j])
          }
          #expect(abs(Double(c[i * cStride + j]) + 2 * sum) < 1e-5)
        }
        #expect(c[(i * cStride + columns)..<(i + 1) * cStride].allSatisfy { $0 == 9 })
      }
    }
  }

  /// One sum in one order for each element, so that no chunk of rows or columns changes a bit.
  @Test("parts of a product have the bits of the whole", arguments: [(13, 37, 90), (7, 15, 513), (1, 1, 1)])
  func parts(rows: Int, columns: Int, inner: Int) {
    var generator = SeededGenerator(seed: 4)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.normal()) } }
    let (a, b) = (numbers(rows * inner), numbers(columns * inner))
    /// The product of some rows of A with some rows of B.
    func product(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> [Float] {
      var c = [Float](repeating: .nan, count: rowRange.count * columnRange.count)
      multiplyInOrder(
        rows: rowRange.count,
        columns: columnRange.count,
        inner: inner,
        scale: 0.3,
        Array(a[rowRange.lowerBound * inner..<rowRange.upperBound * inner]),
        stride: inner,
        transposed: false,
        Array(b[columnRange.lowerBound * inner..<columnRange.upperBound * inner]),
        stride: inner,
        transposed: true,
        into: &c,
        stride: columnRange.count
      )
      return c
    }
    let whole = product(0..<rows, 0..<columns)
    for row in 0..<rows {
      let first = columns / 3
      let part = product(row..<row + 1, first..<columns)
      #expect(part == Array(whole[row * columns + first..<(row + 1) * columns]))
    }
    for column in 0..<columns {
      let one = product(0..<rows, column..<column + 1)
      #expect(one == (0..<rows).map { whole[$0 * columns + column] })
    }
  }

  #if arch(x86_64)
    @Test(
      "with AVX-512 products have the bits of AVX2",
      .enabled(if: widest_vectors() == 16, "the processor has no AVX-512"),
      arguments: [(1, 1, 1), (5, 16, 9), (13, 31, 24), (19, 33, 40), (25, 96, 33)]
    )
    func wide(rows: Int, columns: Int, inner: Int) {
      var generator = SeededGenerator(seed: 6)
      func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.uniform(in: -1..<1)) } }
      let (a, b) = (numbers(rows * inner), numbers(inner * columns))
      var panel = [Float](repeating: 0, count: 32 * inner)
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          for form in 0..<4 {
            let isTurned = (a: form & 1 == 1, b: form & 2 == 2)
            let left = matrix(
              first: a.baseAddress,
              row: isTurned.a ? 1 : inner,
              column: isTurned.a ? rows : 1
            )
            let right = matrix(
              first: b.baseAddress,
              row: isTurned.b ? 1 : columns,
              column: isTurned.b ? inner : 1
            )
            var narrow = [Float](repeating: .nan, count: rows * columns)
            var wide = narrow
            matrix_product_avx2(left, right, &narrow, columns, rows, columns, inner, 2, &panel)
            matrix_product_avx512(left, right, &wide, columns, rows, columns, inner, 2, &panel)
            #expect(narrow.allSatisfy { !$0.isNaN } && wide == narrow)
          }
        }
      }
    }
  #endif

  @Test("of the kernels without AVX2 are right, too", arguments: [1, 7, 8, 9, 16, 17, 33])
  func portable(size: Int) {
    var generator = SeededGenerator(seed: 5)
    let (rows, columns, inner) = (size, size + 1, size + 2)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.uniform(in: -1..<1)) } }
    let (a, b) = (numbers(rows * inner), numbers(inner * columns))
    var c = [Float](repeating: .nan, count: rows * columns)
    var panel = [Float](repeating: 0, count: 32 * inner)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        matrix_product_portable(
          matrix(first: a.baseAddress, row: inner, column: 1),
          matrix(first: b.baseAddress, row: columns, column: 1),
          &c,
          columns,
          rows,
          columns,
          inner,
          2,
          &panel
        )
      }
    }
    for i in 0..<rows {
      for j in 0..<columns {
        let sum = (0..<inner).reduce(0.0) { $0 + Double(a[i * inner + $1]) * Double(b[$1 * columns + j]) }
        #expect(abs(Double(c[i * columns + j]) - 2 * sum) < 1e-5)
      }
    }
  }
}

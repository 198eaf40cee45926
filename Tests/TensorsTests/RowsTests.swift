internal import Tensors
internal import Testing

@Suite("Rows of a matrix")
struct RowsTests {
  private static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float(random.uniform() * 2 - 1) }
  }

  /// Interleaved partial sums of the whole groups, and the terms that are left.
  private func sums(_ terms: [Float], lanes: Int) -> (partial: [Float], rest: ArraySlice<Float>) {
    let whole = terms.count / lanes * lanes
    var partial = [Float](repeating: 0, count: lanes)
    for index in 0..<whole { partial[index % lanes] += terms[index] }
    return (partial, terms[whole...])
  }

  @Test("are summed in 8 or 16 partial sums in a fixed order", arguments: [1, 7, 8, 15, 16, 17, 40, 129])
  func order(count: Int) {
    let (a, b) = (Self.numbers(count, seed: 1), Self.numbers(count, seed: 2))
    for (terms, eight, sixteen) in [
      (zip(a, b).map { $0 * $1 }, innerProduct8(a, b, count), innerProduct16(a, b, count)),
      (
        zip(a, b).map { ($0 - $1) * ($0 - $1) }, squaredDistance8(a, b, count),
        squaredDistance16(a, b, count)
      ),
    ] {
      let inEight = sums(terms, lanes: 8)
      #expect(eight == SIMD8(inEight.partial).sum() + inEight.rest.reduce(0, +))
      let inSixteen = sums(terms, lanes: 16)
      #expect(sixteen == inSixteen.rest.reduce(SIMD16(inSixteen.partial).sum(), +))
    }
  }

  @Test("are scaled to unit length by division; zeros stay")
  func normalised() {
    let rows = Tensor<Float>([3, 4, 0, 0, 0.1, 0.7], shape: [3, 2]).normalisedRows()
    let norm = Float(0.1 * Float(0.1) + 0.7 * Float(0.7)).squareRoot()
    #expect(rows.elements == [3 / 5, 4 / 5, 0, 0, 0.1 / norm, 0.7 / norm])
    #expect(Tensor<Float>([3, 4, 1, 0], shape: [2, 2]).squaredRowNorms == [25, 1])
  }
}

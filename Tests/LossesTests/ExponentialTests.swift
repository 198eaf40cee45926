internal import CKernels
internal import Foundation
internal import Tensors
internal import Testing

@Suite("Logits and their exponentials")
struct ExponentialTests {
  @Test("the bias is added and the largest logit found, NaN passed over", arguments: [1, 7, 8, 19])
  func largest(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    let bias = (0..<count).map { _ in Float(random.normal()) }
    var logits = (0..<count).map { _ in Float(random.normal()) }
    if count > 1 { logits[count / 2] = .nan }
    let sums = zip(logits, bias).map { $0 + $1 }
    for kernel in [vector_add_largest, vector_add_largest_portable] {
      var (row, largest) = (logits, Float(0))
      kernel(bias, &row, count, &largest)
      #expect(zip(row, sums).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
      #expect(largest == sums.filter { !$0.isNaN }.max())
    }
  }

  @Test("exponentials are within 2 units in the last place, 0 below exp(-80)", arguments: [1, 7, 8, 4099])
  func exponentials(count: Int) {
    let offset: Float = 3.5
    let logits = (0..<count).map { offset - 85 * Float($0) / Float(count) }
    let exact = logits.map { $0 - offset < -80 ? 0 : exp(Double($0 - offset)) }
    var results: [[UInt32]] = []
    for kernel in [vector_exponentials, vector_exponentials_portable] {
      var (values, sums) = (logits, [Float](repeating: 7, count: 9))
      kernel(&values, count, offset, &sums)
      for (value, exact) in zip(values, exact) {
        #expect(abs(Double(value) - exact) <= (exact == 0 ? 0 : 2 * Double(Float(exact).ulp)))
      }
      let (sum, expected) = (Double(sums.reduce(0, +)), exact.reduce(0, +))
      #expect(abs(sum - expected) <= 1e-6 * expected)
      results.append((values + sums).map(\.bitPattern))
    }
    #expect(results[0] == results[1])
  }

  @Test("NaN stays NaN")
  func notANumber() {
    for place in [0, 8] {
      var (values, sums) = ([Float](repeating: 0, count: 9), [Float](repeating: 0, count: 9))
      values[place] = .nan
      vector_exponentials(&values, 9, 0, &sums)
      #expect(values[place].isNaN && sums[place].isNaN)
    }
  }
}

internal import CKernels
internal import Tensors
internal import Testing

/// Residual sums, pooling and steps of gradient descent, beside their formulas; every product and sum is rounded by itself, so the
/// results are equal.
@Suite("Kernels of residual sums, pooling and descent")
struct ElementKernelTests {
  private struct Numbers {
    private var random: SeededGenerator
    init(_ seed: Int) { random = SeededGenerator(seed: UInt64(seed)) }
    mutating func list(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
  }

  /// The bits of numbers; those of NaN are not defined.
  private func bits(_ numbers: [Float]) -> [UInt32] { numbers.map { $0.isNaN ? .max : $0.bitPattern } }

  @Test("residual sums", arguments: [1, 7, 8, 19], [false, true])
  func sums(channels: Int, hasReLU: Bool) {
    let (rows, from, branch, to) = (5, channels + 2, channels + 3, channels + 1)
    var numbers = Numbers(channels)
    var (x, f) = (numbers.list(rows * from), numbers.list(rows * branch))
    (x[from], f[branch + channels - 1]) = (.nan, .infinity)
    var expected = [Float](repeating: 7, count: rows * to)
    for row in 0..<rows {
      for channel in 0..<channels {
        let value = x[row * from + channel] + 0.3 * f[row * branch + channel]
        expected[row * to + channel] = hasReLU && value < 0 ? 0 : value
      }
    }
    for kernel in [rows_add_scaled, rows_add_scaled_portable] {
      var y = [Float](repeating: 7, count: rows * to)
      kernel(x, from, f, branch, 0.3, hasReLU ? 1 : 0, &y, to, rows, channels)
      #expect(bits(y) == bits(expected))
    }
  }

  @Test("masked slopes", arguments: [1, 7, 8, 19], [false, true])
  func slopes(channels: Int, accumulates: Bool) {
    let (rows, from, to) = (5, channels + 2, channels + 1)
    var numbers = Numbers(channels + 100)
    var (dy, y, before) = (numbers.list(rows * from), numbers.list(rows * from), numbers.list(rows * to))
    (y[0], y[from], dy[2 * from], before[to]) = (0, .nan, -.infinity, -0.0)
    for isMasked in [false, true] {
      var expected = before
      for row in 0..<rows {
        for channel in 0..<channels {
          let (source, place) = (row * from + channel, row * to + channel)
          let value = isMasked && y[source] <= 0 ? 0 : 0.3 * dy[source]
          expected[place] = accumulates ? expected[place] + value : value
        }
      }
      for kernel in [rows_scale_masked, rows_scale_masked_portable] {
        var target = before
        y.withUnsafeBufferPointer { y in
          let mask = isMasked ? y.baseAddress : nil
          kernel(dy, mask, from, 0.3, accumulates ? 1 : 0, &target, to, rows, channels)
        }
        #expect(bits(target) == bits(expected))
      }
    }
  }

  /// Windows of 3 x 2 places that overlap or leave places out, with equal maxima among whole numbers.
  @Test("maxima of windows, and their slopes", arguments: [1, 7, 8, 19], [1, 2, 3])
  func pooling(channels: Int, stride: Int) {
    let (windows, height, width, distance, apart) = (4, 3, 2, channels + 2, channels + 1)
    let line = (windows - 1) * stride + width + 1
    let shape = pooling_shape(
      channels: channels,
      windows: windows,
      stride: stride,
      kernel_height: height,
      kernel_width: width,
      line: line
    )
    var numbers = Numbers(channels * stride)
    var x = numbers.list(height * line * distance).map { ($0 * 2).rounded() }
    x[line * distance] = .nan
    let (dy, before) = (numbers.list(windows * apart), numbers.list(height * line * distance))
    var (maxima, slopes) = ([Float](repeating: 7, count: windows * apart), before)
    for window in 0..<windows {
      for channel in 0..<channels {
        let places = (0..<height).flatMap { row in
          (0..<width).map { (row * line + window * stride + $0) * distance + channel }
        }
        let largest = places.dropFirst().reduce(x[places[0]]) { $0 < x[$1] ? x[$1] : $0 }
        maxima[window * apart + channel] = largest
        if let place = places.first(where: { x[$0] == largest }) {
          slopes[place] += dy[window * apart + channel]
        }
      }
    }
    for (maximum, slope) in [
      (pooling_maxima, pooling_slopes), (pooling_maxima_portable, pooling_slopes_portable),
    ] {
      var (y, dx) = ([Float](repeating: 7, count: windows * apart), before)
      maximum(x, distance, shape, &y, apart)
      #expect(bits(y) == bits(maxima))
      slope(x, distance, shape, y, dy, apart, &dx, distance)
      #expect(dx == slopes)
    }
  }

  @Test("steps of gradient descent", arguments: [1, 7, 8, 19])
  func descent(count: Int) {
    var numbers = Numbers(count)
    let (values, velocities, gradients) = (numbers.list(count), numbers.list(count), numbers.list(count))
    let moved = (0..<count).map { 0.9 * velocities[$0] + (gradients[$0] + 0.01 * values[$0]) }
    let expected = zip(values, moved).map { $0 - 0.1 * $1 }
    for kernel in [vector_descend, vector_descend_portable] {
      var (weights, speeds) = (values, velocities)
      kernel(&weights, &speeds, gradients, count, 0.9, 0.01, 0.1)
      #expect(bits(speeds) == bits(moved))
      #expect(bits(weights) == bits(expected))
    }
  }
}

internal import CKernels
internal import Tensors
internal import Testing

@Suite("Kernels of batch normalisation")
struct RowKernelTests {
  /// Rows with gaps, among them numbers that are not finite.
  private struct Case {
    let (rows, channels): (Int, Int)
    let hasReLU: Bool
    let (x, dy): ([Float], [Float])
    let (mean, scale, shift, pull): ([Float], [Float], [Float], [Float])
    var distance: Int { channels + 3 }

    init(rows: Int, channels: Int, hasReLU: Bool) {
      (self.rows, self.channels, self.hasReLU) = (rows, channels, hasReLU)
      var random = SeededGenerator(seed: UInt64(100 * rows + channels))
      func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
      x = numbers(rows * (channels + 3))
      dy = numbers(rows * (channels + 3))
      (mean, scale, shift, pull) = (
        numbers(channels), numbers(channels), numbers(channels), numbers(channels)
      )
    }

    /// What the five kernels write.
    func results(isPortable: Bool, _ x: [Float]) -> [[Float]] {
      mean.withUnsafeBufferPointer { mean in
        scale.withUnsafeBufferPointer { scale in
          shift.withUnsafeBufferPointer { shift in
            let norm = rows_norm(
              mean: mean.baseAddress,
              scale: scale.baseAddress,
              shift: shift.baseAddress,
              has_relu: hasReLU ? 1 : 0
            )
            return results(isPortable, x, norm)
          }
        }
      }
    }

    private func results(_ isPortable: Bool, _ x: [Float], _ norm: rows_norm) -> [[Float]] {
      var y = [Float](repeating: 0.5, count: x.count)
      (isPortable ? rows_scale_portable : rows_scale)(x, distance, norm, &y, distance, rows, channels)
      var sums = [[Float]](repeating: [Float](repeating: 0.25, count: channels), count: 4)
      (isPortable ? rows_add_portable : rows_add)(x, distance, rows, channels, &sums[0])
      (isPortable ? rows_add_squares_portable : rows_add_squares)(
        x,
        distance,
        norm.mean,
        rows,
        channels,
        &sums[1]
      )
      var (slopes, products) = (sums[2], sums[3])
      (isPortable ? rows_add_slopes_portable : rows_add_slopes)(
        x,
        distance,
        dy,
        distance,
        norm,
        rows,
        channels,
        &slopes,
        &products
      )
      let gradient = isPortable ? rows_slopes_portable : rows_slopes
      var (fresh, added) = (y, y)
      gradient(x, distance, dy, distance, norm, mean, pull, &fresh, 0, rows, channels)
      gradient(x, distance, dy, distance, norm, mean, pull, &added, 1, rows, channels)
      return [y, sums[0], sums[1], slopes, products, fresh, added]
    }

    /// The same in Double, by the formulas.
    var expected: [[Double]] {
      var y = [Double](repeating: 0.5, count: x.count)
      var sums = [[Double]](repeating: [Double](repeating: 0.25, count: channels), count: 4)
      var fresh = y
      for row in 0..<rows {
        for channel in 0..<channels {
          let place = row * distance + channel
          let (value, scale) = (Double(x[place]), Double(scale[channel]))
          let output = value * scale + Double(shift[channel])
          y[place] = hasReLU ? max(0, output) : output
          let slope = hasReLU && output <= 0 ? 0 : Double(dy[place])
          let deviation = value - Double(mean[channel])
          sums[0][channel] += value
          sums[1][channel] += deviation * deviation
          sums[2][channel] += slope
          sums[3][channel] += slope * deviation
          fresh[place] = slope * scale + Double(mean[channel]) - value * Double(pull[channel])
        }
      }
      let added = zip(zip(fresh, y), y.indices).map { $1 % distance < channels ? $0.0 + $0.1 : 0.5 }
      return [y, sums[0], sums[1], sums[2], sums[3], fresh, added]
    }
  }

  @Test("are those of the formulas", arguments: [1, 7, 8, 17], [1, 8, 19])
  func formulas(rows: Int, channels: Int) {
    for hasReLU in [false, true] {
      let example = Case(rows: rows, channels: channels, hasReLU: hasReLU)
      let found = example.results(isPortable: false, example.x)
      for (found, expected) in zip(found, example.expected) {
        let error = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(found.count == expected.count && error < 2e-5)
      }
    }
  }

  @Test("have the same bits without AVX2, also of what is not finite", arguments: [1, 7, 8, 17], [1, 8, 19])
  func portable(rows: Int, channels: Int) {
    for hasReLU in [false, true] {
      let example = Case(rows: rows, channels: channels, hasReLU: hasReLU)
      for special in [1, .nan, .infinity, -.infinity, -0.0] as [Float] {
        var x = example.x
        x[x.count / 2] = special
        let fast = example.results(isPortable: false, x).map { $0.map(bits) }
        #expect(fast == example.results(isPortable: true, x).map { $0.map(bits) })
      }
    }
  }

  /// The bits of a number; those of NaN are not defined.
  private func bits(_ number: Float) -> UInt32 { number.isNaN ? .max : number.bitPattern }
}

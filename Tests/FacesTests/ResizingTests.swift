internal import CKernels
internal import Faces
internal import Tensors
internal import Testing

/// Pictures at other sizes have the bytes of the plain formula, whose sums are taken one by one.
@Suite("Resizing")
struct ResizingTests {
  /// The weights of old pixels for each new one along an axis, and the first of them.
  private func weights(_ old: Int, _ new: Int, _ filter: ResizingFilter) -> [(first: Int, weights: [Float])] {
    let ratio = Double(old) / Double(new)
    let (stretch, support) = (max(1, ratio), filter == .triangle ? 1.0 : 2.0)
    func value(_ distance: Double) -> Double {
      let x = abs(distance)
      if filter == .triangle { return max(0, 1 - x) }
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    }
    return (0..<new).map { index in
      let centre = (Double(index) + 0.5) * ratio
      let first = max(0, Int((centre - support * stretch + 0.5).rounded(.down)))
      let end = min(old, Int((centre + support * stretch + 0.5).rounded(.down)))
      let raw = (first..<max(first + 1, end)).map { value((Double($0) + 0.5 - centre) / stretch) }
      let sum = raw.reduce(0, +)
      return (first, raw.map { Float($0 / sum) })
    }
  }

  private func plain(_ image: Image, _ height: Int, _ width: Int, _ filter: ResizingFilter) -> [UInt8] {
    let (across, down) = (weights(image.width, width, filter), weights(image.height, height, filter))
    var rows: [Float] = []
    for row in 0..<image.height {
      for (first, weights) in across {
        for channel in 0..<3 {
          var sum: Float = 0
          for (place, weight) in weights.enumerated() {
            sum += weight * Float(image.pixels[(row * image.width + first + place) * 3 + channel])
          }
          rows.append(sum)
        }
      }
    }
    var pixels: [UInt8] = []
    for (first, weights) in down {
      for index in 0..<3 * width {
        var sum: Float = 0
        for (place, weight) in weights.enumerated() {
          sum += weight * rows[(first + place) * 3 * width + index]
        }
        pixels.append(UInt8(sum > 0 ? sum < 255 ? sum + 0.5 : 255 : 0))
      }
    }
    return pixels
  }

  @Test("has the bytes of the plain formula", arguments: ResizingFilter.allCases)
  func formula(filter: ResizingFilter) {
    var generator = SeededGenerator(seed: 8)
    let sizes = [(1, 1), (2, 3), (7, 5), (16, 16), (33, 20), (50, 41)]
    for (height, width) in sizes {
      // Mostly black and white, where cubics leave 0...255.
      let pixels = (0..<3 * height * width).map { _ in
        UInt8(max(0, min(255, 127.5 + 200 * generator.normal())))
      }
      let image = Image(height: height, width: width, pixels: pixels)
      for (newHeight, newWidth) in sizes + [(3, 64), (61, 2)] where (newHeight, newWidth) != (height, width) {
        let resized = image.resized(height: newHeight, width: newWidth, filter: filter)
        #expect(
          resized.pixels == plain(image, newHeight, newWidth, filter),
          "\(width) × \(height) to \(newWidth) × \(newHeight)"
        )
      }
    }
  }

  @Test("the kernels without AVX2 give the same bits")
  func portable() {
    var generator = SeededGenerator(seed: 9)
    let (columns, count, width) = (13, 5, 30)
    let line = (0..<3 * width).map { _ in UInt8(generator.uniform(in: 0..<256)) }
    let starts = (0..<columns).map { Int32($0 * 2) }
    let weights = (0..<(columns + 1) / 2 * count * 8).map { _ in Float(generator.normal()) }
    var results: [[Float]] = []
    for mix in [resizing_mix_pixels, resizing_mix_pixels_portable] {
      var numbers = [Float](repeating: 0, count: 3 * (width + count) + 1)
      var target = [Float](repeating: 0, count: 3 * columns + 4)
      mix(line, line.count, starts, weights, columns, count, &numbers, &target)
      results.append(Array(target.prefix(3 * columns)))
    }
    #expect(results[0] == results[1] && results[0].contains { $0 != 0 })

    var bytes: [[UInt8]] = []
    results[0].withUnsafeBufferPointer { first in
      let lines = [first.baseAddress, first.baseAddress]
      for mix in [resizing_mix_lines, resizing_mix_lines_portable] {
        var target = [UInt8](repeating: 1, count: 3 * columns)
        mix(lines, [0.7, -0.2], 2, 3 * columns, &target)
        bytes.append(target)
      }
    }
    #expect(bytes[0] == bytes[1] && Set(bytes[0]).count > 3)
  }
}

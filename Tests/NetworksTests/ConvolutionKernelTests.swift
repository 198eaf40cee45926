internal import CKernels
internal import Tensors
internal import Testing

/// The kernels of this processor, and those of a processor without AVX2, against sums in Double.
@Suite("Kernels of convolutions")
struct ConvolutionKernelTests {
  /// Images of 7 x 6 places and three channels under a kernel of 3 x 3: 9 numbers in each of 3 runs.
  private struct Case {
    let units: Int
    let placeCount: Int
    let places: [Int32]
    let targets: [Int32]
    let runs: [Int32] = [0, 18, 36]
    let runLength: Int
    let source: [Float]
    let weights: [Float]
    let slopes: [Float]
    /// Elements between the places of the target: more than there are units.
    let distance: Int

    init(units: Int, placeCount: Int, runLength: Int = 9) {
      self.units = units
      self.runLength = runLength
      self.placeCount = placeCount
      places = (0..<placeCount).map { (place: Int) -> Int32 in Int32(place / 4 * 18 + place % 4 * 3) }
      distance = units + 3
      let distance = distance
      targets = (0..<placeCount).map { Int32($0 * distance) }
      var generator = SeededGenerator(seed: UInt64(units * 100 + placeCount))
      func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.uniform(in: -1..<1)) } }
      source = numbers(18 * 40)
      let padded = (units + 15) / 16 * 16
      weights = numbers(padded * 3 * runLength)
      slopes = numbers(padded * placeCount)
    }

    func patch(_ place: Int, _ k: Int) -> Double { Double(source[Int(places[place] + runs[k / 9]) + k % 9]) }

    func withShape(_ body: (convolution_shape) -> Void) {
      places.withUnsafeBufferPointer { places in
        targets.withUnsafeBufferPointer { targets in
          runs.withUnsafeBufferPointer { runs in
            body(
              convolution_shape(
                places: places.baseAddress,
                targets: targets.baseAddress,
                place_count: placeCount,
                runs: runs.baseAddress,
                run_count: 3,
                run_length: runLength,
                units: units
              )
            )
          }
        }
      }
    }
  }

  typealias Forward =
    @Sendable (_ case: convolution_shape, _ x: [Float], _ w: [Float], _ y: inout [Float], Int32) -> Void
  static let forwards: [Forward] = [
    { convolution_forward($1, $2, &$3, $0, $4) }, { convolution_forward_portable($1, $2, &$3, $0, $4) },
  ]
  typealias Gradient =
    @Sendable (
      _ case: convolution_shape, _ x: [Float], _ dy: [Float], _ place: Int, _ block: Int, _ dw: inout [Float],
      Int32
    ) -> Void
  static let gradients: [Gradient] = [
    { convolution_weight_gradient($1, $2, $3, $4, &$5, $0, $6) },
    { convolution_weight_gradient_portable($1, $2, $3, $4, &$5, $0, $6) },
  ]

  @Test("forward, of all remainders of units and places", arguments: [0, 1], [1, 8, 9, 19])
  func forward(kernel: Int, units: Int) {
    for placeCount in [1, 7, 8, 13] {
      let example = Case(units: units, placeCount: placeCount)
      for accumulates in [0, 1] as [Int32] {
        let before = [Float](repeating: 0.5, count: placeCount * example.distance)
        var target = before
        example.withShape { Self.forwards[kernel]($0, example.source, example.weights, &target, accumulates) }
        var (error, isClean) = (0.0, true)
        for place in 0..<placeCount {
          for unit in 0..<example.distance {
            let value = Double(target[place * example.distance + unit])
            guard unit < units else {
              isClean = isClean && value == 0.5
              continue
            }
            var sum = accumulates == 1 ? 0.5 : 0
            for k in 0..<27 {
              sum += example.patch(place, k) * Double(example.weights[(unit / 16 * 27 + k) * 16 + unit % 16])
            }
            error = max(error, abs(value - sum))
          }
        }
        #expect(error < 4e-6 && isClean)
      }
    }
  }

  @Test(
    "gradient in the weights, of all remainders of units and places",
    arguments: [0, 1],
    [1, 8, 9, 16, 24]
  )
  func gradient(kernel: Int, units: Int) {
    for placeCount in [1, 7] {
      for accumulates in [0, 1] as [Int32] {
        let example = Case(units: units, placeCount: placeCount)
        // What is overwritten is not read.
        let before = [Float](repeating: accumulates == 1 ? 0.25 : .nan, count: example.weights.count)
        var weights = before
        example.withShape {
          Self.gradients[kernel](
            $0,
            example.source,
            example.slopes,
            16,
            16 * placeCount,
            &weights,
            accumulates
          )
        }
        var error = 0.0
        for unit in 0..<units {
          for k in 0..<27 {
            var sum = accumulates == 1 ? 0.25 : 0
            for place in 0..<placeCount {
              let slope = example.slopes[(unit / 16 * placeCount + place) * 16 + unit % 16]
              sum += example.patch(place, k) * Double(slope)
            }
            let value = Double(weights[(unit / 16 * 27 + k) * 16 + unit % 16])
            error = value.isNaN ? .infinity : max(error, abs(value - sum))
          }
        }
        #expect(error < 4e-6)
        // The same slopes as rows, each place's behind one another and then a gap.
        let distance = (units + 7) / 8 * 8 + 5
        let rows = (0..<placeCount * distance).map { place in
          let unit = place % distance
          return unit < distance - 5
            ? example.slopes[(unit / 16 * placeCount + place / distance) * 16 + unit % 16] : .nan
        }
        var inPlace = before
        example.withShape {
          Self.gradients[kernel]($0, example.source, rows, distance, 16, &inPlace, accumulates)
        }
        #expect(inPlace.map(\.bitPattern) == weights.map(\.bitPattern))
      }
    }
  }

  #if arch(x86_64)
    @Test(
      "with AVX-512 the sums have the bits of AVX2, of all remainders of units and places",
      .enabled(if: widest_vectors() == 16, "the processor has no AVX-512"),
      arguments: [8, 16, 24, 32, 40, 56, 64]
    )
    func wide(units: Int) {
      for placeCount in [1, 5, 11, 12, 13, 17, 18, 19, 31] {
        let example = Case(units: units, placeCount: placeCount, runLength: 32 - placeCount)
        for accumulates in [0, 1] as [Int32] {
          var targets = [Float](repeating: 0.5, count: placeCount * example.distance)
          var wideTargets = targets
          var weights = [Float](repeating: 0.25, count: example.weights.count)
          var wideWeights = weights
          let block = 16 * placeCount
          example.withShape {
            let (x, w, dy) = (example.source, example.weights, example.slopes)
            convolution_forward_avx2(x, w, &targets, $0, accumulates)
            convolution_forward_avx512(x, w, &wideTargets, $0, accumulates)
            convolution_weight_gradient_avx2(x, dy, 16, block, &weights, $0, accumulates)
            convolution_weight_gradient_avx512(x, dy, 16, block, &wideWeights, $0, accumulates)
          }
          #expect(targets != [Float](repeating: 0.5, count: targets.count) && wideTargets == targets)
          #expect(weights != [Float](repeating: 0.25, count: weights.count) && wideWeights == weights)
        }
      }
    }
  #endif

  @Test(
    "a copy of what a batch norm makes of an image, with zeros around it",
    arguments: [3, 8, 19],
    [false, true]
  )
  func normalisedCopy(channels: Int, hasReLU: Bool) {
    let (height, width, distance) = (4, 5, channels + 2)
    var generator = SeededGenerator(seed: UInt64(channels))
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.uniform(in: -1..<1)) } }
    let (x, coefficients) = (numbers(2 * height * width * distance), numbers(2 * channels))
    // Two of the lines lie above the image, one below it; two places of zeros before a line, one behind.
    let (lines, line) = (height + 3, (width + 3) * channels)
    let shape = padding_shape(
      images: 2,
      lines: lines,
      first_line: -2,
      height: height,
      source_image: height * width * distance,
      source_line: width * distance,
      copy_image: lines * line,
      zeros_before: 2 * channels,
      places: width,
      channels: channels,
      source_place: distance,
      zeros_behind: channels
    )
    let expected = (0..<2 * lines * line).map { index -> Float in
      let (image, row, place) = (index / line / lines, index / line % lines - 2, index % line / channels - 2)
      guard (0..<height).contains(row), (0..<width).contains(place) else { return 0 }
      let channel = index % channels
      let value = x[((image * height + row) * width + place) * distance + channel]
      let output = value * coefficients[channel] + coefficients[channels + channel]
      return hasReLU ? max(0, output) : output
    }
    for copies in [convolution_copy_normalised, convolution_copy_normalised_portable] {
      var copy = [Float](repeating: .nan, count: expected.count)
      coefficients.withUnsafeBufferPointer {
        guard let scale = $0.baseAddress else { return }
        let norm = rows_norm(mean: scale, scale: scale, shift: scale + channels, has_relu: hasReLU ? 1 : 0)
        copies(x, norm, &copy, shape)
      }
      #expect(copy == expected)
    }
  }

  @Test(
    "groups are added up in order, of all remainders of rows and units",
    arguments: [1, 8, 13, 16],
    [0, 1]
  )
  func groupSums(units: Int, continues: Int32) {
    for rowCount in [1, 63, 64, 65, 130] {
      let (groupCount, distance, length) = (3, 16 * rowCount + 7, units + 2)
      var generator = SeededGenerator(seed: UInt64(units + rowCount))
      let groups = (0..<groupCount * distance).map { _ in Float(generator.uniform(in: -1..<1)) }
      let expected = (0..<rowCount * length).map { index -> Float in
        let (row, unit) = (index / length, index % length)
        guard unit < units else { return 0.25 }
        let values = (0..<groupCount).map { groups[$0 * distance + 16 * row + unit] }
        return continues == 1 ? values.reduce(0.25, +) : values[0] + values[1] + values[2]
      }
      for sum in [convolution_sum_groups, convolution_sum_groups_portable] {
        var gradient = [Float](repeating: 0.25, count: rowCount * length)
        sum(groups, groupCount, distance, continues, &gradient, length, rowCount, units)
        #expect(gradient == expected)
      }
    }
  }

  @Test("eight rows are packed, of all remainders of eight", arguments: [1, 7, 8, 9, 31])
  func packing(length: Int) {
    let rows = (0..<8 * 33).map(Float.init)
    for pack in [convolution_pack_rows, convolution_pack_rows_portable] {
      var packed = [Float](repeating: -1, count: 16 * length)
      pack(rows, 33, length, &packed)
      let expected = (0..<16 * length).map { index -> Float in
        let (k, unit) = (index / 16, index % 16)
        return unit < 8 ? rows[unit * 33 + k] : -1
      }
      #expect(packed == expected)
    }
  }
}

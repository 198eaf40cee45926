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
    let runLength = 9
    let source: [Float]
    let weights: [Float]
    let slopes: [Float]
    /// Elements between the places of the target: more than there are units.
    let distance: Int

    init(units: Int, placeCount: Int) {
      self.units = units
      self.placeCount = placeCount
      places = (0..<placeCount).map { (place: Int) -> Int32 in Int32(place / 4 * 18 + place % 4 * 3) }
      distance = units + 3
      let distance = distance
      targets = (0..<placeCount).map { Int32($0 * distance) }
      var generator = SeededGenerator(seed: UInt64(units * 100 + placeCount))
      func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.uniform(in: -1..<1)) } }
      source = numbers(18 * 40)
      let blocks = (units + 7) / 8
      weights = numbers(blocks * 27 * 8)
      slopes = numbers(blocks * placeCount * 8)
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
              sum += example.patch(place, k) * Double(example.weights[(unit / 8 * 27 + k) * 8 + unit % 8])
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
          Self.gradients[kernel]($0, example.source, example.slopes, 8, 8 * placeCount, &weights, accumulates)
        }
        var error = 0.0
        for unit in 0..<units {
          for k in 0..<27 {
            var sum = accumulates == 1 ? 0.25 : 0
            for place in 0..<placeCount {
              let slope = example.slopes[(unit / 8 * placeCount + place) * 8 + unit % 8]
              sum += example.patch(place, k) * Double(slope)
            }
            let value = Double(weights[(unit / 8 * 27 + k) * 8 + unit % 8])
            error = value.isNaN ? .infinity : max(error, abs(value - sum))
          }
        }
        #expect(error < 4e-6)
        // The same slopes as rows, each place's behind one another and then a gap.
        let distance = (units + 7) / 8 * 8 + 5
        let rows = (0..<placeCount * distance).map { place in
          let unit = place % distance
          return unit < distance - 5
            ? example.slopes[(unit / 8 * placeCount + place / distance) * 8 + unit % 8] : .nan
        }
        var inPlace = before
        example.withShape {
          Self.gradients[kernel]($0, example.source, rows, distance, 8, &inPlace, accumulates)
        }
        #expect(inPlace == weights)
      }
    }
  }

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

  @Test("eight rows are packed, of all remainders of eight", arguments: [1, 7, 8, 9, 31])
  func packing(length: Int) {
    let rows = (0..<8 * 33).map(Float.init)
    for pack in [convolution_pack_rows, convolution_pack_rows_portable] {
      var packed = [Float](repeating: -1, count: 8 * length + 1)
      pack(rows, 33, length, &packed)
      let expected = (0..<8 * length).map { rows[$0 % 8 * 33 + $0 / 8] }
      #expect(packed == expected + [-1])
    }
  }

  @Test("Winograd's transforms have the same bits without AVX2")
  func winograd() {
    let (tiles, channels) = (12, 24)
    let shape = winograd_shape(
      images: 2,
      tile_rows: 2,
      tile_columns: 3,
      height: 3,
      width: 5,
      source_image: 6 * 8 * 24,
      source_line: 8 * 24,
      source_place: 24,
      target_image: 3 * 5 * 30,
      target_line: 5 * 30,
      target_place: 30
    )
    var generator = SeededGenerator(seed: 9)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.uniform(in: -1..<1)) } }
    let (source, slopes, plane) = (numbers(2 * 6 * 8 * 24), numbers(2 * 3 * 5 * 30), tiles * channels + 16)
    let (products, weights) = (numbers(16 * plane), numbers(9 * channels * 8))
    /// The results of the five transforms, each written behind numbers that show what it leaves alone.
    func results(_ isPortable: Bool) -> [[Float]] {
      var all = [16 * plane, 2 * 3 * 5 * 30, 32 * (16 * tiles + 16), 16 * plane, 9 * channels * 30]
        .map { [Float](repeating: 0.5, count: $0) }
      let input = isPortable ? winograd_input_portable : winograd_input
      input(source, &all[0], plane, shape, channels)
      let output = isPortable ? winograd_output_portable : winograd_output
      output(products, plane, channels, &all[1], shape, channels, 1)
      let gradient = isPortable ? winograd_slopes_portable : winograd_slopes
      gradient(slopes, &all[2], 16 * tiles + 16, shape, channels)
      let weight = isPortable ? winograd_weights_portable : winograd_weights
      weight(weights, &all[3], plane, channels)
      let sums = isPortable ? winograd_weight_gradient_portable : winograd_weight_gradient
      sums(products, plane / 3, 3, plane, &all[4], 30, channels / 3, channels / 3, 1)
      return all
    }
    #expect(results(false) == results(true))
  }
}

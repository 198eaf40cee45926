internal import CKernels
internal import Tensors
internal import Testing

/// The transforms of Winograd's algorithm, which only add, subtract and halve.
@Suite("Kernels of Winograd's algorithm")
struct WinogradKernelTests {
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
    let (products, weights) = (numbers(16 * plane), numbers(9 * channels * 16))
    /// The results of the five transforms, each written behind numbers that show what it leaves alone.
    func results(_ isPortable: Bool) -> [[Float]] {
      var all = [16 * plane, 2 * 3 * 5 * 30, 16 * (32 * tiles + 16), 16 * 2 * plane, 9 * channels * 30]
        .map { [Float](repeating: 0.5, count: $0) }
      let input = isPortable ? winograd_input_portable : winograd_input
      input(source, &all[0], plane, shape, channels)
      let output = isPortable ? winograd_output_portable : winograd_output
      output(products, plane, channels, &all[1], shape, channels, 1)
      let gradient = isPortable ? winograd_slopes_portable : winograd_slopes
      gradient(slopes, &all[2], 32 * tiles + 16, shape, channels)
      let weight = isPortable ? winograd_weights_portable : winograd_weights
      weight(weights, &all[3], 2 * plane, channels)
      let sums = isPortable ? winograd_weight_gradient_portable : winograd_weight_gradient
      sums(products, plane / 3, 3, plane, &all[4], 30, channels / 6, channels / 6, 1)
      return all
    }
    #expect(results(false) == results(true))
  }
}

internal import CConvolution

/// Inner products of probes with a block of distractors in Float, by the kernel of convolutions.
///
/// The kernel reads probes in place and the distractors packed, which costs once a block. It is a fifth faster here than
/// OpenBLAS, which packs both for each product, and its sums have one order on all processors with fused multiply-add.
struct RowProducts: ~Copyable {
  private let length: Int
  /// For each part of the dimensions `[row / 8, dimension, 8]`.
  private let packed: UnsafeMutableBufferPointer<Float>
  private var count = 0

  /// Allocates memory for blocks of up to `capacity` distractors; `nil` for rows too long for the kernel's offsets.
  init?(capacity: Int, length: Int) {
    guard length <= 1 << 20 else { return nil }
    self.length = length
    packed = .allocate(capacity: max(1, (capacity + 7) / 8 * 8 * length))
  }

  deinit { packed.deallocate() }

  /// The parts of a row that are summed by themselves: long sums would err more than scores allow.
  private var parts: [Range<Int>] {
    stride(from: 0, to: length, by: 256).map { $0..<min(length, $0 + 256) }
  }

  /// Takes the distractors of a block, `[row, dimension]`.
  mutating func pack(_ rows: UnsafePointer<Float>, count: Int) {
    self.count = count
    guard let start = packed.baseAddress else { return }
    let (whole, padded) = (count / 8, (count + 7) / 8 * 8)
    for part in parts {
      let target = start + part.lowerBound * padded
      for group in 0..<whole {
        let first = rows + 8 * group * length + part.lowerBound
        convolution_pack_rows(first, length, part.count, target + 8 * group * part.count)
      }
      guard 8 * whole < count else { continue }
      let last = target + 8 * whole * part.count
      last.update(repeating: 0, count: 8 * part.count)
      for row in 8 * whole..<count {
        for (k, place) in part.enumerated() { last[8 * k + row - 8 * whole] = rows[row * length + place] }
      }
    }
  }

  /// Writes the inner products of some probes, `[probe, dimension]`, with the block to `target`, `[probe, row]`.
  func multiply(_ probes: UnsafePointer<Float>, _ probeCount: Int, into target: UnsafeMutablePointer<Float>) {
    guard let start = packed.baseAddress else { return }
    let places = (0..<probeCount).map { Int32($0 * length) }
    let targets = (0..<probeCount).map { Int32($0 * count) }
    let run: Int32 = 0
    places.withUnsafeBufferPointer { places in
      targets.withUnsafeBufferPointer { targets in
        withUnsafePointer(to: run) { run in
          for part in parts {
            let shape = convolution_shape(
              places: places.baseAddress,
              targets: targets.baseAddress,
              place_count: probeCount,
              runs: run,
              run_count: 1,
              run_length: part.count,
              units: count
            )
            convolution_forward(
              probes + part.lowerBound,
              start + part.lowerBound * ((count + 7) / 8 * 8),
              target,
              shape,
              part.lowerBound > 0 ? 1 : 0
            )
          }
        }
      }
    }
  }
}

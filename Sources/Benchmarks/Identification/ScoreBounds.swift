package import CBounds
package import Tensors

/// Upper bounds of scores, cheaper than the scores themselves, that exclude distractors below every genuine score.
///
/// Rows are quantised to integers of at most ±45, or ±127 where the processor has AVX-512's VNNI, whose products are exact; the
/// rounding errors bound the score of unit features within about 0.1 or 0.03. Few distractors come so near to the lowest genuine
/// score: only their scores are computed.
package struct ScoreBounds: Sendable {
  private let kernel: bounds_kernel
  let length: Int
  private let packs: [UInt8]
  private let packSize: Int
  private let slack: Float

  /// - Parameters:
  ///   - probes: `[image, dimension]`.
  ///   - lowest: the score `2 p·d − |p|² − |d|²` from which on a distractor is of interest.
  ///   - kernels: the instructions to choose from, the best first.
  /// - Returns: `nil` where the processor has none of them, or rows are too long for products in 32 bits.
  package init?(
    probes: Tensor<Float>,
    squaredNorms: [Float],
    lowest: Float,
    kernels: [bounds_kernel] = [bounds_vnni, bounds_avx2]
  ) {
    let length = probes.rowLength
    let fitting = kernels.first { bounds_has($0) != 0 && length <= ($0 == bounds_vnni ? 1 << 17 : 1 << 20) }
    guard let kernel = fitting else { return nil }
    // A dot product adds 16 partial sums, each of length / 16 numbers: each addition errs by 2⁻²⁴ at most.
    let slack = 0x1p-15 + Float(length) * 0x1p-27
    let size = bounds_pack_size(length)
    let atOnce = bounds_probes_at_once
    let limits = squaredNorms.map { lowest + $0 - slack * (abs(lowest) + $0) }
    var packs = [UInt8](repeating: 0, count: (probes.rowCount + atOnce - 1) / atOnce * size)
    probes.withUnsafePointer { rows in
      packs.withUnsafeMutableBytes { packs in
        for (pack, start) in stride(from: 0, to: probes.rowCount, by: atOnce).enumerated() {
          let count = min(atOnce, probes.rowCount - start)
          limits.withUnsafeBufferPointer { limits in
            bounds_pack_probes(
              kernel,
              rows + start * length,
              limits.baseAddress.map { $0 + start },
              count,
              length,
              slack,
              packs.baseAddress.map { $0 + pack * size }
            )
          }
        }
      }
    }
    self.kernel = kernel
    self.length = length
    self.packs = packs
    packSize = size
    self.slack = slack
  }

  /// Distractors in packed form.
  package struct Rows: ~Copyable {
    fileprivate let bytes: UnsafeMutableRawPointer

    /// Allocates memory for a number of distractors.
    package init(capacity: Int, length: Int) {
      let blockLength = bounds_block_length
      let blocks = (capacity + blockLength - 1) / blockLength
      bytes = .allocate(byteCount: max(1, blocks) * bounds_block_size(length), alignment: 64)
    }

    deinit { bytes.deallocate() }
  }

  /// Packs distractors, `[row, dimension]`.
  package func pack(_ distractors: UnsafePointer<Float>, count: Int, into rows: borrowing Rows) {
    let blockLength = bounds_block_length
    for (block, start) in stride(from: 0, to: count, by: blockLength).enumerated() {
      bounds_pack_block(
        kernel,
        distractors + start * length,
        min(blockLength, count - start),
        length,
        slack,
        rows.bytes + block * bounds_block_size(length)
      )
    }
  }

  /// Returns the pairs of probes and packed distractors that are not excluded; `nil` where they are too many for the buffer.
  ///
  /// - Parameter probes: from a multiple of 4 on; the places of the pairs count from it.
  package func undecided(
    probes: Range<Int>,
    rows: borrowing Rows,
    count: Int,
    buffer: UnsafeMutableBufferPointer<bounds_pair>
  ) -> UnsafeMutableBufferPointer<bounds_pair>.SubSequence? {
    let atOnce = bounds_probes_at_once
    let blockLength = bounds_block_length
    precondition(probes.lowerBound.isMultiple(of: atOnce), "probe \(probes.lowerBound) opens no pack")
    let found = packs.withUnsafeBytes { packs in
      bounds_find(
        kernel,
        packs.baseAddress.map { $0 + probes.lowerBound / atOnce * packSize },
        (probes.count + atOnce - 1) / atOnce,
        rows.bytes,
        (count + blockLength - 1) / blockLength,
        length,
        buffer.baseAddress,
        buffer.count
      )
    }
    return found < 0 ? nil : buffer[..<found]
  }
}

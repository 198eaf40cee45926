/// JPEG-like compression of blocks of 8 × 8 pixels: discrete cosine transform (DCT), coarse rounding, inverse transform.
enum CosineBlock {
  /// One vector over the places for each frequency, orthonormal; and its transpose.
  private static let frequencies: [Vector] = (0..<8).map { frequency in
    var vector = Vector.zero
    for place in 0..<8 { vector[place] = cosine(frequency, place) }
    return vector
  }
  private static let places: [Vector] = (0..<8).map { place in
    var vector = Vector.zero
    for frequency in 0..<8 { vector[frequency] = cosine(frequency, place) }
    return vector
  }

  private static func cosine(_ frequency: Int, _ place: Int) -> Float {
    // Whole turns of 32 steps are taken off first, so that the angle lies within ±π.
    let step = (2 * place + 1) * frequency % 32
    let angle = Float(step <= 16 ? step : step - 32) * (3.1415927 / 16)
    return (frequency == 0 ? 0.35355339 : 0.5) * sineAndCosine(angle).cosine
  }

  /// Compresses every whole block of a plane; what remains at the edges stays as it is.
  static func compress(_ plane: UnsafeMutableRawPointer, size: Int, stride: Int, loss: Float) {
    frequencies.withUnsafeBufferPointer { frequencies in
      places.withUnsafeBufferPointer { places in
        withUnsafeTemporaryAllocation(of: Vector.self, capacity: 16) { work in
          for row in Swift.stride(from: 0, to: size - 7, by: 8) {
            for column in Swift.stride(from: 0, to: size - 7, by: 8) {
              let block = plane + (row * stride + column) * 4
              compress(block, stride: stride * 4, loss: loss, work: work, frequencies, places)
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func compress(
    _ block: UnsafeMutableRawPointer,
    stride: Int,
    loss: Float,
    work: UnsafeMutableBufferPointer<Vector>,
    _ frequencies: UnsafeBufferPointer<Vector>,
    _ places: UnsafeBufferPointer<Vector>
  ) {
    // Along the rows: a row times the basis, a sum of eight vectors.
    for row in 0..<8 {
      let pixels = block.loadUnaligned(fromByteOffset: row * stride, as: Vector.self)
      var sum = Vector.zero
      for place in 0..<8 { sum += places[place] * pixels[place] }
      work[row] = sum
    }
    // Along the columns, with the rounding.
    for frequency in 0..<8 {
      var sum = Vector.zero
      for row in 0..<8 { sum += work[row] * frequencies[frequency][row] }
      let step = (Vector(0, 1, 2, 3, 4, 5, 6, 7) + Float(frequency)) * (0.5 * 0.03 * loss) + 0.03 * loss
      work[8 + frequency] = nearest(sum / step) * step
    }
    for row in 0..<8 {
      var sum = Vector.zero
      for frequency in 0..<8 { sum += work[8 + frequency] * places[row][frequency] }
      work[row] = sum
    }
    for row in 0..<8 {
      var sum = Vector.zero
      for frequency in 0..<8 { sum += frequencies[frequency] * work[row][frequency] }
      block.storeBytes(of: sum, toByteOffset: row * stride, as: Vector.self)
    }
  }

  /// Rounds to whole numbers, halves to even, numbers below 2²²: adding 1.5 · 2²³ leaves no room for a part.
  @inline(__always)
  private static func nearest(_ value: Vector) -> Vector { (value + 12_582_912) - 12_582_912 }
}

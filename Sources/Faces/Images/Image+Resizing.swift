internal import Tensors

extension Image {
  /// Returns the picture at another size.
  ///
  /// Each new pixel is a weighted mean of the old ones around its place. Where the picture shrinks, the filter
  /// widens with it, so that every old pixel counts and nothing aliases. Values are rounded once, at the end.
  ///
  /// - Precondition: `height` and `width` are above 0.
  public func resized(height: Int, width: Int, filter: ResizingFilter = .triangle) -> Image {
    require(height > 0 && width > 0, "a picture of \(width) × \(height) pixels")
    guard height != self.height || width != self.width else { return self }
    let across = Weights(from: self.width, to: width, filter)
    let down = Weights(from: self.height, to: height, filter)
    var result = [UInt8](repeating: 0, count: height * width * 3)
    // First along the rows, of which the old number remain.
    var rows = [Float](repeating: 0, count: self.height * width * 3 + 1)
    var line = [Float](repeating: 0, count: self.width * 3 + 1)
    for row in 0..<self.height {
      line.withUnsafeMutableBufferPointer { line in
        pixels.withUnsafeBufferPointer { pixels in
          let old = UnsafeBufferPointer(
            rebasing: pixels[(row * self.width * 3)..<((row + 1) * self.width * 3)]
          )
          for index in old.indices { line[index] = Float(old[index]) }
        }
      }
      rows.withUnsafeMutableBufferPointer { across.mixPixels(of: line, into: $0[(row * width * 3)...]) }
    }
    for row in 0..<height {
      result.withUnsafeMutableBufferPointer {
        down.mixRows(rows, to: row, into: $0[(row * width * 3)..<((row + 1) * width * 3)])
      }
    }
    return Image(height: height, width: width, pixels: result)
  }
}

@inline(__always)
func rounded(_ value: Float) -> UInt8 {
  UInt8(value > 0 ? value < 255 ? value + 0.5 : 255 : 0)
}

/// Rounds eight values as `rounded` does.
@inline(__always)
private func rounded(_ values: SIMD8<Float>) -> SIMD8<UInt8> {
  let limited = values.replacing(with: 0, where: values .< 0).replacing(with: 255, where: values .> 255) + 0.5
  // Adding 2²³ leaves an integer in the lowest bits. It is the nearest one: one too many where it is above the value.
  let shifted = limited + 0x1p23
  let excess = SIMD8<UInt32>.zero.replacing(with: 1, where: shifted - 0x1p23 .> limited)
  return SIMD8<UInt8>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &- excess)
}

/// The interpolation filter of resizing.
public enum ResizingFilter: String, CaseIterable, Sendable {
  /// Linear interpolation, Pillow's `BILINEAR`.
  case triangle
  /// Catmull–Rom's cubic with a = −1/2, Pillow's `BICUBIC`.
  case cubic

  var support: Double { self == .triangle ? 1 : 2 }

  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .triangle: return max(0, 1 - x)
    case .cubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    }
  }
}

/// The weights of old pixels for each new one along an axis. Every sum is taken in the order of the old pixels, each product
/// rounded, so that vectors change no bits.
private struct Weights {
  /// For each new pixel: the first old one, its place in `weights`, and how many there are.
  private var spans: [(start: Int, first: Int, count: Int)] = []
  private var weights: [Float] = []

  init(from old: Int, to new: Int, _ filter: ResizingFilter) {
    let ratio = Double(old) / Double(new)
    let stretch = max(ratio, 1)
    for index in 0..<new {
      let centre = (Double(index) + 0.5) * ratio
      let first = max(0, Int((centre - filter.support * stretch + 0.5).rounded(.down)))
      let end = min(old, Int((centre + filter.support * stretch + 0.5).rounded(.down)))
      let raw = (first..<max(first + 1, end)).map { filter.weight((Double($0) + 0.5 - centre) / stretch) }
      let sum = raw.reduce(0, +)
      spans.append((first, weights.count, raw.count))
      weights += raw.map { Float($0 / sum) }
    }
  }

  /// Writes the new pixels of one row.
  ///
  /// - Parameters:
  ///   - line: the old pixels, `[column, channel]`, and one number more.
  ///   - target: the new ones, `[column, channel]`, and one number more, which is overwritten.
  func mixPixels(of line: [Float], into target: Slice<UnsafeMutableBufferPointer<Float>>) {
    let target = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: target))
    let pixel = 3 * MemoryLayout<Float>.stride
    line.withUnsafeBytes { line in
      weights.withUnsafeBufferPointer { weights in
        for (column, span) in spans.enumerated() {
          // Red, green, blue, and the red of the next pixel, in whose place the next sum begins.
          var sum = SIMD4<Float>.zero
          for place in 0..<span.count {
            let old = line.loadUnaligned(fromByteOffset: (span.start + place) * pixel, as: SIMD4<Float>.self)
            sum += weights[span.first + place] * old
          }
          target.storeBytes(of: sum, toByteOffset: column * pixel, as: SIMD4<Float>.self)
        }
      }
    }
  }

  /// Writes a new row, rounded.
  ///
  /// - Parameters:
  ///   - rows: the old rows, `[row, column, channel]`.
  ///   - target: the new one, `[column, channel]`.
  func mixRows(_ rows: [Float], to row: Int, into target: Slice<UnsafeMutableBufferPointer<UInt8>>) {
    let target = UnsafeMutableBufferPointer(rebasing: target)
    let (span, length) = (spans[row], target.count)
    let whole = length & ~7
    rows.withUnsafeBytes { rows in
      weights.withUnsafeBufferPointer { weights in
        func old(_ place: Int, _ index: Int) -> Int {
          ((span.start + place) * length + index) * MemoryLayout<Float>.stride
        }
        for start in stride(from: 0, to: whole, by: 8) {
          var sum = SIMD8<Float>.zero
          for place in 0..<span.count {
            let old = rows.loadUnaligned(fromByteOffset: old(place, start), as: SIMD8<Float>.self)
            sum += weights[span.first + place] * old
          }
          UnsafeMutableRawBufferPointer(target).storeBytes(
            of: rounded(sum),
            toByteOffset: start,
            as: SIMD8<UInt8>.self
          )
        }
        for index in whole..<length {
          var sum: Float = 0
          for place in 0..<span.count {
            sum += weights[span.first + place] * rows.load(fromByteOffset: old(place, index), as: Float.self)
          }
          target[index] = rounded(sum)
        }
      }
    }
  }
}

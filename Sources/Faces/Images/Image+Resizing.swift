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
    // First along the rows, of which the old number remain.
    var rows = [Float](repeating: 0, count: self.height * width * 3)
    pixels.withUnsafeBufferPointer { pixels in
      rows.withUnsafeMutableBufferPointer { rows in
        for row in 0..<self.height {
          for column in 0..<width {
            across.sum(at: column) { place, weight in
              let source = (row * self.width + place) * 3
              let target = (row * width + column) * 3
              for channel in 0..<3 { rows[target + channel] += weight * Float(pixels[source + channel]) }
            }
          }
        }
      }
    }
    var result = [UInt8](repeating: 0, count: height * width * 3)
    var line = [Float](repeating: 0, count: width * 3)
    for row in 0..<height {
      for index in line.indices { line[index] = 0 }
      down.sum(at: row) { place, weight in
        for index in 0..<width * 3 { line[index] += weight * rows[place * width * 3 + index] }
      }
      for index in line.indices { result[row * width * 3 + index] = rounded(line[index]) }
    }
    return Image(height: height, width: width, pixels: result)
  }
}

@inline(__always)
func rounded(_ value: Float) -> UInt8 {
  UInt8(value > 0 ? value < 255 ? value + 0.5 : 255 : 0)
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

/// The weights of old pixels for each new one along an axis.
private struct Weights {
  private var starts: [Int] = []
  private var weights: [[Float]] = []

  init(from old: Int, to new: Int, _ filter: ResizingFilter) {
    let ratio = Double(old) / Double(new)
    let stretch = max(ratio, 1)
    for index in 0..<new {
      let centre = (Double(index) + 0.5) * ratio
      let first = max(0, Int((centre - filter.support * stretch + 0.5).rounded(.down)))
      let end = min(old, Int((centre + filter.support * stretch + 0.5).rounded(.down)))
      let raw = (first..<max(first + 1, end)).map { filter.weight((Double($0) + 0.5 - centre) / stretch) }
      let sum = raw.reduce(0, +)
      starts.append(first)
      weights.append(raw.map { Float($0 / sum) })
    }
  }

  @inline(__always)
  func sum(at index: Int, _ add: (Int, Float) -> Void) {
    for (offset, weight) in weights[index].enumerated() { add(starts[index] + offset, weight) }
  }
}

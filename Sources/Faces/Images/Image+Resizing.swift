internal import CKernels
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
    let result = [UInt8](unsafeUninitializedCapacity: height * width * 3) { target, count in
      count = height * width * 3
      pixels.withUnsafeBufferPointer { pixels in
        guard let pixels = pixels.baseAddress, let target = target.baseAddress else { return }
        write(pixels, height: height, width: width, filter, into: target)
      }
    }
    return Image(height: height, width: width, pixels: result)
  }

  /// Writes the pixels of this picture at another size.
  private func write(
    _ pixels: UnsafePointer<UInt8>,
    height: Int,
    width: Int,
    _ filter: ResizingFilter,
    into target: UnsafeMutablePointer<UInt8>
  ) {
    let across = Weights(from: self.width, to: width, filter)
    let down = Weights(from: self.height, to: height, filter)
    let (starts, pairs) = (across.starts, across.ofPairs)
    let (columnCount, lineCount) = (across.largestCount, down.largestCount)
    // The old lines that a new one needs, mixed along the lines first; each in the place of its number's remainder.
    let room = 3 * width + 4
    let mixed = UnsafeMutablePointer<Float>.allocate(capacity: lineCount * room)
    defer { mixed.deallocate() }
    var numbers = [Float](repeating: 0, count: 3 * (self.width + columnCount) + 1)
    var next = 0
    for line in 0..<height {
      let span = down.spans[line]
      let old = span.start..<span.start + span.count
      for number in old where number >= next {
        resizing_mix_pixels(
          pixels + number * self.width * 3,
          self.width * 3,
          starts,
          pairs,
          width,
          columnCount,
          &numbers,
          mixed + number % lineCount * room
        )
      }
      next = old.upperBound
      let lines = old.map { UnsafePointer<Float>?(mixed + $0 % lineCount * room) }
      let weights = Array(down.weights[span.first..<span.first + span.count])
      resizing_mix_lines(lines, weights, span.count, 3 * width, target + line * width * 3)
    }
  }
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
  /// For each new pixel: the first old one, its place in `weights`, and how many there are.
  private(set) var spans: [(start: Int, first: Int, count: Int)] = []
  private(set) var weights: [Float] = []

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

  /// The largest number of old pixels of a new one.
  var largestCount: Int { spans.reduce(1) { max($0, $1.count) } }

  /// The first old pixel of each new one.
  var starts: [Int32] { spans.map { Int32($0.start) } }

  /// The weights in pairs of new pixels, `[pair, place, pixel of the pair, 4]`: see `resizing.h`.
  var ofPairs: [Float] {
    let count = largestCount
    var pairs = [Float](repeating: 0, count: (spans.count + 1) / 2 * count * 8)
    for (index, span) in spans.enumerated() {
      for place in 0..<span.count {
        let first = (index / 2 * count + place) * 8 + index % 2 * 4
        for lane in 0..<4 { pairs[first + lane] = weights[span.first + place] }
      }
    }
    return pairs
  }
}

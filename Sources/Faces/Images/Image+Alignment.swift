internal import Tensors

/// The eyes, the tip of the nose and the corners of the mouth, in pixels; left is left in the picture.
public struct FaceLandmarks: Hashable, Sendable {
  /// Left eye, right eye, nose, left and right corner of the mouth.
  public var points: [Point]

  /// A place in a picture: columns to the right, rows down, pixel centres at whole numbers.
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    /// Creates a place.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Creates landmarks.
  ///
  /// - Precondition: there are five points.
  public init(_ points: [Point]) {
    require(points.count == 5, "\(points.count) landmarks")
    self.points = points
  }

  /// The landmarks of an aligned face of 112 × 112 pixels: the positions that ArcFace and its successors use.
  public static let standard = FaceLandmarks([
    Point(38.2946, 51.6963), Point(73.5318, 51.5014), Point(56.0252, 71.7366), Point(41.5493, 92.3655),
    Point(70.7299, 92.2041),
  ])

  func scaled(_ factor: Double) -> FaceLandmarks {
    // Pixel centres are whole numbers, so the picture's corner lies at −½.
    FaceLandmarks(points.map { Point(($0.x + 0.5) * factor - 0.5, ($0.y + 0.5) * factor - 0.5) })
  }
}

/// A similarity transform, that is a rotation, a scale and a shift: `x' = a x − b y + c, y' = b x + a y + d`.
public struct Similarity: Hashable, Sendable {
  public var a: Double
  public var b: Double
  public var c: Double
  public var d: Double

  /// Finds the similarity that takes landmarks to others with the least sum of squared distances.
  ///
  /// Closed form over centred coordinates; no mirroring. Source: Umeyama, PAMI 1991, in the plane.
  ///
  /// - Returns: `nil` where all points of `source` coincide.
  public init?(from source: FaceLandmarks, to target: FaceLandmarks) {
    let count = Double(source.points.count)
    let sx = source.points.reduce(0) { $0 + $1.x } / count
    let sy = source.points.reduce(0) { $0 + $1.y } / count
    let tx = target.points.reduce(0) { $0 + $1.x } / count
    let ty = target.points.reduce(0) { $0 + $1.y } / count
    var along = 0.0
    var across = 0.0
    var square = 0.0
    for (s, t) in zip(source.points, target.points) {
      let (x, y, u, v) = (s.x - sx, s.y - sy, t.x - tx, t.y - ty)
      along += x * u + y * v
      across += x * v - y * u
      square += x * x + y * y
    }
    guard square > 0, square.isFinite, along.isFinite, across.isFinite, along != 0 || across != 0 else {
      return nil
    }
    a = along / square
    b = across / square
    c = tx - a * sx + b * sy
    d = ty - b * sx - a * sy
  }
}

extension Image {
  /// Returns the face rotated, scaled and shifted so that its landmarks fit the standard ones.
  ///
  /// Pixels are interpolated linearly between their four neighbours; outside the picture all is black.
  ///
  /// - Parameters:
  ///   - landmarks: of the face in this picture.
  ///   - size: height and width of the result.
  /// - Returns: `nil` where the landmarks coincide or are not finite.
  public func aligned(by landmarks: FaceLandmarks, size: Int = 112) -> Image? {
    require(size > 0, "a face of \(size) pixels")
    // The inverse transform gives the source of each pixel of the result.
    let target = FaceLandmarks.standard.scaled(Double(size) / 112)
    guard let forth = Similarity(from: landmarks, to: target) else { return nil }
    let square = forth.a * forth.a + forth.b * forth.b
    var result = [UInt8](repeating: 0, count: size * size * 3)
    for row in 0..<size {
      for column in 0..<size {
        let (u, v) = (Double(column) - forth.c, Double(row) - forth.d)
        let x = (forth.a * u + forth.b * v) / square
        let y = (forth.a * v - forth.b * u) / square
        guard x > -1, y > -1, x < Double(width), y < Double(height) else { continue }
        for channel in 0..<3 {
          result[(row * size + column) * 3 + channel] = rounded(interpolated(x, y, channel))
        }
      }
    }
    return Image(height: size, width: size, pixels: result)
  }

  private func interpolated(_ x: Double, _ y: Double, _ channel: Int) -> Float {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (right, low) = (x - left, y - top)
    func value(_ row: Int, _ column: Int) -> Double {
      guard row >= 0, row < height, column >= 0, column < width else { return 0 }
      return Double(pixels[(row * width + column) * 3 + channel])
    }
    let (row, column) = (Int(top), Int(left))
    let upper = value(row, column) * (1 - right) + value(row, column + 1) * right
    let lower = value(row + 1, column) * (1 - right) + value(row + 1, column + 1) * right
    return Float(upper * (1 - low) + lower * low)
  }
}

@inline(__always)
private func rounded(_ value: Float) -> UInt8 {
  UInt8(value > 0 ? value < 255 ? value + 0.5 : 255 : 0)
}

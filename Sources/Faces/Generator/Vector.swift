// Eight pixels at once. Only + − × ÷ and comparisons: each is rounded the same way on every machine, so that
// a face has the same bits everywhere. The library's own `min`, `max` and `squareRoot` of vectors are not
// used because they go lane by lane, ten times slower.

typealias Vector = SIMD8<Float>

@inline(__always)
func least(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: b .< a) }

@inline(__always)
func greatest(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: b .> a) }

/// Limits to `0...1`.
@inline(__always)
func saturate(_ a: Vector) -> Vector { least(greatest(a, .zero), Vector(repeating: 1)) }

@inline(__always)
func magnitude(_ a: Vector) -> Vector { greatest(a, -a) }

/// `1/√a` for positive numbers, to about 5e-6: an estimate from the exponent, then three steps of Newton.
@inline(__always)
func inverseRoot(_ a: Vector) -> Vector {
  let bits = unsafeBitCast(a, to: SIMD8<UInt32>.self)
  var root = unsafeBitCast(SIMD8<UInt32>(repeating: 0x5F37_59DF) &- (bits &>> 1), to: Vector.self)
  let half = a * 0.5
  root *= 1.5 - half * root * root
  root *= 1.5 - half * root * root
  root *= 1.5 - half * root * root
  return root
}

/// √a for numbers from 0 on.
@inline(__always)
func root(_ a: Vector) -> Vector { a * inverseRoot(greatest(a, Vector(repeating: 1e-12))) }

/// 0 below −width/2, 1 above width/2, a cubic between: an edge that does not alias.
@inline(__always)
func edge(_ distance: Vector, width: Float) -> Vector {
  let t = saturate(distance * (1 / width) + 0.5)
  return t * t * (3 - 2 * t)
}

/// A round bump: 1 in the middle, 0 from the ellipse of these half axes on, with its slope.
@inline(__always)
func bump(_ dx: Vector, _ dy: Vector, _ a: Float, _ b: Float) -> Bump {
  let ax = 1 / (a * a)
  let by = 1 / (b * b)
  let inside = greatest(1 - dx * dx * ax - dy * dy * by, .zero)
  return Bump(value: inside * inside, slopeX: inside * dx * (-4 * ax), slopeY: inside * dy * (-4 * by))
}

struct Bump {
  var value: Vector
  var slopeX: Vector
  var slopeY: Vector
}

/// A colour of eight pixels, in linear light.
struct Colours {
  var red: Vector
  var green: Vector
  var blue: Vector

  init(_ colour: Colour) {
    red = Vector(repeating: colour.red)
    green = Vector(repeating: colour.green)
    blue = Vector(repeating: colour.blue)
  }

  /// Covers by another colour.
  @inline(__always)
  mutating func cover(_ colour: Colour, _ alpha: Vector) {
    red += (colour.red - red) * alpha
    green += (colour.green - green) * alpha
    blue += (colour.blue - blue) * alpha
  }

  @inline(__always)
  mutating func cover(_ colours: Colours, _ alpha: Vector) {
    red += (colours.red - red) * alpha
    green += (colours.green - green) * alpha
    blue += (colours.blue - blue) * alpha
  }

  /// Darkens or lightens.
  @inline(__always)
  mutating func scale(_ factor: Vector) {
    red *= factor
    green *= factor
    blue *= factor
  }
}

/// One colour in linear light, each channel in `0...1`.
struct Colour {
  var red: Float
  var green: Float
  var blue: Float

  /// Creates a colour from what a screen shows, `0...1`; the screen's curve is taken as a square.
  init(shown red: Float, _ green: Float, _ blue: Float) {
    self.red = red * red
    self.green = green * green
    self.blue = blue * blue
  }

  func mixed(with other: Colour, _ part: Float) -> Colour {
    var result = self
    result.red += (other.red - red) * part
    result.green += (other.green - green) * part
    result.blue += (other.blue - blue) * part
    return result
  }

  func scaled(_ factor: Float) -> Colour {
    var result = self
    result.red *= factor
    result.green *= factor
    result.blue *= factor
    return result
  }
}

/// Sine and cosine for angles within ±π, by the series: the C library's differ from machine to machine.
func sineAndCosine(_ angle: Float) -> (sine: Float, cosine: Float) {
  // Of a quarter of the angle, where six terms are exact to Float, then doubled twice.
  let x = angle / 4
  let square = x * x
  var sine = x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))))
  var cosine = 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56)))
  for _ in 0..<2 { (sine, cosine) = (2 * sine * cosine, cosine * cosine - sine * sine) }
  return (sine, cosine)
}

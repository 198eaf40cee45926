/// The solid that a face is painted on: `X²/W² + Z²/D² + g(Y) = 1`, half axes W and D, ears at ±X, nose at +Z,
/// Y downwards from the eyes, in units of about half a head's width.
///
/// `g` falls from 1 at the top of the skull to 0 at eye height and rises to 1 at the chin; between a square
/// and a fourth power it makes round or square jaws.
struct HeadShape {
  var width: Float
  var depth: Float
  var top: Float
  var chin: Float
  var skullSquareness: Float
  var jawSquareness: Float
  // The turned head in the picture: x = X cos + Z sin; y = Y cos − z sin, z the depth after the turn.
  private let yawSine: Float
  private let yawCosine: Float
  private let pitchSine: Float
  private let pitchCosine: Float

  init(_ person: FaceIdentity, _ conditions: FaceConditions) {
    let male = person[.sex]
    width = 0.93 + 0.045 * person[.headWidth] + 0.015 * male
    depth = 1.02
    top = 1.42 + 0.05 * person[.skullHeight]
    chin = 1.28 + 0.055 * person[.chinLength] + 0.025 * male + 0.05 * conditions.mouthOpening
    skullSquareness = 0.55
    jawSquareness = min(max(0.42 + 0.14 * person[.jawSquareness] + 0.08 * male, 0), 0.95)
    (yawSine, yawCosine) = sineAndCosine(conditions.yaw)
    (pitchSine, pitchCosine) = sineAndCosine(conditions.pitch)
  }

  /// Where a pixel's ray meets the head.
  struct Hit {
    var x: Vector
    var y: Vector
    var z: Vector
    /// The distance to the outline, inwards.
    var inside: Vector
  }

  /// Returns where rays through points of the picture meet the head, grown by a factor.
  @inline(__always)
  func hit(_ x: Vector, _ y: Vector, grown growth: Float = 1) -> Hit {
    let w = 1 / (width * width * growth * growth)
    let d = 1 / (depth * depth * growth * growth)
    let a = yawSine * yawSine * w + yawCosine * yawCosine * d
    let b = x * (yawSine * yawCosine * (d - w))
    let c = x * x * (yawCosine * yawCosine * w + yawSine * yawSine * d)
    var headY = (y + 0.6 * pitchSine) * (1 / pitchCosine)
    var depth = Vector.zero
    var discriminant = Vector.zero
    // The height on the head depends on the depth, and this on the height: two rounds settle it.
    for _ in 0..<2 {
      discriminant = b * b - a * (c + profile(headY, growth) - 1)
      depth = (root(greatest(discriminant, .zero)) - b) * (1 / a)
      headY = (y + depth * pitchSine) * (1 / pitchCosine)
    }
    // The discriminant falls to 0 at the outline; its slope there turns it into a distance.
    return Hit(
      x: x * yawCosine - depth * yawSine,
      y: headY,
      z: x * yawSine + depth * yawCosine,
      inside: discriminant * (0.5 * width * width / a)
    )
  }

  /// `g(Y)`.
  @inline(__always)
  private func profile(_ y: Vector, _ growth: Float) -> Vector {
    let isSkull = y .< .zero
    let t = y * Vector(repeating: 1 / (chin * growth)).replacing(with: 1 / (top * growth), where: isSkull)
    let square = Vector(repeating: jawSquareness).replacing(with: skullSquareness, where: isSkull)
    let t2 = t * t
    return least(t2 + (t2 * t2 - t2) * square, Vector(repeating: 4))
  }

  /// The outward normal of the head at a point, of any length.
  @inline(__always)
  func normal(_ hit: Hit) -> (x: Vector, y: Vector, z: Vector) {
    let isSkull = hit.y .< .zero
    let scale = Vector(repeating: 1 / chin).replacing(with: 1 / top, where: isSkull)
    let square = Vector(repeating: jawSquareness).replacing(with: skullSquareness, where: isSkull)
    let t = hit.y * scale
    let slope = scale * t * ((1 - square) + 2 * square * t * t)
    return (hit.x * (1 / (width * width)), slope, hit.z * (1 / (depth * depth)))
  }

  /// Where a point that stands out from the head by a height seems to lie on it.
  @inline(__always)
  func unshifted(_ hit: Hit, height: Vector) -> (x: Vector, y: Vector) {
    (hit.x - height * (yawSine / yawCosine), hit.y + height * pitchSine)
  }

  /// Returns a direction of the picture as the head sees it.
  func turned(_ direction: SIMD3<Float>) -> SIMD3<Float> {
    let y = direction.y * pitchCosine + direction.z * pitchSine
    let z = -direction.y * pitchSine + direction.z * pitchCosine
    return SIMD3(direction.x * yawCosine - z * yawSine, y, direction.x * yawSine + z * yawCosine)
  }

  /// Where a point of the head lies in the picture.
  func projected(_ point: SIMD3<Float>) -> (x: Float, y: Float) {
    let z = -point.x * yawSine + point.z * yawCosine
    return (point.x * yawCosine + point.z * yawSine, point.y * pitchCosine - z * pitchSine)
  }
}

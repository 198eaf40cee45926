/// Everything that the drawing of one picture needs, computed once: shapes, colours, light and where the head lies.
struct FaceScene {
  let conditions: FaceConditions
  let head: HeadShape
  let features: FaceMeasures
  let palette: FacePalette
  let hair: HairStyle
  let light: Light
  let backdrop: Backdrop
  /// The width of a pixel in the head's units.
  let pixel: Float
  private let rollSine: Float
  private let rollCosine: Float
  private let originX: Float
  private let originY: Float

  init(_ person: FaceIdentity, _ conditions: FaceConditions, size: Int) {
    self.conditions = conditions
    head = HeadShape(person, conditions)
    features = FaceMeasures(person, conditions)
    palette = FacePalette(person, features)
    hair = HairStyle(person, features)
    let scale = 0.305 * conditions.scale * Float(size)
    pixel = 1 / scale
    (rollSine, rollCosine) = sineAndCosine(conditions.roll)
    // The middle of the picture is a little below the eyes.
    originX = (0.5 + conditions.shiftX) * Float(size)
    originY = (0.47 + conditions.shiftY) * Float(size)
    light = Light(conditions, rollSine: rollSine, rollCosine: rollCosine, head: head)
    backdrop = Backdrop(conditions, head: head)
  }

  /// Where a pixel lies in the upright picture of the head, in its units.
  @inline(__always)
  func place(column: Vector, row: Float) -> (x: Vector, y: Vector) {
    let x = (column + (0.5 - originX)) * pixel
    let y = (row + 0.5 - originY) * pixel
    return (x * rollCosine + y * rollSine, y * rollCosine - x * rollSine)
  }

  /// The colours of eight pixels of a row.
  @inline(__always)
  func colours(column: Vector, row: Float) -> Colours {
    let (x, y) = place(column: column, row: row)
    let hit = head.hit(x, y)
    let coverage = edge(hit.inside, width: 1.2 * pixel)
    let hairHit = head.hit(x, y, grown: 1 + hair.volume)
    let hairCoverage = hairCoverage(hairHit)
    // What lies behind is worked out only where it shows.
    var colours = Colours(palette.skin)
    if any(hairCoverage .< 1) {
      if any(coverage .< 1) { colours = backdrop.colours(x, y, scene: self) }
      if any(coverage .> 0) { colours.cover(faceColours(hit), coverage) }
    }
    if any(hairCoverage .> 0) { colours.cover(hairColours(hairHit), hairCoverage) }
    coverByOcclusion(&colours, x, y, hit)
    return colours
  }
}

/// One lamp and the light from everywhere.
struct Light {
  /// Towards the lamp, as the head sees it.
  var direction: SIMD3<Float>
  /// Halfway between lamp and camera.
  var halfway: SIMD3<Float>
  var ambient: Float
  var lamp: Float
  var colour: Colour

  init(_ conditions: FaceConditions, rollSine: Float, rollCosine: Float, head: HeadShape) {
    let (azimuthSine, azimuthCosine) = sineAndCosine(min(max(conditions.lightAzimuth, -1.4), 1.4))
    let (heightSine, heightCosine) = sineAndCosine(min(max(conditions.lightElevation, -0.3), 1.3))
    let x = azimuthSine * heightCosine
    let y = -heightSine
    let upright = SIMD3(
      x * rollCosine + y * rollSine,
      y * rollCosine - x * rollSine,
      azimuthCosine * heightCosine
    )
    direction = head.turned(upright)
    let sum = upright + SIMD3(0, 0, 1)
    let length = (sum.x * sum.x + sum.y * sum.y + sum.z * sum.z).squareRoot()
    halfway = head.turned(sum / max(length, 1e-3))
    ambient = conditions.ambient
    lamp = 1.25 * (1 - conditions.ambient) + 0.25
    let exposure = max(conditions.exposure, 0.4)
    colour = Colour(shown: 1, 1, 1)
    colour.red = exposure * (1 + 0.09 * conditions.warmth)
    colour.green = exposure
    colour.blue = exposure * (1 - 0.14 * conditions.warmth)
  }

  /// The light on a surface with this normal of length 1.
  @inline(__always)
  func diffuse(_ x: Vector, _ y: Vector, _ z: Vector) -> Vector {
    let facing = x * direction.x + y * direction.y + z * direction.z
    // Skin lets light through: it reaches a little beyond the terminator.
    let wrapped = greatest((facing + 0.25) * (1 / 1.25), .zero)
    return ambient * (0.82 - 0.18 * y) + lamp * wrapped
  }

  /// The gloss of a surface.
  @inline(__always)
  func gloss(_ x: Vector, _ y: Vector, _ z: Vector) -> Vector {
    var power = greatest(x * halfway.x + y * halfway.y + z * halfway.z, .zero)
    for _ in 0..<4 { power *= power }
    return power * lamp
  }
}

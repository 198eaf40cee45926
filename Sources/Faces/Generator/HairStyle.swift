/// The hair style of a person.
struct HairStyle {
  /// The hairline in the middle of the forehead, and how fast it falls to the sides.
  var line: Float
  var curve: Float
  var parting: Float
  /// How far the hair stands off the head.
  var volume: Float
  /// How far down it falls behind the face; below 0.3 it does not show.
  var length: Float
  /// 1 for a full head of hair, 0 for none.
  var fullness: Float

  init(_ person: FaceIdentity, _ features: FaceMeasures) {
    let male = person[.sex]
    let balding = male > 0.2 ? 0.5 * person[.baldness] + 0.25 * features.age : -1
    fullness = balding > 1.0 ? 0.12 : 1
    line = -0.80 - 0.06 * person[.foreheadHeight] - (balding > 0 ? min(0.22 * balding, 0.3) : 0)
    curve = max(1.0 + 0.35 * person[.hairlineCurve], 0.25)
    parting = 0.18 * person[.parting]
    volume = max(0.085 + 0.035 * person[.hairVolume] - 0.02 * male, 0.02)
    length = 0.75 + 0.55 * person[.hairLength] - 0.75 * male
  }
}

extension FaceScene {
  /// How much of each pixel the hair on the head covers.
  @inline(__always)
  func hairCoverage(_ hit: HeadShape.Hit) -> Vector {
    guard hair.fullness > 0.5, any(hit.y .< 1) else { return .zero }
    let coverage = edge(hit.inside, width: 1.4 * pixel)
    let wisps = 0.014 * wave(hit.x * 0.8 + hair.parting, 5)
    let line = hair.line + hair.curve * hit.x * hit.x + hair.parting * hit.x + wisps
    // Sideburns end above the ear lobe, unless the hair is long.
    let lowest = Vector(repeating: hair.length > 0.5 ? 2 : 0.30)
    return coverage * edge(least(line, lowest) - hit.y, width: 0.07 + pixel)
  }

  @inline(__always)
  func hairColours(_ hit: HeadShape.Hit) -> Colours {
    var normal = head.normal(hit)
    let scale = inverseRoot(normal.x * normal.x + normal.y * normal.y + normal.z * normal.z)
    normal = (normal.x * scale, normal.y * scale, normal.z * scale)
    let strands = wave(hit.x * 0.62 + hit.y * (0.12 * hair.parting), 5) * wave(hit.x * 0.45 + 0.1 * hit.y, 3)
    let diffuse = light.diffuse(normal.x, normal.y, normal.z) * (0.86 + 0.2 * strands)
    let gloss = light.gloss(normal.x, normal.y, normal.z) * (0.10 + 0.06 * strands)
    var colours = Colours(palette.hair)
    colours.red = colours.red * diffuse * light.colour.red + gloss
    colours.green = colours.green * diffuse * light.colour.green + gloss
    colours.blue = colours.blue * diffuse * light.colour.blue + gloss
    return colours
  }
}

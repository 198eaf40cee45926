internal import Tensors

// The occlusions: glasses, a hat, a hand.

extension FaceScene {
  @inline(__always)
  func coverByOcclusion(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ hit: HeadShape.Hit) {
    switch conditions.occlusion {
    case .none: break
    case .glasses, .sunglasses: coverByGlasses(&colours, hit)
    case .hat: coverByHat(&colours, x, y)
    case .hand: coverByHand(&colours, x, y)
    }
  }

  @inline(__always)
  private func coverByGlasses(_ colours: inout Colours, _ hit: HeadShape.Hit) {
    var chance = SeededGenerator(path: conditions.scene, 4)
    let isDark = conditions.occlusion == .sunglasses
    let frame = Colour(shown: 0.12, 0.10, 0.10).mixed(
      with: Colour(shown: 0.55, 0.42, 0.30),
      chance.unit() * chance.unit()
    )
    let squareness = chance.unit()
    let halfWidth = features.eyeX * chance.between(0.66, 0.78)
    let halfHeight = halfWidth * chance.between(0.6, 0.85)
    let onFace = edge(hit.inside - 0.02, width: 0.05) * edge(hit.z - 0.05, width: 0.1)
    let side = magnitude(hit.x)
    let dx = (side - features.eyeX) * (1 / halfWidth)
    let dy = (hit.y - features.eyeY - 0.03) * (1 / halfHeight)
    let sum = dx * dx + dy * dy
    let fourth = dx * dx * dx * dx + dy * dy * dy * dy
    let rim = sum + (fourth - sum) * squareness
    let lens = edge(1 - rim, width: 0.1 + 3 * pixel)
    colours.cover(
      isDark ? Colour(shown: 0.10, 0.09, 0.10) : Colour(shown: 0.9, 0.9, 0.92),
      lens * onFace * (isDark ? 0.93 : 0.10)
    )
    let thickness = 0.10 + 2.2 * pixel
    let ring = bump((rim - 1) * (1 / (2 * thickness)), .zero, 1, 1)
    let bridge = bump(side, hit.y - features.eyeY + 0.02, 0.14, 0.05 + 0.5 * pixel)
    let arm = bump(side - 0.85, hit.y - features.eyeY + 0.02, 0.25, 0.04 + 0.5 * pixel)
    let metal = least(ring.value + bridge.value + arm.value, Vector(repeating: 1))
    colours.cover(frame, metal * onFace * 0.95)
  }

  @inline(__always)
  private func coverByHat(_ colours: inout Colours, _ x: Vector, _ y: Vector) {
    var chance = SeededGenerator(path: conditions.scene, 5)
    let colour = Colour(shown: chance.unit(), chance.unit() * 0.8, chance.unit()).scaled(0.8)
    let brow = chance.between(-0.75, -0.5)
    let hit = head.hit(x, y, grown: 1.16)
    let onHead = edge(hit.inside, width: 1.5 * pixel)
    let line = brow - 0.10 * hit.x * hit.x
    let crown = onHead * edge(line - hit.y, width: 0.05 + pixel)
    var normal = head.normal(hit)
    let scale = inverseRoot(normal.x * normal.x + normal.y * normal.y + normal.z * normal.z)
    normal = (normal.x * scale, normal.y * scale, normal.z * scale)
    var cloth = Colours(colour)
    cloth.scale(light.diffuse(normal.x, normal.y, normal.z) * (0.9 + 0.1 * wave(hit.x * 0.5, 3)))
    colours.cover(cloth, crown)
    let brim = bump(hit.x * 0.95, hit.y - line, 1.1, 0.13)
    var dark = Colours(colour.scaled(0.45))
    dark.scale(Vector(repeating: light.ambient + 0.5 * light.lamp))
    colours.cover(dark, least(brim.value * 2, Vector(repeating: 1)) * onHead)
  }

  @inline(__always)
  private func coverByHand(_ colours: inout Colours, _ x: Vector, _ y: Vector) {
    var chance = SeededGenerator(path: conditions.scene, 6)
    let side: Float = chance.happens(0.5) ? 1 : -1
    let left = side * chance.between(0.45, 0.75)
    let top = chance.between(0.55, 0.85)
    let lean = side * chance.between(0.1, 0.4)
    var shade = Colours(palette.skin)
    shade.scale(Vector(repeating: light.ambient + 0.6 * light.lamp))
    for finger in 0..<4 {
      let offset = Float(finger) * 0.17 - 0.25
      let along = y - top - 0.12 * offset * offset * 8
      let across = x - left - offset - lean * (y - top)
      let shape = bump(across, along - 0.75, 0.10, 0.85)
      let round = 1 - 55 * across * across * 0.6
      var skin = shade
      skin.scale(round)
      colours.cover(skin, edge(shape.value - 0.12, width: 0.15 + 1.5 * pixel))
    }
    let palm = bump(x - left - lean, y - top - 1.2, 0.42, 0.62)
    colours.cover(shade, edge(palm.value - 0.12, width: 0.12 + pixel))
  }
}

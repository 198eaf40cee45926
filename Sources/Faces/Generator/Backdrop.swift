internal import Tensors

/// The background of a face: a wall or a view, long hair, neck, clothes and ears.
struct Backdrop {
  private let first: Colour
  private let second: Colour
  private let slopeX: Float
  private let slopeY: Float
  private let spots: (Spot, Spot)
  private let clothes: Colour
  private let neckX: Float
  private let neckY: Float

  init(_ conditions: FaceConditions, head: HeadShape) {
    var chance = SeededGenerator(path: conditions.scene, 3)
    func colour(_ dark: Float, _ bright: Float) -> Colour {
      let grey = chance.between(dark, bright)
      return Colour(
        shown: min(max(grey + 0.12 * chance.bell(), 0), 1),
        min(max(grey + 0.06 * chance.bell(), 0), 1),
        min(max(grey + 0.12 * chance.bell(), 0), 1)
      )
    }
    first = colour(0.15, 0.9)
    second = first.mixed(with: colour(0.1, 0.9), 0.6)
    slopeX = chance.between(-0.3, 0.3)
    slopeY = chance.between(-0.3, 0.3)
    func spot() -> Spot {
      Spot(
        x: chance.between(-2, 2),
        y: chance.between(-2, 2),
        size: chance.between(0.4, 1.4),
        colour: colour(0.05, 0.95)
      )
    }
    spots = (spot(), spot())
    clothes = colour(0.05, 0.8)
    let throat = head.projected(SIMD3(0, 1.0, 0.1))
    neckX = throat.x * 0.6
    neckY = throat.y - 1.0
  }

  /// The colours behind the face.
  @inline(__always)
  func colours(_ x: Vector, _ y: Vector, scene: FaceScene) -> Colours {
    var colours = Colours(first)
    colours.cover(second, saturate(0.5 + x * slopeX + y * slopeY))
    spots.0.cover(&colours, x, y)
    spots.1.cover(&colours, x, y)
    coverByLongHair(&colours, x, y, scene)
    coverByBody(&colours, x, y, scene)
    coverByEars(&colours, x, y, scene)
    return colours
  }

  /// A blurred spot of the background.
  private struct Spot {
    var x: Float
    var y: Float
    var size: Float
    var colour: Colour

    @inline(__always)
    func cover(_ colours: inout Colours, _ x: Vector, _ y: Vector) {
      colours.cover(colour, bump(x - self.x, y - self.y, size, size).value * 0.6)
    }
  }

  @inline(__always)
  private func coverByLongHair(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ scene: FaceScene) {
    let hair = scene.hair
    guard hair.length > 0.35, hair.fullness > 0.5 else { return }
    let halfWidth = scene.head.width + 0.10 + 1.6 * hair.volume
    let middle = 0.5 * (hair.length - scene.head.top)
    let halfHeight = 0.5 * (hair.length + scene.head.top) + 0.1
    let across = (x - neckX * 0.5) * (1 / halfWidth)
    let down = (y - neckY - middle) * (1 / halfHeight)
    let square = across * across
    let inside = 1 - square * square - down * down * down * down
    let strands = 0.75 + 0.2 * wave(across * 0.9, 5)
    var shade = Colours(scene.palette.hair.scaled(0.62))
    shade.scale(strands * (scene.light.ambient + 0.6 * scene.light.lamp))
    colours.cover(shade, edge(inside, width: 0.12 + 3 * scene.pixel))
  }

  @inline(__always)
  private func coverByBody(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ scene: FaceScene) {
    let across = x - neckX
    let down = y - neckY
    guard any(down .> 0.6) else { return }
    let side = magnitude(across)
    let brightness = scene.light.ambient + 0.55 * scene.light.lamp
    let thickness = scene.head.width * (0.56 + 0.04 * scene.features.male)
    let neck =
      edge(thickness + 0.12 * (down - 1.2) * (down - 1.2) - side, width: 0.05 + scene.pixel)
      * edge(down - 0.7, width: 0.2)
    var skin = Colours(scene.palette.skin)
    let round = 1 - side * side * (0.55 / (thickness * thickness))
    skin.scale((0.48 + 0.3 * saturate((down - 1.15) * 1.4)) * brightness * round)
    colours.cover(skin, neck)
    let shoulder = edge(down - (1.62 + 0.28 * side * side), width: 0.06 + scene.pixel)
    let collar = edge(down - (1.86 - 0.35 * side), width: 0.06 + scene.pixel)
    var cloth = Colours(clothes)
    cloth.scale((0.8 + 0.12 * wave(across * 0.25 + down * 0.08, 3)) * brightness)
    colours.cover(cloth, greatest(shoulder * edge(side - thickness * 0.9, width: 0.1), collar))
  }

  @inline(__always)
  private func coverByEars(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ scene: FaceScene) {
    guard any((magnitude(x) .> 0.4) .& (magnitude(y - 0.15) .< 0.8)) else { return }
    let size = scene.features.ears
    for side in [Float(-1), 1] {
      let middle = scene.head.projected(SIMD3(side * scene.head.width * 0.98, 0.14, -0.12))
      let dx = (x - middle.x - side * 0.03) * (1 / (0.115 * size))
      let dy = (y - middle.y) * (1 / (0.30 * size))
      let square = dx * dx + dy * dy
      var skin = Colours(scene.palette.blush)
      skin.scale((0.55 + 0.4 * saturate(square)) * (scene.light.ambient + 0.45 * scene.light.lamp))
      colours.cover(skin, edge(1 - square, width: 0.3 + 4 * scene.pixel))
    }
  }
}

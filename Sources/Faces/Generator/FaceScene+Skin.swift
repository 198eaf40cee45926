// The face itself: skin embossed with nose, sockets, lips and chin, then painted.

extension FaceScene {
  /// The colours where rays meet the head.
  @inline(__always)
  func faceColours(_ hit: HeadShape.Hit) -> Colours {
    let f = features
    // The nose stands out so far that a turned head shows it elsewhere.
    let first = bump(hit.x, hit.y - f.noseY + 0.07, 0.26, 0.30)
    let ridge = bump(hit.x, hit.y - f.noseY + 0.28, 0.17, 0.46)
    let height = first.value * f.noseTip + ridge.value * f.noseRidge
    let (x, y) = head.unshifted(hit, height: height)
    let side = magnitude(x)
    let outward = Vector(repeating: 1).replacing(with: -1, where: x .< .zero)

    let relief = relief(x, y, side, outward)
    let base = head.normal(hit)
    var normalX = base.x - relief.slopeX
    var normalY = base.y - relief.slopeY
    var normalZ = base.z
    let scale = inverseRoot(normalX * normalX + normalY * normalY + normalZ * normalZ)
    normalX *= scale
    normalY *= scale
    normalZ *= scale

    var colours = skinColours(x, y, side)
    paintHairOnSkin(&colours, x, y, side)
    paintNose(&colours, x, y, side)
    paintMouth(&colours, x, y, side)
    paintEyes(&colours, x, y, side, outward)
    paintBrows(&colours, x, y, side)
    paintAge(&colours, x, y, side)

    let diffuse = light.diffuse(normalX, normalY, normalZ) * relief.value
    let gloss = light.gloss(normalX, normalY, normalZ) * 0.09
    colours.red = colours.red * diffuse * light.colour.red + gloss
    colours.green = colours.green * diffuse * light.colour.green + gloss
    colours.blue = colours.blue * diffuse * light.colour.blue + gloss
    return colours
  }

  /// The slopes of the face over the bare head; the value is how much of the light reaches hollows.
  @inline(__always)
  private func relief(_ x: Vector, _ y: Vector, _ side: Vector, _ outward: Vector) -> Bump {
    let f = features
    var slopeX = Vector.zero
    var slopeY = Vector.zero
    @inline(__always)
    func add(_ bump: Bump, _ height: Float, mirrored: Bool) {
      slopeX += bump.slopeX * height * (mirrored ? outward : Vector(repeating: 1))
      slopeY += bump.slopeY * height
    }
    let socket = bump(side - f.eyeX * 0.96, y - f.eyeY + 0.06, 0.36, 0.25)
    let hollow = bump(side - 0.16, y - f.eyeY, 0.17, 0.19)
    add(socket, -f.eyeDepth, mirrored: true)
    add(hollow, -0.06, mirrored: true)
    add(bump(side - f.eyeX, y - f.eyeY, f.eyeWidth * 1.15, 0.15), 0.05, mirrored: true)
    add(bump(x, y - f.noseY + 0.28, 0.17, 0.46), f.noseRidge, mirrored: false)
    add(bump(x, y - f.noseY + 0.05, 0.20, 0.21), f.noseTip * 0.75, mirrored: false)
    let wing = bump(side - f.noseWidth * 0.72, y - f.noseY, 0.115, 0.12)
    add(wing, 0.06, mirrored: true)
    add(bump(side - 0.50, y - 0.30, 0.34, 0.26), f.cheekbones, mirrored: true)
    add(bump(x, y - head.chin + 0.16, f.chinWidth, 0.20), 0.09, mirrored: false)
    add(bump(side - 0.30, y + 0.36, 0.42, 0.14), f.browBone, mirrored: true)
    add(bump(x, y - f.mouthY + 0.03, f.mouthWidth * 0.95, f.upperLip + 0.03), 0.045, mirrored: false)
    let lowerY = f.mouthY + f.mouthGap + 0.5 * f.lowerLip
    add(bump(x, y - lowerY, f.mouthWidth * 0.8, f.lowerLip), 0.05, mirrored: false)
    let underLip = bump(x, y - lowerY - f.lowerLip - 0.05, f.mouthWidth * 0.7, 0.09)
    let underNose = bump(x, y - f.noseY - 0.085, f.noseWidth * 1.15, 0.085)
    let hollows =
      1 - 0.30 * socket.value - 0.16 * hollow.value - 0.30 * underNose.value - 0.20 * underLip.value
    return Bump(value: hollows, slopeX: slopeX, slopeY: slopeY)
  }

  /// Bare skin with its blush, moles and freckles.
  @inline(__always)
  private func skinColours(_ x: Vector, _ y: Vector, _ side: Vector) -> Colours {
    var colours = Colours(palette.skin)
    let cheek = bump(side - 0.48, y - 0.42, 0.36, 0.30)
    let tip = bump(x, y - features.noseY, 0.2, 0.16)
    colours.cover(palette.blush, 0.45 * cheek.value + 0.3 * tip.value)
    let mole = bump(x - features.moles.x, y - features.moles.y, 0.05, 0.05)
    let second = bump(x - features.moles.secondX, y - features.moles.secondY, 0.04, 0.04)
    colours.cover(palette.shadow, 0.7 * mole.value + 0.6 * second.value)
    if features.hasFreckles {
      // Products of Chebyshev waves: spots without a table.
      let spots = wave(x * 0.9, 5) * wave(y * 0.8 + x * 0.2, 5)
      let region = bump(side - 0.3, y - 0.32, 0.5, 0.3)
      colours.cover(palette.shadow, greatest(spots - 0.35, .zero) * region.value * 0.5)
    }
    return colours
  }

  /// Lines that come with age: from the nose to the mouth, on the forehead, under the eyes.
  @inline(__always)
  private func paintAge(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ side: Vector) {
    let f = features
    let strength = min(max(0.16 + 0.17 * f.age, 0), 0.6) + 0.12 * max(conditions.smile, 0)
    let t = y - f.noseY
    let line = side - (f.noseWidth * 1.05 + 0.42 * t + 0.06 * max(conditions.smile, 0))
    let fold = bump(line, t - 0.14, 0.045, 0.24)
    let bag = bump(side - f.eyeX * 0.97, y - f.eyeY - f.lowerLid - 0.085, 0.20, 0.04)
    colours.cover(palette.shadow, (fold.value * 0.55 + bag.value * 0.35) * strength)
    if f.age > 0.4, any(y .< -0.3) {
      let forehead = bump(x, y + 0.58, 0.55, 0.24)
      let lines = greatest(wave(y + 0.5 + 0.05 * x * x, 5) - 0.4, .zero)
      colours.cover(palette.shadow, lines * forehead.value * (0.35 * min(f.age - 0.4, 1.2)))
    }
  }
}

/// A Chebyshev polynomial of degree 2ⁿ: a wave between −1 and 1 where the argument is.
@inline(__always)
func wave(_ x: Vector, _ doublings: Int) -> Vector {
  var value = greatest(least(x, Vector(repeating: 1)), Vector(repeating: -1))
  for _ in 0..<doublings { value = 2 * value * value - 1 }
  return value
}

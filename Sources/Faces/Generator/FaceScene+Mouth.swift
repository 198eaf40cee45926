// Nose, mouth and beard.

extension FaceScene {
  @inline(__always)
  func paintNose(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ side: Vector) {
    let f = features
    guard any(magnitude(y - f.noseY) .< 0.2) else { return }
    let hole = bump(
      side - f.noseWidth * 0.48,
      y - f.noseY - 0.05,
      f.nostril * 1.7 + 0.3 * pixel,
      f.nostril + 0.3 * pixel
    )
    colours.cover(palette.shadow.scaled(0.5), least(hole.value * 1.5, Vector(repeating: 1)) * 0.9)
    let wing = side - f.noseWidth
    let crease = bump(
      wing + 0.3 * (y - f.noseY) * (y - f.noseY),
      y - f.noseY + 0.01,
      0.035 + 0.3 * pixel,
      0.10
    )
    colours.cover(palette.shadow, crease.value * 0.45)
    let under = bump(side, y - f.noseY - 0.065, f.noseWidth * 0.95, 0.05)
    colours.cover(palette.shadow, under.value * 0.35)
  }

  @inline(__always)
  func paintMouth(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ side: Vector) {
    let f = features
    guard any(magnitude(y - f.mouthY) .< 0.45) else { return }
    let along = x * (1 / f.mouthWidth)
    let square = along * along
    let arc = greatest(1 - square, .zero)
    // A smile lifts the corners.
    let line = f.mouthY - f.mouthCurve * (square - 0.35)
    let gap = arc * f.mouthGap
    let bow = magnitude(along)
    // The upper lip has two peaks beside its middle.
    let peaks: Vector = 0.72 + 1.1 * bow * (1 - bow)
    let upper = line - gap * 0.25 - arc * peaks * f.upperLip
    let lower = line + gap * 0.75 + arc * (1 + 0.25 * arc) * f.lowerLip * 0.8
    let soft = 1.1 * pixel + 0.02
    let lips =
      least(edge(y - upper, width: soft), edge(lower - y, width: soft)) * edge(arc - 0.12, width: 0.2)
    colours.cover(palette.lips, lips * 0.92)
    let upperShade = edge(line - y, width: 0.06) * lips
    colours.cover(palette.shadow, upperShade * 0.22)

    if f.mouthGap > 0.015 || conditions.smile > 0.65 {
      let teethGap = max(f.mouthGap, 0.09 * (conditions.smile - 0.4))
      let top = line - arc * (0.25 * teethGap)
      let bottom = line + arc * (0.75 * teethGap)
      let inside =
        least(edge(y - top, width: soft), edge(bottom - y, width: soft)) * edge(arc - 0.1, width: 0.2)
      var cavity = Colours(Colour(shown: 0.20, 0.05, 0.05))
      let teeth = edge(top + min(0.075, 0.8 * teethGap) - y, width: soft)
      cavity.cover(Colour(shown: 0.90, 0.87, 0.82), teeth * edge(0.9 - square, width: 0.3))
      colours.cover(cavity, inside)
    }
    let thickness = 0.018 + 0.3 * pixel
    let seam = bump(along, (y - line - gap * 0.75) * (1 / thickness), 1.08, 1)
    let seamTop = bump(along, (y - line + gap * 0.25) * (1 / thickness), 1.08, 1)
    colours.cover(
      palette.shadow.scaled(0.6),
      greatest(seam.value * (f.mouthGap > 0.02 ? 0.3 : 0.85), seamTop.value * 0.7)
    )
    let corner = bump(side - f.mouthWidth * 1.02, y - f.mouthY + f.mouthCurve * 0.65, 0.05, 0.05)
    colours.cover(palette.shadow, corner.value * 0.5)
  }

  /// Beard, moustache and the shadow of a shave.
  @inline(__always)
  func paintHairOnSkin(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ side: Vector) {
    let f = features
    guard f.male > 0, any(y .> -0.1) else { return }
    let rise = side * side * 0.62
    let cheek = edge(y - (f.mouthY + 0.08 - rise), width: 0.22)
    let cleared = bump(x, y - f.mouthY - 0.02, f.mouthWidth * 1.15, 0.16)
    let below = cheek * (1 - least(cleared.value * 1.6, Vector(repeating: 1)))
    let goatee = bump(x, y - head.chin + 0.2, 0.34, 0.3)
    colours.cover(palette.hair.scaled(0.7), below * max(f.beard, f.shave) + goatee.value * (0.3 * f.beard))
    let lip = bump(x, y - (f.noseY + f.mouthY) * 0.5 - 0.05 + side * 0.1, f.mouthWidth * 1.1, 0.10)
    colours.cover(
      palette.hair.scaled(0.7),
      least(lip.value * 1.8, Vector(repeating: 1)) * max(f.moustache, f.shave * 0.8)
    )
  }
}

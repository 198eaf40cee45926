// Eyes and brows, both sides at once: `side` is the distance from the middle of the face.

extension FaceScene {
  @inline(__always)
  func paintEyes(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ side: Vector, _ outward: Vector) {
    let f = features
    guard any(magnitude(y - f.eyeY) .< 0.32) else { return }
    let across = side - f.eyeX
    let along = across * (1 / f.eyeWidth)
    let down = y - f.eyeY + across * f.eyeSlant
    let arc = greatest(1 - along * along, .zero)
    // The upper lid is highest a little inwards, the lower one lowest a little outwards.
    let upper = arc * (f.upperLid * (1 - 0.18 * along))
    let lower = arc * (f.lowerLid * (1 + 0.15 * along))
    let soft = 0.9 * pixel + 0.012
    let open =
      least(edge(down + upper, width: soft), edge(lower - down, width: soft)) * edge(arc - 0.16, width: 0.3)

    let crease = bump(along * 0.9, down + upper + 0.045 + 0.1 * f.upperLid, 1.05, 0.035)
    colours.cover(palette.shadow, crease.value * 0.4)
    var eye = Colours(Colour(shown: 0.90, 0.88, 0.86))
    let towards = across - outward * f.gaze
    let radius = 1 / (f.iris * f.iris)
    let square = (towards * towards + (down + 0.006) * (down + 0.006)) * radius
    let rim = pixel / f.iris * 2 + 0.15
    eye.cover(palette.iris.scaled(0.5), edge(1.12 - square, width: rim))
    eye.cover(palette.iris, edge(0.72 - square, width: rim))
    eye.cover(Colour(shown: 0.03, 0.02, 0.02), edge(0.22 - square, width: rim))
    let glintX = towards - outward * 0.03
    let glint = bump(glintX, down + 0.035, 0.03 + 0.3 * pixel, 0.03 + 0.3 * pixel)
    eye.cover(Colour(shown: 1, 1, 1), glint.value)
    // The upper lid throws a shadow on the eye.
    eye.scale(1 - 0.45 * edge(0.035 - (down + upper), width: 0.05))
    colours.cover(eye, open)

    let lashes = 0.028 + 0.35 * pixel - 0.004 * f.male
    let upperLine = bump(along, (down + upper) * (1 / lashes), 1.16, 1)
    let lowerLine = bump(along, (down - lower) * (1 / (0.6 * lashes)), 1.05, 1)
    colours.cover(Colour(shown: 0.08, 0.05, 0.045), upperLine.value * 0.95)
    colours.cover(palette.shadow, lowerLine.value * 0.45)
    let corner = bump(across + f.eyeWidth, down, 0.05, 0.035)
    colours.cover(palette.shadow, corner.value * 0.5)
  }

  @inline(__always)
  func paintBrows(_ colours: inout Colours, _ x: Vector, _ y: Vector, _ side: Vector) {
    let f = features
    guard any(magnitude(y - f.browY) .< 0.26) else { return }
    let along = (side - f.eyeX - 0.01) * (1 / f.browLength)
    let middle = f.browY + (along * along - 0.3) * f.browArch + along * f.browSlant * 0.5
    // Thick at the nose, tapering outwards.
    let thickness = f.browThickness * (1.1 - 0.42 * along) + 0.35 * pixel
    let distance = (y - middle) / greatest(thickness, Vector(repeating: 0.005))
    let body = greatest(1 - distance * distance, .zero)
    let ends = edge(1 - along * along, width: 0.5)
    let hairs = 0.9 + 0.1 * wave(along * 0.8 + distance * 0.1, 4)
    colours.cover(palette.brow, least(body * 1.6, Vector(repeating: 1)) * ends * hairs * f.browStrength)
  }
}

/// The colours of a person.
struct FacePalette {
  var skin: Colour
  var blush: Colour
  var lips: Colour
  var hair: Colour
  var brow: Colour
  var iris: Colour
  var shadow: Colour

  init(_ person: FaceIdentity, _ features: FaceMeasures) {
    let light = Colour(shown: 0.95, 0.79, 0.69)
    let middle = Colour(shown: 0.80, 0.59, 0.45)
    let dark = Colour(shown: 0.42, 0.27, 0.19)
    let tone = min(max(0.36 + 0.27 * person[.skinTone], 0), 1)
    var skin = tone < 0.5 ? light.mixed(with: middle, 2 * tone) : middle.mixed(with: dark, 2 * tone - 1)
    skin.red *= 1 + 0.05 * person[.skinRedness]
    skin.blue *= 1 - 0.10 * person[.skinWarmth]
    skin.green *= 1 - 0.03 * person[.skinRedness]
    self.skin = skin
    blush = skin.mixed(with: Colour(shown: 0.85, 0.36, 0.32), 0.35)
    shadow = Colour(shown: 0.30, 0.14, 0.10).mixed(with: Colour(shown: 0.10, 0.05, 0.04), tone)
    let rouge = min(max(0.45 + 0.16 * person[.lipColour] - 0.15 * person[.sex], 0.12), 0.9)
    lips = skin.scaled(0.80).mixed(with: Colour(shown: 0.74, 0.24, 0.26).scaled(1 - 0.5 * tone), rouge)

    let darkness = min(max(0.62 + 0.30 * person[.hairDarkness] + 0.5 * (tone - 0.3), 0), 1)
    let blond = Colour(shown: 0.86, 0.70, 0.44)
    let brown = Colour(shown: 0.42, 0.27, 0.17)
    let black = Colour(shown: 0.10, 0.08, 0.075)
    var hair =
      darkness < 0.5 ? blond.mixed(with: brown, 2 * darkness) : brown.mixed(with: black, 2 * darkness - 1)
    let redness = min(max(0.3 * (person[.hairRedness] - 1), 0), 0.7) * (1 - darkness)
    hair = hair.mixed(with: Colour(shown: 0.66, 0.27, 0.11), redness)
    let grey =
      min(max(0.5 * (features.age - 0.9) + 0.25 * person[.greyness], 0), 1) * (features.age > 0 ? 1 : 0)
    brow = hair.scaled(0.55).mixed(with: Colour(shown: 0.60, 0.58, 0.56), 0.5 * grey)
    self.hair = hair.mixed(with: Colour(shown: 0.78, 0.77, 0.75), grey)

    let blue = Colour(shown: 0.36, 0.52, 0.66)
    let green = Colour(shown: 0.40, 0.50, 0.32)
    let brownEye = Colour(shown: 0.26, 0.15, 0.08)
    let hue = blue.mixed(with: green, min(max(0.5 + 0.4 * person[.irisHue], 0), 1))
    iris = hue.mixed(with: brownEye, min(max(0.55 + 0.4 * person[.irisDarkness] + 0.5 * (tone - 0.3), 0), 1))
  }
}

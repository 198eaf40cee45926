/// The measures of eyes, brows, nose and mouth of one picture, in the head's units.
struct FaceMeasures {
  var eyeX: Float
  var eyeY: Float
  var eyeWidth: Float
  var upperLid: Float
  var lowerLid: Float
  var eyeSlant: Float
  var eyeDepth: Float
  var iris: Float
  var gaze: Float
  var browY: Float
  var browThickness: Float
  var browArch: Float
  var browSlant: Float
  var browLength: Float
  var browStrength: Float
  var noseY: Float
  var noseWidth: Float
  var noseRidge: Float
  var noseTip: Float
  var nostril: Float
  var mouthY: Float
  var mouthWidth: Float
  var upperLip: Float
  var lowerLip: Float
  var mouthCurve: Float
  var mouthGap: Float
  var cheekbones: Float
  var chinWidth: Float
  var age: Float
  /// Above 0 for men, below for women.
  var male: Float
  var browBone: Float
  var ears: Float
  var beard: Float
  var moustache: Float
  /// The shadow of a shave.
  var shave: Float
  var moles: (x: Float, y: Float, secondX: Float, secondY: Float)
  var hasFreckles: Bool

  init(_ person: FaceIdentity, _ conditions: FaceConditions) {
    let male = person[.sex]
    let smile = conditions.smile
    eyeX = 0.41 + 0.028 * person[.eyeSpacing]
    eyeY = -0.02 + 0.025 * person[.eyeHeight]
    eyeWidth = 0.195 + 0.017 * person[.eyeWidth]
    let opening = max(conditions.eyeOpening - 0.15 * max(smile, 0), 0.02)
    let eyeHeight = max(0.088 + 0.014 * person[.eyeOpening] - 0.006 * male, 0.045)
    upperLid = eyeHeight * opening
    lowerLid = 0.62 * eyeHeight * (0.4 + 0.6 * opening)
    eyeSlant = 0.10 * person[.eyeSlant]
    eyeDepth = 0.16 + 0.05 * person[.eyeDepth] + 0.02 * male
    iris = 0.088
    gaze = 0.07 * conditions.gaze
    browY = -0.29 + 0.028 * person[.browHeight] + 0.02 * male - 0.03 * conditions.browRaise
    browThickness = max(0.048 + 0.012 * person[.browThickness] + 0.010 * male, 0.018)
    browArch = 0.055 + 0.025 * person[.browArch] - 0.012 * male
    browSlant = 0.09 * person[.browSlant]
    browLength = 0.27 + 0.02 * person[.browLength]
    browStrength = min(max(0.75 + 0.12 * person[.browThickness] + 0.08 * male, 0.25), 1)
    noseY = 0.44 + 0.04 * person[.noseLength]
    noseWidth = max(0.19 + 0.024 * person[.noseWidth] + 0.01 * male + 0.01 * smile, 0.11)
    noseRidge = 0.13 + 0.03 * person[.noseRidge] + 0.01 * male
    noseTip = 0.24 + 0.035 * person[.noseTip]
    nostril = 0.042 + 0.006 * person[.nostrils]
    mouthY = noseY + 0.34 + 0.03 * person[.mouthHeight]
    mouthWidth = 0.32 + 0.028 * person[.mouthWidth] + 0.05 * smile
    upperLip = max(0.062 + 0.017 * person[.upperLip] - 0.008 * male - 0.012 * max(smile, 0), 0.015)
    lowerLip = max(0.080 + 0.018 * person[.lowerLip] - 0.006 * male - 0.010 * max(smile, 0), 0.02)
    mouthCurve = 0.02 * person[.mouthCurve] + 0.075 * smile
    mouthGap = 0.20 * conditions.mouthOpening
    cheekbones = 0.10 + 0.05 * person[.cheekbones] + 0.05 * max(smile, 0)
    chinWidth = 0.26 + 0.05 * person[.chinWidth] + 0.02 * male
    age = person[.age] + conditions.ageShift
    self.male = male
    browBone = 0.035 + 0.02 * max(male, 0)
    ears = 1 + 0.10 * person[.ears]
    beard = min(max(0.55 * (person[.beard] - 0.55), 0), 0.92)
    shave = min(0.10 + 0.06 * person[.hairDarkness] + 0.1 * max(male - 0.5, 0), 0.3)
    moustache = max(beard, min(max(0.7 * (person[.moustache] - 0.8), 0), 0.9))
    moles = (
      0.26 * person[.moleX], 0.55 + 0.2 * person[.moleY], 0.3 * person[.secondMoleX],
      0.1 + 0.3 * person[.secondMoleY]
    )
    hasFreckles = person[.freckles] > 0.9
  }
}

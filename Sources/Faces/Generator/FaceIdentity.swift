internal import Tensors

/// A person of the generator: what stays the same from picture to picture.
///
/// Each trait is a number of mean 0 and deviation about 1 within ±3.5, drawn independently; the
/// renderer maps traits to shapes and colours. The distance of two persons is the distance of their traits.
public struct FaceIdentity: Hashable, Sendable {
  /// The number of the person, in its generator.
  public let index: Int
  /// The traits in the order of ``Trait``.
  public let traits: [Float]

  /// What persons differ in.
  public enum Trait: Int, CaseIterable, Sendable {
    case sex, age, skinTone, skinRedness, skinWarmth
    case headWidth, skullHeight, chinLength, jawSquareness, cheekbones, foreheadHeight, chinWidth
    case hairDarkness, hairRedness, hairLength, hairVolume, hairlineCurve, parting, baldness, greyness
    case eyeSpacing, eyeWidth, eyeOpening, eyeSlant, eyeHeight, eyeDepth, irisDarkness, irisHue
    case browHeight, browThickness, browArch, browSlant, browLength
    case noseLength, noseWidth, noseRidge, noseTip, nostrils
    case mouthWidth, mouthHeight, upperLip, lowerLip, lipColour, mouthCurve
    case beard, moustache, moleX, moleY, secondMoleX, secondMoleY, freckles, ears
  }

  init(index: Int, traits: [Float]) {
    require(traits.count == Trait.allCases.count, "\(traits.count) traits")
    self.index = index
    self.traits = traits
  }

  /// Accesses a trait.
  public subscript(trait: Trait) -> Float { traits[trait.rawValue] }

  /// The squared Euclidean distance of the traits: small for look-alikes.
  public func squaredDistance(to other: FaceIdentity) -> Float {
    zip(traits, other.traits).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}

/// A person of the generator: what stays the same from picture to picture.
///
/// Each trait is a number of mean 0 and deviation about 1 within ±3.5, drawn independently; how traits
/// become shapes and colours is the renderer's affair. The distance of two persons is that of their traits.
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
    precondition(traits.count == Trait.allCases.count, "\(traits.count) traits")
    self.index = index
    self.traits = traits
  }

  /// Accesses a trait.
  public subscript(trait: Trait) -> Float { traits[trait.rawValue] }

  /// The squared Euclidean distance of the traits: small for look-alikes.
  public func squaredDistance(to other: FaceIdentity) -> Float {
    zip(traits, other.traits).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// Returns the person whose traits lie on the way to another: 0 is this one, 1 the other.
  package func blended(with other: FaceIdentity, part: Float, index: Int) -> FaceIdentity {
    FaceIdentity(index: index, traits: zip(traits, other.traits).map { $0 + ($1 - $0) * part })
  }
}

internal import Tensors

/// A generator of synthetic faces: any number of invented persons, in any number of pictures each, from a seed.
///
/// A person is a vector of traits, a picture adds pose, light, expression, what hides the face and the camera.
/// The head is a rounded solid on which brows, eyes, nose and mouth are painted and embossed, lit and turned.
/// Nothing is stored or downloaded, and the same seed gives the same bits on every machine: only sums,
/// products, quotients and square roots that IEEE 754 rounds one way are used.
///
/// The faces are synthetic. Results on them compare methods; they do not tell how well real people are recognised.
public struct FaceGenerator: Hashable, Sendable {
  public let seed: UInt64

  /// Creates a generator; other seeds have other persons.
  public init(seed: UInt64) { self.seed = seed }

  /// Returns a person by number, from 0 on.
  ///
  /// - Precondition: `index` is not negative.
  public func identity(_ index: Int) -> FaceIdentity {
    require(index >= 0, "person \(index)")
    var chance = SeededGenerator(path: seed, 1, UInt64(index))
    return FaceIdentity(index: index, traits: FaceIdentity.Trait.allCases.map { _ in chance.bell() })
  }

  /// Returns the conditions of a picture of a person, by number from 0 on.
  public func conditions(identity: Int, image: Int, variation: FaceVariation = .wild) -> FaceConditions {
    require(identity >= 0 && image >= 0, "picture \(image) of person \(identity)")
    var chance = SeededGenerator(path: seed, 2, UInt64(identity), UInt64(image))
    return variation.conditions(using: &chance)
  }

  /// Draws a picture of a person, by numbers from 0 on.
  ///
  /// - Parameters:
  ///   - identity: which person.
  ///   - image: which picture of the person.
  ///   - size: height and width in pixels, 16 or more.
  ///   - variation: how much pictures of one person differ.
  public func image(identity: Int, image: Int, size: Int, variation: FaceVariation = .wild) -> Image {
    self.image(
      of: self.identity(identity),
      under: conditions(identity: identity, image: image, variation: variation),
      size: size
    )
  }

  /// Draws a person under given conditions.
  public func image(of identity: FaceIdentity, under conditions: FaceConditions, size: Int) -> Image {
    require(size >= 16, "a face of \(size) pixels")
    var canvas = Canvas(size: size)
    canvas.paint(FaceScene(identity, conditions, size: size))
    canvas.applyCamera(conditions)
    return canvas.image
  }
}

package import Tensors

/// The conditions of one picture of a person: pose, light, expression, occlusion and camera.
public struct FaceConditions: Hashable, Sendable {
  /// Turning to the side, in radians; positive turns the nose to the right of the picture.
  public var yaw: Float
  /// Nodding, in radians; positive looks down.
  public var pitch: Float
  /// Tilting in the plane of the picture, in radians, clockwise.
  public var roll: Float
  /// The size of the head in the picture, as a part of the usual size.
  public var scale: Float
  /// The shift of the head, in parts of the picture's width and height.
  public var shiftX: Float
  public var shiftY: Float
  /// Where the light comes from, in radians: to the right, and up.
  public var lightAzimuth: Float
  public var lightElevation: Float
  /// The part of the light that comes from everywhere, `0...1`.
  public var ambient: Float
  public var exposure: Float
  /// −1 cold, 1 warm.
  public var warmth: Float
  /// −1 sad, 1 smiling.
  public var smile: Float
  /// How far the mouth is open, `0...1`.
  public var mouthOpening: Float
  /// 1 as usual, 0 closed.
  public var eyeOpening: Float
  public var browRaise: Float
  public var gaze: Float
  /// Years of ageing since the usual age, in deviations of age.
  public var ageShift: Float
  public var occlusion: Occlusion
  /// The deviation of the blur, as a part of the picture's width.
  public var blur: Float
  /// The deviation of the camera's noise, in parts of full scale.
  public var noise: Float
  /// The loss of compression: 0 none, 1 strong.
  public var compression: Float
  /// Chooses background, clothes, noise and the look of what hides the face.
  public var scene: UInt64

  /// The occlusion: an object that hides a part of the face.
  public enum Occlusion: String, CaseIterable, Hashable, Sendable {
    case none, glasses, sunglasses, hat, hand
  }
}

/// The variation between the pictures of a person.
public struct FaceVariation: Codable, Hashable, Sendable {
  /// The deviations of the angles, in radians.
  public var yaw: Float
  public var pitch: Float
  public var roll: Float
  /// How one-sided light may be, `0...1`.
  public var light: Float
  /// How strong expressions may be, `0...1`.
  public var expression: Float
  /// The probability that something hides a part of the face.
  public var occlusion: Float
  /// How bad the camera may be, `0...1`.
  public var quality: Float
  /// How far a face may lie from the middle, `0...1`.
  public var placement: Float

  /// A passport's: near-frontal, even light, nothing hidden.
  public static let portrait = FaceVariation(
    yaw: 0.08,
    pitch: 0.06,
    roll: 0.04,
    light: 0.4,
    expression: 0.5,
    occlusion: 0,
    quality: 0.2,
    placement: 0.3
  )
  /// A photograph in the wild, as in LFW and VGGFace2.
  public static let wild = FaceVariation(
    yaw: 0.25,
    pitch: 0.12,
    roll: 0.1,
    light: 1,
    expression: 1,
    occlusion: 0.2,
    quality: 0.7,
    placement: 1
  )
  /// A frame of a video: smaller, blurred, turned away, compressed.
  public static let video = FaceVariation(
    yaw: 0.35,
    pitch: 0.16,
    roll: 0.1,
    light: 1,
    expression: 1,
    occlusion: 0.1,
    quality: 1,
    placement: 1
  )

  /// Draws the conditions of one picture.
  package func conditions(using chance: inout SeededGenerator) -> FaceConditions {
    let occludes = chance.happens(occlusion)
    let kinds = FaceConditions.Occlusion.allCases.dropFirst()
    let kind = kinds[1 + Int(chance.next() % UInt64(kinds.count))]
    return FaceConditions(
      yaw: limited(chance.bell() * yaw, 0.7),
      pitch: limited(chance.bell() * pitch, 0.4),
      roll: limited(chance.bell() * roll, 0.4),
      scale: 1 + 0.06 * placement * chance.bell(),
      shiftX: 0.02 * placement * chance.bell(),
      shiftY: 0.02 * placement * chance.bell(),
      lightAzimuth: 0.7 * light * chance.bell(),
      lightElevation: 0.5 + 0.25 * light * chance.bell(),
      ambient: limited(0.55 - 0.25 * light * chance.unit(), 1),
      exposure: 1 + 0.14 * light * chance.bell(),
      warmth: 0.5 * light * chance.bell(),
      smile: limited(0.2 + 0.5 * expression * chance.bell(), 1.2),
      mouthOpening: chance.happens(0.35 * expression) ? chance.unit() * expression : 0,
      eyeOpening: chance.happens(0.05 * expression)
        ? 0.1 : limited(1 + 0.13 * expression * chance.bell(), 1.4),
      browRaise: expression * chance.bell(),
      gaze: 0.4 * chance.bell() * expression,
      ageShift: 0.2 * chance.bell(),
      occlusion: occludes ? kind : .none,
      blur: chance.happens(0.5 * quality) ? 0.012 * quality * chance.unit() : 0,
      noise: 0.004 + 0.022 * quality * chance.unit() * chance.unit(),
      compression: chance.happens(0.6 * quality) ? quality * chance.unit() : 0,
      scene: chance.next()
    )
  }
}

private func limited(_ value: Float, _ bound: Float) -> Float { min(max(value, -bound), bound) }

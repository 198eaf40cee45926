internal import Digests
internal import Tensors

/// Pictures of a generator by number: which person, which picture, which frame of a video.
struct SyntheticFaces: Sendable {
  let generator: FaceGenerator
  let entries: [Entry]
  let variation: FaceVariation

  struct Entry: Hashable, Sendable {
    var person: Int
    /// The picture, or the video.
    var image: Int
    /// The frame of the video; −1 for a still.
    var frame = -1

    /// The path of the picture in the layout of its benchmark.
    var path: String {
      let name = personName(person)
      return frame < 0
        ? "\(name)/\(name)_\(padded(image + 1, to: 4)).jpg" : "\(videoPath)/\(padded(frame, to: 3)).jpg"
    }

    /// The folder of the video's frames.
    var videoPath: String { "\(personName(person))/\(image)" }
  }

  func image(_ index: Int, size: Int) -> Image {
    let entry = entries[index]
    let conditions =
      entry.frame < 0
      ? generator.conditions(identity: entry.person, image: entry.image, variation: variation)
      : generator.frameConditions(identity: entry.person, video: entry.image, frame: entry.frame)
    return generator.image(of: generator.identity(entry.person), under: conditions, size: size)
  }

  /// The pictures as a set; persons become classes in the order of their first picture, unless labels are given.
  func set(size: Int, labels: [Int]? = nil) -> FaceSet {
    var classes: [Int: Int] = [:]
    let labels =
      labels
      ?? entries.map { entry in
        let next = classes.count
        return classes[entry.person, default: next].taken { classes[entry.person] = $0 }
      }
    var hasher = Hasher256()
    hasher.field("synthetic faces 1")
    hasher.field("\(generator.seed) \(size) \(variation)")
    for (entry, label) in zip(entries, labels) {
      hasher.field("\(entry.person) \(entry.image) \(entry.frame) \(label)")
    }
    return FaceSet(
      labels: labels,
      classCount: (labels.max() ?? -1) + 1,
      size: size,
      digest: hasher.finish(),
      sources: nil,
      origin: .drawn(self),
      load: { image($0, size: size) }
    )
  }
}

extension Int {
  fileprivate func taken(_ body: (Int) -> Void) -> Int {
    body(self)
    return self
  }
}

/// The name of a generated person, as folders have it.
func personName(_ person: Int) -> String { "P\(padded(person, to: 8))" }

extension FaceGenerator {
  /// Where the persons of each set begin: far enough apart that no two sets ever share a person.
  enum Block {
    static let training = 0
    static let lfw = 10_000_000
    static let ytf = 20_000_000
    static let probes = 30_000_000
    static let distractors = 40_000_000
    static let ijb = 60_000_000
  }

  /// Draws the conditions of a frame: the video's own scene, light and camera, with a head that moves.
  func frameConditions(identity: Int, video: Int, frame: Int) -> FaceConditions {
    var chance = SeededGenerator(path: seed, 3, UInt64(identity), UInt64(video))
    var conditions = FaceVariation.video.conditions(using: &chance)
    var movement = SeededGenerator(path: seed, 4, UInt64(identity), UInt64(video), UInt64(frame))
    conditions.yaw += 0.10 * movement.bell()
    conditions.pitch += 0.05 * movement.bell()
    conditions.roll += 0.03 * movement.bell()
    conditions.smile += 0.25 * movement.bell()
    conditions.mouthOpening = movement.happens(0.4) ? movement.unit() * 0.6 : 0
    conditions.eyeOpening = movement.happens(0.08) ? 0.1 : conditions.eyeOpening
    conditions.shiftX += 0.015 * movement.bell()
    conditions.shiftY += 0.015 * movement.bell()
    conditions.blur = movement.happens(0.4) ? 0.012 * movement.unit() : conditions.blur
    return conditions
  }

  /// A training set with as many images of each class as asked.
  ///
  /// Its persons are in none of the benchmarks' stand-ins.
  ///
  /// - Parameters:
  ///   - sizes: at most ten million classes.
  ///   - size: height and width of the images in pixels.
  ///   - variation: how much pictures of one person differ.
  ///   - firstPicture: the number of each person's first picture. Sets whose numbers do not overlap show the same persons in
  ///     different pictures.
  public func trainingSet(
    _ sizes: ClassSizes,
    size: Int,
    variation: FaceVariation = .wild,
    firstPicture: Int = 0
  ) -> FaceSet {
    let entries = sizes.counts.enumerated().flatMap { person, count in
      (0..<count).map { SyntheticFaces.Entry(person: Block.training + person, image: firstPicture + $0) }
    }
    return SyntheticFaces(generator: self, entries: entries, variation: variation).set(size: size)
  }
}

internal import Tensors

/// Pairs to verify with the images to embed: LFW, SLLFW or YTF, or a synthetic stand-in in their form.
public struct PairBenchmark: Sendable {
  /// The name of the benchmark; the name of a synthetic stand-in says so.
  public let name: String
  public let pairs: PairList
  /// The images or videos that the pairs name.
  public let members: [String]
  /// The images to embed, in an order of their own.
  public let faces: FaceSet
  /// Which of `members` each of `faces` belongs to: its own for images, its video's for frames.
  public let memberOfFace: [Int]
  /// The path of each of `faces`, in the benchmark's layout.
  package let paths: [String]
}

extension FaceGenerator {
  /// A stand-in for LFW: ten folds that share no person, in each as many pairs of one person as of two.
  ///
  /// - Parameters:
  ///   - size: height and width of the images in pixels.
  ///   - pairsPerKind: pairs of each kind in a fold; LFW has 300.
  ///   - variation: how much pictures of one person differ.
  public func lfwStyle(
    size: Int,
    pairsPerKind: Int = 300,
    foldCount: Int = 10,
    variation: FaceVariation = .wild
  ) -> PairBenchmark {
    pairBenchmark("LFW-style, synthetic", size, pairsPerKind, foldCount, variation) { fold, chance in
      differentPairs(in: fold, count: pairsPerKind, using: &chance)
    }
  }

  /// A stand-in for SLLFW: the images and pairs of one person of ``lfwStyle(size:pairsPerKind:foldCount:variation:)``;
  /// the pairs of two persons are the look-alikes of each fold, those whose traits are nearest by
  /// ``FaceIdentity/appearanceDistance(to:)``.
  public func sllfwStyle(
    size: Int,
    pairsPerKind: Int = 300,
    foldCount: Int = 10,
    variation: FaceVariation = .wild
  ) -> PairBenchmark {
    pairBenchmark("SLLFW-style, synthetic", size, pairsPerKind, foldCount, variation) { fold, chance in
      lookAlikes(in: fold, count: pairsPerKind, using: &chance)
    }
  }

  /// The persons of a fold: as many as pairs of a kind.
  private func persons(of fold: Int, _ pairsPerKind: Int) -> Range<Int> {
    let count = max(4, pairsPerKind)
    return Block.lfw + fold * count..<Block.lfw + (fold + 1) * count
  }

  private typealias EntryPair = (SyntheticFaces.Entry, SyntheticFaces.Entry)

  private func pairBenchmark(
    _ name: String,
    _ size: Int,
    _ pairsPerKind: Int,
    _ foldCount: Int,
    _ variation: FaceVariation,
    different: (Range<Int>, inout SeededGenerator) -> [EntryPair]
  ) -> PairBenchmark {
    require(pairsPerKind >= 1 && foldCount >= 2, "\(pairsPerKind) pairs in \(foldCount) folds")
    var all: [(pair: EntryPair, isSame: Bool, fold: Int)] = []
    for fold in 0..<foldCount {
      let persons = persons(of: fold, pairsPerKind)
      for person in persons.prefix(pairsPerKind) {
        all.append(((.init(person: person, image: 0), .init(person: person, image: 1)), true, fold))
      }
      var chance = SeededGenerator(path: seed, 5, UInt64(fold))
      all += different(persons, &chance).map { ($0, false, fold) }
    }
    let pairs = PairList(
      all.enumerated().map { index, item in
        PairList.Pair(
          first: item.pair.0.path,
          second: item.pair.1.path,
          isSame: item.isSame,
          fold: item.fold,
          line: index + 2
        )
      }
    )
    var seen: Set<SyntheticFaces.Entry> = []
    let entries = all.flatMap { [$0.pair.0, $0.pair.1] }.filter { seen.insert($0).inserted }
    let faces = SyntheticFaces(generator: self, entries: entries, variation: variation)
    return PairBenchmark(
      name: name,
      pairs: pairs,
      members: pairs.members,
      faces: faces.set(size: size),
      memberOfFace: Array(entries.indices),
      paths: entries.map(\.path)
    )
  }

  private func differentPairs(in persons: Range<Int>, count: Int, using chance: inout SeededGenerator)
    -> [EntryPair]
  {
    var seen: Set<Set<Int>> = []
    var pairs: [EntryPair] = []
    while pairs.count < count {
      let first = persons.lowerBound + Int(chance.next() % UInt64(persons.count))
      let second = persons.lowerBound + Int(chance.next() % UInt64(persons.count))
      guard first != second,
        seen.insert([first, second]).inserted || seen.count == persons.count * (persons.count - 1) / 2
      else { continue }
      pairs.append(
        (
          .init(person: first, image: Int(chance.next() & 1)),
          .init(person: second, image: Int(chance.next() & 1))
        )
      )
    }
    return pairs
  }

  private func lookAlikes(in persons: Range<Int>, count: Int, using chance: inout SeededGenerator)
    -> [EntryPair]
  {
    let identities = persons.map(identity)
    var candidates: [(distance: Float, first: Int, second: Int)] = []
    for first in identities.indices {
      for second in identities.indices where second > first {
        candidates.append((identities[first].appearanceDistance(to: identities[second]), first, second))
      }
    }
    candidates.sort { ($0.distance, $0.first, $0.second) < ($1.distance, $1.first, $1.second) }
    return (0..<count).map { index in
      let pair = candidates[index % candidates.count]
      return (
        .init(person: persons.lowerBound + pair.first, image: Int(chance.next() & 1)),
        .init(person: persons.lowerBound + pair.second, image: Int(chance.next() & 1))
      )
    }
  }
}

extension FaceIdentity {
  /// The squared distance of the traits, each weighed by how much of a picture it changes: small for look-alikes.
  public func appearanceDistance(to other: FaceIdentity) -> Float {
    var sum: Float = 0
    for trait in Trait.allCases {
      let difference = self[trait] - other[trait]
      sum += Self.weight(of: trait) * difference * difference
    }
    return sum
  }

  private static func weight(of trait: Trait) -> Float {
    switch trait {
    case .sex, .skinTone, .hairDarkness: 4
    case .hairLength: 3
    case .age, .headWidth, .hairVolume, .hairRedness, .browThickness, .jawSquareness, .beard: 1.5
    case .moleX, .moleY, .secondMoleX, .secondMoleY, .freckles, .ears, .nostrils: 0.25
    case .skinRedness, .skinWarmth, .skullHeight, .chinLength, .cheekbones, .foreheadHeight, .chinWidth,
      .hairlineCurve,
      .parting, .baldness, .greyness, .eyeSpacing, .eyeWidth, .eyeOpening, .eyeSlant, .eyeHeight, .eyeDepth,
      .irisDarkness, .irisHue, .browHeight, .browArch, .browSlant, .browLength, .noseLength, .noseWidth,
      .noseRidge,
      .noseTip, .mouthWidth, .mouthHeight, .upperLip, .lowerLip, .lipColour, .mouthCurve, .moustache:
      1
    }
  }
}

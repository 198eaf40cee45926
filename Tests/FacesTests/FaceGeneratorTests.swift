internal import Digests
internal import Faces
internal import Testing

@Suite("The face generator")
struct FaceGeneratorTests {
  private let generator = FaceGenerator(seed: 7)

  @Test(
    "draws the same bits on every machine",
    arguments: [
      (64, FaceVariation.wild, "9da803ae2c75dd0a7c34dad18233a22d8891563841c27052c75ee1141dedacf0"),
      (150, .portrait, "ebfbd455c8f0b38a90b65641216e1ad594b6a593cffad2ea3be0747e27ef8f55"),
      (32, .video, "4e7a4bb77bb7e70986923de56341ca871e5ebbe3119285cbc56cfbf77e775720"),
    ]
  )
  func bits(size: Int, variation: FaceVariation, digest: String) {
    var hasher = Hasher256()
    for identity in 0..<6 {
      for image in 0..<4 {
        let face = generator.image(identity: identity, image: image, size: size, variation: variation)
        hasher.update(face.pixels)
      }
    }
    #expect(hasher.finish().hex == digest)
  }

  @Test("draws the same picture in any order of asking, and others from another seed")
  func order() {
    let first = generator.image(identity: 3, image: 1, size: 48)
    _ = generator.image(identity: 9, image: 0, size: 48)
    #expect(generator.image(identity: 3, image: 1, size: 48) == first)
    #expect(generator.image(identity: 3, image: 2, size: 48) != first)
    #expect(generator.image(identity: 4, image: 1, size: 48) != first)
    #expect(FaceGenerator(seed: 8).image(identity: 3, image: 1, size: 48) != first)
  }

  @Test("fills pictures of any size with light and dark", arguments: [16, 32, 47, 64, 96, 112, 150, 160])
  func sizes(size: Int) {
    let image = generator.image(identity: 1, image: 0, size: size, variation: .portrait)
    #expect(image.height == size && image.width == size && image.pixels.count == 3 * size * size)
    let mean = Double(image.pixels.reduce(0) { $0 + Int($1) }) / Double(image.pixels.count)
    #expect((40...220).contains(mean))
    let squares = image.pixels.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    #expect((squares / Double(image.pixels.count)).squareRoot() > 20)
  }

  @Test("draws one face at any size: a small picture is the large one seen from afar")
  func scales() {
    // Without a camera's flaws, whose grain belongs to the pixels.
    var conditions = generator.conditions(identity: 2, image: 0, variation: .portrait)
    (conditions.blur, conditions.noise, conditions.compression) = (0, 0, 0)
    let person = generator.identity(2)
    let small = generator.image(of: person, under: conditions, size: 40)
    let large = generator.image(of: person, under: conditions, size: 160)
    var difference = 0.0
    for row in 0..<40 {
      for column in 0..<40 {
        var sum = 0.0
        for y in 0..<4 { for x in 0..<4 { sum += Double(large[row * 4 + y, column * 4 + x].green) } }
        difference += abs(sum / 16 - Double(small[row, column].green))
      }
    }
    #expect(difference / 1600 < 6)
  }

  @Test("puts two pictures of one person nearer to each other than to most others, even pixel by pixel")
  func identities() {
    let images = (0..<20).map { identity in
      (0..<2).map { generator.image(identity: identity, image: $0, size: 64, variation: .portrait) }
    }
    func distance(_ a: Image, _ b: Image) -> Int {
      // The middle of the face, where no background shows.
      var sum = 0
      for row in 16..<48 {
        for column in 18..<46 {
          let difference = Int(a[row, column].green) - Int(b[row, column].green)
          sum += difference * difference
        }
      }
      return sum
    }
    var closer = 0
    var count = 0
    for identity in 0..<20 {
      let mate = distance(images[identity][0], images[identity][1])
      for other in 0..<20 where other != identity {
        count += 1
        if mate < distance(images[identity][0], images[other][0]) { closer += 1 }
      }
    }
    #expect(Double(closer) / Double(count) > 0.8)
  }

  @Test("draws traits of mean 0 and deviation 1, without bounds but ±3.5")
  func traits() {
    let people = (0..<2000).map { generator.identity($0).traits }
    for trait in FaceIdentity.Trait.allCases {
      let values = people.map { Double($0[trait.rawValue]) }
      let mean = values.reduce(0, +) / 2000
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000
      #expect(abs(mean) < 0.1 && abs(variance - 1) < 0.12, "\(trait)")
      #expect(values.allSatisfy { abs($0) < 3.5 })
    }
    let person = generator.identity(5)
    #expect(person.squaredDistance(to: person) == 0)
    #expect(person.squaredDistance(to: generator.identity(6)) > 10)
  }

  @Test("hides faces as often as asked, in every way there is")
  func occlusion() {
    let kinds = (0..<1000).map { generator.conditions(identity: 0, image: $0).occlusion }
    let hidden = kinds.count { $0 != .none }
    #expect((150...250).contains(hidden))
    #expect(Set(kinds) == Set(FaceConditions.Occlusion.allCases))
    for kind in FaceConditions.Occlusion.allCases {
      var conditions = generator.conditions(identity: 1, image: 0, variation: .portrait)
      let open = generator.image(of: generator.identity(1), under: conditions, size: 64)
      conditions.occlusion = kind
      let image = generator.image(of: generator.identity(1), under: conditions, size: 64)
      #expect((image == open) == (kind == .none), "\(kind)")
    }
  }
}

internal import Tensors

/// Templates of stills and frames, and pairs of templates to verify: IJB-B or IJB-C 1:1, or a stand-in.
public struct TemplateBenchmark: Sendable {
  /// The name of the benchmark; the name of a synthetic stand-in says so.
  public let name: String
  /// The images to embed, in the order of `list.images`; a subject is a class.
  public let faces: FaceSet
  /// Template and medium of each image, and the pairs.
  public let list: IJBList
}

extension FaceGenerator {
  /// A stand-in for IJB-B or IJB-C 1:1: each subject has a gallery template of stills and probe templates that
  /// mix stills with frames of videos.
  ///
  /// All gallery-probe pairs of one subject are genuine; of the others the same share for each gallery template
  /// is drawn.
  ///
  /// - Parameters:
  ///   - size: height and width of the images in pixels.
  ///   - subjectCount: 2 or more; IJB-C has 3,531.
  ///   - probesPerSubject: probe templates of each subject.
  ///   - impostorsPerGallery: probe templates of other subjects that each gallery template meets.
  public func ijbStyle(
    size: Int,
    subjectCount: Int,
    probesPerSubject: Int = 3,
    impostorsPerGallery: Int = 200,
    variation: FaceVariation = .wild
  ) -> TemplateBenchmark {
    require(subjectCount >= 2 && probesPerSubject >= 1 && impostorsPerGallery >= 1, "an empty benchmark")
    var chance = SeededGenerator(path: seed, 8)
    var entries: [SyntheticFaces.Entry] = []
    var images: [IJBList.Entry] = []
    var medium = 0
    func addStills(_ count: Int, person: Int, from first: Int, template: Int) {
      for image in first..<first + count {
        add(.init(person: person, image: image), template: template, medium: medium)
        medium += 1
      }
    }
    func add(_ entry: SyntheticFaces.Entry, template: Int, medium: Int) {
      entries.append(entry)
      images.append(IJBList.Entry(path: entry.path, template: template, medium: medium))
    }
    for subject in 0..<subjectCount {
      let person = Block.ijb + subject
      addStills(2 + Int(chance.next() % 3), person: person, from: 0, template: subject)
      for probe in 0..<probesPerSubject {
        let template = subjectCount + subject * probesPerSubject + probe
        addStills(Int(chance.next() % 3), person: person, from: 8 + 4 * probe, template: template)
        for frame in 0..<2 + Int(chance.next() % 5) {
          add(.init(person: person, image: probe, frame: frame), template: template, medium: medium)
        }
        medium += 1
      }
    }
    let probeCount = subjectCount * probesPerSubject
    var pairs: [IJBList.Pair] = []
    for gallery in 0..<subjectCount {
      let own = gallery * probesPerSubject..<(gallery + 1) * probesPerSubject
      pairs += own.map { IJBList.Pair(first: gallery, second: subjectCount + $0, isSame: true) }
      // The probes that follow the subject's own, from a chance place on: no pair comes twice.
      let others = probeCount - probesPerSubject
      let start = Int(chance.next() % UInt64(others))
      for step in 0..<min(impostorsPerGallery, others) {
        let probe = (own.upperBound + (start + step) % others) % probeCount
        pairs.append(IJBList.Pair(first: gallery, second: subjectCount + probe, isSame: false))
      }
    }
    return TemplateBenchmark(
      name: "IJB-style, synthetic",
      faces: SyntheticFaces(generator: self, entries: entries, variation: variation).set(size: size),
      list: IJBList(images: images, pairs: pairs)
    )
  }
}

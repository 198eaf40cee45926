public import Digests
internal import Foundation

/// A description of a face set from which any process makes the same set: the generator's seed with persons, pictures and
/// variation, or a list of files, or a subset of either.
///
/// ```swift
/// let data = try JSONEncoder().encode(set.portableDescription)
/// ```
public struct FaceSetDescription: Codable, Hashable, Sendable {
  private let kind: Kind

  private indirect enum Kind: Codable, Hashable, Sendable {
    case drawn(Drawing)
    case files(FileList)
    case subset(of: FaceSetDescription, indices: [Int])
  }

  private struct Drawing: Codable, Hashable {
    var seed: UInt64
    var size: Int
    var variation: FaceVariation
    var runs: [Run]
  }

  private struct FileList: Codable, Hashable {
    var root: String
    var paths: [String]
    var labels: [Int]
    var preparation: FacePreparation
  }

  /// Successive pictures of one person under one label; written as five numbers.
  private struct Run: Codable, Hashable {
    var first: SyntheticFaces.Entry
    var label: Int
    var count: Int

    init(_ first: SyntheticFaces.Entry, label: Int) { (self.first, self.label, count) = (first, label, 1) }

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      first = .init(
        person: try fields.decode(Int.self),
        image: try fields.decode(Int.self),
        frame: try fields.decode(Int.self)
      )
      (label, count) = (try fields.decode(Int.self), try fields.decode(Int.self))
    }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.unkeyedContainer()
      for number in [first.person, first.image, first.frame, label, count] { try fields.encode(number) }
    }

    /// Whether the numbers can be those of a set.
    var isValid: Bool {
      [first.person, first.image, label].allSatisfy { (0..<1 << 40).contains($0) }
        && (-1..<1 << 40).contains(first.frame) && (1..<1 << 40).contains(count)
    }

    var entries: [SyntheticFaces.Entry] {
      (0..<count).map { .init(person: first.person, image: first.image + $0, frame: first.frame) }
    }
  }

  init(_ origin: FaceSet.Origin, labels: [Int], size: Int) {
    switch origin {
    case .drawn(let faces):
      var runs: [Run] = []
      for (entry, label) in zip(faces.entries, labels) {
        if let last = runs.last, last.label == label, last.first.person == entry.person,
          last.first.frame == entry.frame, last.first.image + last.count == entry.image
        {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(Run(entry, label: label))
        }
      }
      let seed = faces.generator.seed
      kind = .drawn(Drawing(seed: seed, size: size, variation: faces.variation, runs: runs))
    case .files(let root, let paths, let preparation):
      kind = .files(FileList(root: root, paths: paths, labels: labels, preparation: preparation))
    case .subset(let whole, let all, let indices):
      kind = .subset(of: FaceSetDescription(whole, labels: all, size: size), indices: indices)
    }
  }

  /// Makes the set.
  ///
  /// - Parameters:
  ///   - roots: the folders that its files may lie in; none allows no files.
  ///   - digest: the digest that the set must have; `nil` allows any.
  ///   - file: the file that holds the description, for errors.
  /// - Throws: a ``DataError`` where the description is invalid, a file lies elsewhere, is damaged, or is not the one that
  ///   the digest covers.
  public func makeSet(
    filesUnder roots: [String],
    digest: Digest? = nil,
    file: String
  ) throws -> FaceSet {
    let set = try make(roots.map(Self.resolved), file)
    if let digest, set.digest != digest {
      throw DataError(
        .format(
          found: "a set of the digest \(set.digest.short)",
          expected:
            "the set \(digest.short): its files have changed, or another version of the program described it"
        ),
        file: file
      )
    }
    return set
  }

  private func make(_ roots: [String], _ file: String) throws -> FaceSet {
    switch kind {
    case .drawn(let drawing):
      try check(!drawing.runs.isEmpty && drawing.runs.allSatisfy(\.isValid), "persons and pictures", file)
      try check((16...4096).contains(drawing.size), "a size of 16 to 4096 pixels", file)
      try check(
        drawing.runs.reduce(0.0) { $0 + Double($1.count) } < 1e9,
        "below a thousand million pictures",
        file
      )
      let faces = SyntheticFaces(
        generator: FaceGenerator(seed: drawing.seed),
        entries: drawing.runs.flatMap(\.entries),
        variation: drawing.variation
      )
      let labels = drawing.runs.flatMap { Array(repeating: $0.label, count: $0.count) }
      // Each is drawn once, not once an epoch. Real pictures may not fit into memory.
      return faces.set(size: drawing.size, labels: labels).remembered()
    case .files(let list):
      let preparation = list.preparation
      try check(
        list.labels.count == list.paths.count && list.labels.allSatisfy { $0 >= 0 },
        "a label a file",
        file
      )
      try check(
        (1...4096).contains(preparation.size) && preparation.crop > 0 && preparation.crop <= 1,
        "a size of 1 to 4096 pixels and a crop above 0 and at most 1",
        file
      )
      for path in list.paths {
        let place = Self.resolved("\(list.root)/\(path)")
        try check(
          roots.contains { place.hasPrefix($0 + "/") },
          "files under a data root, not '\(place)'",
          file
        )
      }
      return try FaceSet.files(root: list.root, paths: list.paths, labels: list.labels, prepared: preparation)
    case .subset(let whole, let indices):
      let set = try whole.make(roots, file)
      try check(indices.allSatisfy { set.labels.indices.contains($0) }, "indices within \(set.count)", file)
      return set.subset(indices)
    }
  }

  private func check(_ isRight: Bool, _ expected: String, _ file: String) throws {
    if !isRight {
      throw DataError(.format(found: "another description of a set", expected: expected), file: file)
    }
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }
}

extension FaceSet {
  /// Where the images of a set come from.
  indirect enum Origin: Sendable {
    case drawn(SyntheticFaces)
    case files(root: String, paths: [String], FacePreparation)
    /// Some images of a set with so many labels.
    case subset(of: Origin, labels: [Int], indices: [Int])
  }

  /// What another process needs to make this set; `nil` where only this process can, for example for images held in memory.
  public var portableDescription: FaceSetDescription? {
    origin.map { FaceSetDescription($0, labels: labels, size: size) }
  }
}

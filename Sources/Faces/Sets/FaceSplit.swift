internal import Foundation

/// A split of real faces into a training set and pairs for testing that share no person.
///
/// ```swift
/// let split = try FaceSplit.lfw("/data/lfw", folds: [1, 2], prepared: .init(size: 32, crop: 0.5))
/// let model = try Trainer(recipe, on: split.training.stored()).train()
/// let features = try model.embeddings(of: split.benchmark.faces, withMirror: true)
/// ```
public struct FaceSplit: Sendable {
  /// The training set; a person is a class, in the order of the folders' names.
  public let training: FaceSet
  /// Images of each person of `training`.
  public let sizes: ClassSizes
  /// Pairs of persons who are not in `training`.
  public let benchmark: PairBenchmark
  /// Pictures whose rewritten line ends were repaired; 0 where repairing was not asked for.
  public let repairedCount: Int

  /// Splits LFW, or a set in its layout: folders of persons, with `pairs.txt` among them.
  ///
  /// The pairs are those of the tested folds. Persons in none of them form the training set, with a long tail: most
  /// persons of LFW have one picture. ``lfwRotations(_:folds:)`` gives the folds to test one after the other.
  ///
  /// - Parameters:
  ///   - root: the folder that holds `pairs.txt` and either the persons' folders or the one folder of them that LFW's
  ///     archives unpack to: `lfw`, `lfw_funneled`, `lfw-deepfunneled`.
  ///   - folds: the tested folds, counted from 1: at least 2, because the threshold of a fold is chosen on the others.
  ///   - leastImages: persons with fewer images are left out of the training set.
  ///   - missing: allows pairs whose pictures are missing to be left out, and counts them.
  /// - Throws: a ``DataError``, also where a pair names a picture that is not there, or the list has no such fold.
  public static func lfw(
    _ root: String,
    folds: [Int] = [1, 2],
    leastImages: Int = 1,
    prepared preparation: FacePreparation,
    missing: MissingTally? = nil
  ) throws -> FaceSplit {
    let file = "\(root)/pairs.txt"
    let root = try unpackedFolder(in: root)
    let list = try PairList.lfw(file, ending: pictureEnding(in: root))
    let folds = Set(folds).sorted()
    try check(folds, list, file: file)
    // Folds are counted from 0 without a gap.
    let tested = PairList(
      list.pairs.compactMap { pair in
        var pair = pair
        guard let position = folds.firstIndex(of: pair.fold + 1) else { return nil }
        pair.fold = position
        return pair
      }
    )
    let folder = PictureFolder(root)
    let pairs = try tested.present(file: file, missing: missing) { try folder.find($0) != nil }
    return try FaceSplit(
      root: root,
      name: "LFW, \(description(ofFolds: folds))",
      pairs: pairs,
      leastImages: leastImages,
      preparation: preparation
    )
  }

  /// Returns the folds of LFW to test together, one list for each training: two at a time, where the number is odd three
  /// at the end. Each fold is tested once.
  ///
  /// With ten folds: 1 and 2, 3 and 4, 5 and 6, 7 and 8, 9 and 10. With five: 1 and 2, 3 to 5.
  ///
  /// - Parameters:
  ///   - root: as for ``lfw(_:folds:leastImages:prepared:missing:)``.
  ///   - folds: the folds that are tested at all, counted from 1, for example `6...10`; `nil` for all of the list.
  /// - Throws: a ``DataError`` where the list cannot be read or has no such folds.
  public static func lfwRotations(_ root: String, folds: ClosedRange<Int>? = nil) throws -> [[Int]] {
    let file = "\(root)/pairs.txt"
    let list = try PairList.lfw(file)
    let all = Array(folds ?? 1...max(1, list.foldCount))
    try check(all, list, file: file)
    var rotations = stride(from: 0, to: all.count - 1, by: 2).map { [all[$0], all[$0 + 1]] }
    if !all.count.isMultiple(of: 2) { rotations[rotations.count - 1].append(all[all.count - 1]) }
    return rotations
  }

  private static func check(_ folds: [Int], _ list: PairList, file: String) throws {
    guard folds.count >= 2, let first = folds.first, let last = folds.last, first >= 1, last <= list.foldCount
    else {
      throw DataError(.tooFewFolds(wanted: max(2, folds.last ?? 0), found: list.foldCount), file: file)
    }
  }

  /// For example `folds 6 to 10`, or `folds 1, 4`.
  private static func description(ofFolds folds: [Int]) -> String {
    let isRange = folds.count > 1 && folds[folds.count - 1] - folds[0] == folds.count - 1
    return "folds "
      + (isRange
        ? "\(folds[0]) to \(folds[folds.count - 1])" : folds.map(String.init).joined(separator: ", "))
  }

  /// Splits a folder of persons, for example AT&T's `s1` to `s40`: the last persons by name are tested.
  ///
  /// Each fold has all pairs of one person's pictures, and as many of different persons of the fold, spread
  /// evenly over all that there are.
  ///
  /// - Parameters:
  ///   - testedPersons: shared out among the folds; each fold has at least 2 of them.
  ///   - picturesOfEach: at most so many pictures of each tested person, the first by name.
  /// - Throws: a ``DataError`` where pictures cannot be read or there are too few persons.
  public static func persons(
    _ root: String,
    testedPersons: Int,
    picturesOfEach: Int = .max,
    foldCount: Int = 5,
    prepared preparation: FacePreparation
  ) throws -> FaceSplit {
    let persons = try IdentityFolders(root).identities
    guard foldCount >= 2, testedPersons >= 2 * foldCount, persons.count >= testedPersons + 2 else {
      throw DataError(
        .tooFewPersons(found: persons.count, wanted: max(testedPersons, 2 * foldCount) + 2),
        file: root
      )
    }
    let tested = persons.suffix(testedPersons).map {
      IdentityFolders.Identity(name: $0.name, images: Array($0.images.prefix(picturesOfEach)))
    }
    var pairs: [PairList.Pair] = []
    for fold in 0..<foldCount {
      let range = testedPersons * fold / foldCount..<testedPersons * (fold + 1) / foldCount
      pairs += Self.pairs(of: Array(tested[range]), fold: fold, after: pairs.count)
    }
    return try FaceSplit(
      root: root,
      name: "\(testedPersons) of \(persons.count) persons",
      pairs: PairList(pairs),
      leastImages: 1,
      preparation: preparation
    )
  }

  private init(
    root: String,
    name: String,
    pairs: PairList,
    leastImages: Int,
    preparation: FacePreparation
  ) throws {
    let tested = Set(pairs.members.map { String($0.prefix { $0 != "/" }) })
    let folders = try IdentityFolders(root, excluding: tested.sorted()).keeping {
      $0.images.count >= leastImages
    }
    guard folders.identities.count >= 2 else {
      throw DataError(.tooFewPersons(found: folders.identities.count, wanted: 2), file: root)
    }
    let members = pairs.members
    training = try FaceSet.folders(folders, prepared: preparation)
    sizes = ClassSizes(folders.identities.map(\.images.count))
    benchmark = PairBenchmark(
      name: name,
      pairs: pairs,
      members: members,
      faces: try FaceSet.files(root: root, paths: members, prepared: preparation),
      memberOfFace: Array(members.indices),
      paths: members
    )
    let repairs = [training, benchmark.faces].map { $0.sources?.repair?.repairedCount ?? 0 }
    repairedCount = repairs.reduce(0, +)
  }

  private static func pairs(
    of persons: [IdentityFolders.Identity],
    fold: Int,
    after count: Int
  ) -> [PairList.Pair] {
    var same: [(String, String)] = []
    var different: [(String, String)] = []
    for (index, person) in persons.enumerated() {
      for (place, image) in person.images.enumerated() {
        same += person.images[(place + 1)...].map { (image, $0) }
        for other in persons[(index + 1)...] { different += other.images.map { (image, $0) } }
      }
    }
    let wanted = min(max(1, same.count), different.count)
    let taken = (0..<wanted).map { different[$0 * different.count / wanted] }
    let all = same.map { ($0, true) } + taken.map { ($0, false) }
    return all.enumerated().map { index, item in
      PairList.Pair(
        first: item.0.0,
        second: item.0.1,
        isSame: item.1,
        fold: fold,
        line: count + index + 1
      )
    }
  }

  /// The one folder named after LFW, where there is one; else the root itself.
  static func unpackedFolder(in root: String) throws -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let folders = names.filter { $0.hasPrefix("lfw") && isFolder("\(root)/\($0)") }
    return folders.count == 1 ? "\(root)/\(folders[0])" : root
  }

  /// The ending of the pictures' names, taken from the first person's first; `jpg` where there is none.
  static func pictureEnding(in root: String) -> String {
    let first = (try? IdentityFolders(root))?.identities.first?.images.first ?? ""
    return first.split(separator: ".").last.map(String.init) ?? "jpg"
  }
}

extension IdentityFolders {
  fileprivate func keeping(_ isWanted: (Identity) -> Bool) -> IdentityFolders {
    IdentityFolders(root: root, identities: identities.filter(isWanted))
  }

  private init(root: String, identities: [Identity]) {
    self.root = root
    self.identities = identities
  }
}

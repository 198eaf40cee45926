// The published pairs with the images that they name, from files.

extension PairBenchmark {
  /// Takes LFW: a folder a person, and `pairs.txt`.
  ///
  /// - Parameters:
  ///   - root: the folder that holds the persons' folders, or the one folder of them that LFW's archives unpack to.
  ///   - pairs: the list; `nil` takes `pairs.txt` under the root.
  ///   - missing: allows pairs whose images are missing to be left out, and counts them.
  /// - Throws: a ``DataError`` with the line of the list, also where a pair names an image that is not there.
  public static func lfw(
    _ root: String,
    pairs: String? = nil,
    prepared: FacePreparation,
    missing: MissingTally? = nil
  ) throws -> PairBenchmark {
    let file = pairs ?? "\(root)/pairs.txt"
    let root = try FaceSplit.unpackedFolder(in: root)
    let list = try PairList.lfw(file, ending: FaceSplit.pictureEnding(in: root))
    return try images("LFW", root, list, file, prepared, missing)
  }

  /// Takes SLLFW: LFW's folders, and `pair_SLLFW.txt`.
  ///
  /// - Throws: as ``lfw(_:pairs:prepared:missing:)``.
  public static func sllfw(
    _ root: String,
    pairs: String? = nil,
    prepared: FacePreparation,
    missing: MissingTally? = nil
  ) throws -> PairBenchmark {
    let file = pairs ?? "\(root)/pair_SLLFW.txt"
    let root = try FaceSplit.unpackedFolder(in: root)
    return try images("SLLFW", root, try PairList.sllfw(file), file, prepared, missing)
  }

  private static func images(
    _ name: String,
    _ root: String,
    _ list: PairList,
    _ file: String,
    _ prepared: FacePreparation,
    _ missing: MissingTally?
  ) throws -> PairBenchmark {
    let folder = PictureFolder(root)
    let pairs = try list.present(file: file, missing: missing) { try folder.find($0) != nil }
    let members = pairs.members
    return PairBenchmark(
      name: name,
      pairs: pairs,
      members: members,
      faces: try FaceSet.files(root: root, paths: members, prepared: prepared),
      memberOfFace: Array(members.indices),
      paths: members
    )
  }

  /// Takes YouTube Faces: a folder a person, in it a folder of frames a video, and `splits.txt`.
  ///
  /// Frames are taken in the order of their names, numbers by value.
  ///
  /// - Parameters:
  ///   - root: the folder that holds the persons' folders, for example `aligned_images_DB`.
  ///   - splits: the list; `nil` takes `splits.txt` under the root.
  ///   - framesPerVideo: at most so many of each video, evenly spaced; `nil` takes all.
  ///   - missing: allows pairs whose videos are missing or without frames to be left out, and counts them.
  /// - Throws: a ``DataError``: with the line of the list where a pair names a video that is not there; with the
  ///   video's folder where it holds another file than pictures.
  public static func ytf(
    _ root: String,
    splits: String? = nil,
    framesPerVideo: Int? = nil,
    prepared: FacePreparation,
    missing: MissingTally? = nil
  ) throws -> PairBenchmark {
    let file = splits ?? "\(root)/splits.txt"
    let list = try PairList.ytf(file)
    var frames: [String: [String]] = [:]
    for video in list.members where isFolder("\(root)/\(video)") {
      frames[video] = try self.frames(of: video, in: root, atMost: framesPerVideo)
    }
    let pairs = try list.present(file: file, missing: missing) { frames[$0]?.isEmpty == false }
    let members = pairs.members
    let taken = members.map { frames[$0] ?? [] }
    let paths = taken.flatMap(\.self)
    return PairBenchmark(
      name: "YTF",
      pairs: pairs,
      members: members,
      faces: try FaceSet.files(root: root, paths: paths, prepared: prepared),
      memberOfFace: taken.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element.count) },
      paths: paths
    )
  }

  private static func frames(of video: String, in root: String, atMost limit: Int?) throws -> [String] {
    let folder = "\(root)/\(video)"
    let names = try IdentityFolders.names(in: folder)
    if let other = names.first(where: { !ImageFile.isImageName($0) }) {
      throw DataError(.unexpectedFile(other), file: folder)
    }
    let count = min(names.count, max(1, limit ?? names.count))
    // The middles of equal parts: of one frame the middle one, of all each.
    return (0..<count).map { "\(video)/\(names[(2 * $0 + 1) * names.count / (2 * count)])" }
  }
}

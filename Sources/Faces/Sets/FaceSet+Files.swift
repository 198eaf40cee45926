internal import Foundation
internal import Tensors

/// The preprocessing of pictures from files: crop, size and orientation.
public struct FacePreparation: Codable, Hashable, Sendable {
  /// Height and width of the result in pixels.
  public var size: Int
  /// The part of the picture's shorter side that is kept about the middle, above 0 and at most 1.
  public var crop: Double
  /// Whether PGM and PPM files whose line ends were rewritten (LF to CR LF) are repaired; else they are an error.
  public var repairsLineEnds: Bool
  /// Whether the orientation in Exif metadata is applied.
  public var orientation: ImageOrientation

  /// Creates a preparation.
  public init(
    size: Int,
    crop: Double = 1,
    repairsLineEnds: Bool = false,
    orientation: ImageOrientation = .stored
  ) {
    require(size > 0 && crop > 0 && crop <= 1, "a crop of \(crop) to \(size) pixels")
    self.size = size
    self.crop = crop
    self.repairsLineEnds = repairsLineEnds
    self.orientation = orientation
  }

  func prepare(_ image: Image) -> Image {
    let side = max(1, Int((Double(min(image.height, image.width)) * crop).rounded()))
    return image.centreCropped(height: side, width: side).resized(height: size, width: size)
  }
}

extension FaceSet {
  /// Takes the images of folders, an identity a class.
  ///
  /// Every file is decoded once, on all threads: a missing, damaged or unread one is found now, not in the middle of
  /// training. That costs about as much as one epoch of reading: a second for 3,000 JPEG files of 250 × 250 pixels on two
  /// cores.
  ///
  /// - Throws: a ``DataError``, the first in the order of the images.
  public static func folders(_ folders: IdentityFolders, prepared: FacePreparation) throws -> FaceSet {
    let paths = folders.identities.flatMap(\.images)
    let labels = folders.identities.enumerated().flatMap {
      Array(repeating: $0.offset, count: $0.element.images.count)
    }
    return try files(root: folders.root, paths: paths, labels: labels, prepared: prepared)
  }

  /// Takes images by their paths under a folder, as ``PictureFolder`` finds them; every file is decoded once.
  ///
  /// - Parameter labels: the class of each image; `nil` makes each its own.
  /// - Throws: a ``DataError``, the first in the order of the images.
  public static func files(
    root: String,
    paths: [String],
    labels: [Int]? = nil,
    prepared preparation: FacePreparation
  ) throws -> FaceSet {
    let labels = labels ?? Array(paths.indices)
    require(labels.count == paths.count, "\(labels.count) labels for \(paths.count) images")
    let folder = PictureFolder(root)
    let paths = try paths.map { try folder.find($0) ?? $0 }
    let check = PictureCheck(root: root, paths: paths, preparation, note: "\(preparation) \(labels)")
    return try FaceSet(labels: labels, preparation, check, .files(root: root, paths: paths, preparation)) {
      index in
      let path = "\(root)/\(paths[index])"
      return try check.decode(try fileContents(path), file: path)
    }
  }

  /// Takes pictures that lie encoded in one file, each a class of its own.
  ///
  /// - Throws: a ``DataError``, the first in the order of the pictures.
  static func encoded(
    _ names: [String],
    in file: String,
    prepared preparation: FacePreparation,
    data: @escaping @Sendable (Int) -> Data
  ) throws -> FaceSet {
    let check = PictureCheck(names: names, place: file + ":", preparation, note: "\(preparation)") {
      data($0)
    }
    return try FaceSet(labels: Array(names.indices), preparation, check) { index in
      try check.decode(data(index), file: "\(file):\(names[index])")
    }
  }

  private init(
    labels: [Int],
    _ preparation: FacePreparation,
    _ check: PictureCheck,
    _ origin: Origin? = nil,
    read: @escaping @Sendable (Int) throws -> Image
  ) throws {
    if let error = check.errors.first { throw error }
    self.init(
      labels: labels,
      classCount: (labels.max() ?? -1) + 1,
      size: preparation.size,
      digest: check.digest,
      sources: check,
      origin: origin,
      load: { preparation.prepare(try read($0)) }
    )
  }
}

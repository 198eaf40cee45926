package import Digests
internal import Foundation
internal import Synchronization
internal import Tensors

/// How a picture from a file becomes a face of a set.
public struct FacePreparation: Hashable, Sendable {
  /// Height and width of the result in pixels.
  public var size: Int
  /// The part of the picture's shorter side that is kept about the middle, `0...1`.
  public var crop: Double
  /// Whether line ends that were rewritten in PGM files are mended.
  public var repairsLineEnds: Bool

  /// Creates a preparation.
  public init(size: Int, crop: Double = 1, repairsLineEnds: Bool = false) {
    require(size > 0 && crop > 0 && crop <= 1, "a crop of \(crop) to \(size) pixels")
    self.size = size
    self.crop = crop
    self.repairsLineEnds = repairsLineEnds
  }

  func prepare(_ image: Image) -> Image {
    let side = max(1, Int((Double(min(image.height, image.width)) * crop).rounded()))
    return image.centreCropped(height: side, width: side).resized(height: size, width: size)
  }
}

extension FaceSet {
  /// Takes the images of folders, an identity a class.
  ///
  /// Every file is read once for the digest: a missing or unreadable one is found now, not in the middle of training.
  ///
  /// - Throws: a ``DataError``.
  public static func folders(_ folders: IdentityFolders, prepared: FacePreparation) throws -> FaceSet {
    let paths = folders.identities.flatMap(\.images)
    let labels = folders.identities.enumerated().flatMap {
      Array(repeating: $0.offset, count: $0.element.images.count)
    }
    return try files(root: folders.root, paths: paths, labels: labels, prepared: prepared)
  }

  /// Takes images by their paths under a folder.
  ///
  /// - Parameter labels: the class of each image; `nil` makes each its own.
  /// - Throws: a ``DataError``.
  public static func files(
    root: String,
    paths: [String],
    labels: [Int]? = nil,
    prepared preparation: FacePreparation
  ) throws -> FaceSet {
    let labels = labels ?? Array(paths.indices)
    require(labels.count == paths.count, "\(labels.count) labels for \(paths.count) images")
    let repair = preparation.repairsLineEnds ? ImageRepair() : nil
    return FaceSet(
      labels: labels,
      classCount: (labels.max() ?? -1) + 1,
      size: preparation.size,
      digest: try manifest(root: root, paths: paths, note: "\(preparation) \(labels)"),
      load: { preparation.prepare(try ImageFile.read("\(root)/\(paths[$0])", repair: repair)) }
    )
  }

  /// A digest of files by their paths and contents, read on all threads.
  package static func manifest(root: String, paths: [String], note: String = "") throws -> Digest {
    let digests = Mutex<[Int: Result<Digest, any Error>]>([:])
    Parallel.forEach(paths.count) { index in
      let path = "\(root)/\(paths[index])"
      let digest = Result {
        do {
          return try Digest(ofFileAt: path)
        } catch {
          throw DataError(.unreadable(reason: reason(of: error)), file: path)
        }
      }
      digests.withLock { $0[index] = digest }
    }
    var hasher = Hasher256()
    hasher.field("files 1")
    hasher.field(note)
    for (index, path) in paths.enumerated() {
      hasher.field(path)
      hasher.field(try digests.withLock { try $0[index]?.get().hex ?? "" })
    }
    return hasher.finish()
  }
}

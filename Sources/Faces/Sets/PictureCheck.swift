package import Digests
internal import Foundation
internal import Synchronization
internal import Tensors

/// All pictures of a list of files, each decoded once: what is wrong with them, and a digest of their contents.
package struct PictureCheck: Sendable {
  /// What is wrong with each file that cannot be used, in the order of the files.
  package let errors: [DataError]
  /// SHA-256 of the note, and of the path and the bytes of each file.
  package let digest: Digest
  /// How many pictures have each size.
  package let shapes: [Shape: Int]
  /// What the decoders warned about.
  package let warnings = ImageWarnings()
  /// Counts what was repaired; `nil` where repairing was not asked for.
  package let repair: ImageRepair?
  private let orientation: ImageOrientation

  /// The size of a picture in pixels.
  package struct Shape: Hashable, Sendable {
    package let width: Int
    package let height: Int
  }

  /// Reads and decodes every file under a folder, on all threads.
  ///
  /// - Parameter note: what else the digest covers.
  package init(root: String, paths: [String], _ preparation: FacePreparation, note: String = "") {
    self.init(names: paths, place: root + "/", preparation, note: note) { index throws(DataError) in
      try fileContents("\(root)/\(paths[index])")
    }
  }

  /// Decodes every picture, on all threads.
  ///
  /// - Parameters:
  ///   - names: of the pictures; the digest covers them.
  ///   - place: what stands before a name in errors.
  ///   - data: returns the encoded bytes of a picture.
  init(
    names: [String],
    place: String,
    _ preparation: FacePreparation,
    note: String,
    data: @Sendable (Int) throws(DataError) -> Data
  ) {
    orientation = preparation.orientation
    repair = preparation.repairsLineEnds ? ImageRepair() : nil
    let results = Mutex<[Int: Result<(Digest, Shape), DataError>]>([:])
    let (warnings, repair, orientation) = (warnings, repair, orientation)
    Parallel.forEach(names.count) { index in
      let file = place + names[index]
      let result: Result<(Digest, Shape), DataError>
      do {
        let bytes = try data(index)
        let image = try ImageFile.decode(
          bytes,
          file: file,
          orientation: orientation,
          repair: repair,
          warnings: warnings
        )
        result = .success((Digest(of: bytes), Shape(width: image.width, height: image.height)))
      } catch let error as DataError {
        result = .failure(error)
      } catch {
        result = .failure(DataError(.unreadable(reason: "\(error)"), file: file))
      }
      results.withLock { $0[index] = result }
    }
    var hasher = Hasher256()
    // To be raised when files are decoded to other pixels.
    hasher.field("files 2")
    hasher.field(note)
    var errors: [DataError] = []
    var shapes: [Shape: Int] = [:]
    let found = results.withLock { $0 }
    for (index, name) in names.enumerated() {
      hasher.field(name)
      switch found[index] {
      case .success((let digest, let shape)):
        hasher.field(digest.hex)
        shapes[shape, default: 0] += 1
      case .failure(let error): errors.append(error)
      case nil: break
      }
    }
    self.errors = errors
    self.shapes = shapes
    digest = hasher.finish()
  }

  /// Decodes one of the pictures again, without counting it once more.
  func decode(_ data: Data, file: String) throws -> Image {
    let repair = repair.map { _ in ImageRepair() }
    return try ImageFile.decode(data, file: file, orientation: orientation, repair: repair)
  }
}

internal import Benchmarks
internal import Faces
internal import Foundation
internal import Tensors

/// The distractors of a list in the order of the list, read in pieces. A place is that of an image in the list, which is its row in
/// a NumPy file.
struct Gallery: Sendable {
  /// The NumPy file, or the folder of .bin files.
  let path: String
  /// The number of images.
  let count: Int
  /// The paths of the images; `nil` where there is a NumPy file and no list.
  let paths: [String]?
  private let file: NumpyFile?
  private let ending: String
  /// The places of images that are left out in any case.
  let noisy: Set<Int>
  private let allowsMissing: Bool

  /// - Parameters:
  ///   - paths: of the images; needed for a folder, checked against a NumPy file.
  ///   - noisy: the places of images to leave out.
  ///   - allowsMissing: whether images without a feature are left out and counted.
  /// - Throws: a ``DataError``.
  init(
    _ path: String,
    paths: [String]?,
    listPath: String?,
    ending: String,
    noisy: Set<Int>,
    allowsMissing: Bool
  ) throws {
    self.path = path
    self.paths = paths
    self.ending = ending
    self.noisy = noisy
    self.allowsMissing = allowsMissing
    guard isNumpyPath(path) else {
      guard let paths else {
        throw DataError(
          .format(found: "a folder of features without a list", expected: "the list too: --distractor-list"),
          file: path
        )
      }
      file = nil
      count = paths.count
      return
    }
    let file = try NumpyFile(path)
    try checkShape(file, path: path)
    if let paths, paths.count != file.rowCount {
      let expected = "\(paths.count) rows, one for each image of \(listPath ?? "")"
      throw DataError(.format(found: "\(file.rowCount) rows", expected: expected), file: path)
    }
    self.file = file
    count = file.rowCount
  }

  /// The dimensions of a NumPy file; `nil` for a folder, whose files are read one by one.
  var rowLength: Int? { file?.rowLength }

  /// Some of the distractors, without those that are left out.
  struct Piece {
    var source: any FeatureSource<Float>
    /// The place of each row of the source.
    var places: [Int]
    /// How many images without a feature were left out.
    var leftOut: Int
  }

  /// Returns the distractors of some places.
  ///
  /// - Throws: a ``DataError``.
  func piece(_ range: Range<Int>) throws -> Piece {
    if let file {
      let all = Array(range)
      let marked = allowsMissing ? try Self.marks(in: SelectedFeatures(file, rows: all)) : []
      let places = all.filter { !noisy.contains($0) && !marked.contains($0 - range.lowerBound) }
      return Piece(
        source: SelectedFeatures(file, rows: places),
        places: places,
        leftOut: marked.count
      )
    }
    let paths = (paths ?? [])[range]
    let missing = allowsMissing ? MissingTally() : nil
    var places = MegaFaceFeatures.present(root: path, paths: Array(paths), ending: ending, missing: missing)
      .map { range.lowerBound + $0 }.filter { !noisy.contains($0) }
    guard !places.isEmpty else {
      return Piece(source: Tensor<Float>(zeros: [0, 0]), places: [], leftOut: missing?.count ?? 0)
    }
    var files = try files(places)
    var leftOut = missing?.count ?? 0
    if allowsMissing {
      let marked = try Self.marks(in: files)
      leftOut += marked.count
      places = places.indices.filter { !marked.contains($0) }.map { places[$0] }
      if !places.isEmpty { files = try self.files(places) }
    }
    return Piece(source: files, places: places, leftOut: leftOut)
  }

  private func files(_ places: [Int]) throws -> MegaFaceFeatures {
    try MegaFaceFeatures(root: path, paths: places.map { paths?[$0] ?? "" }, ending: ending)
  }

  /// An error of a piece with the file and the row of the distractor.
  func located(_ error: EvaluationError, in piece: Piece) -> any Error {
    let row: Int
    switch error {
    case .notFinite(_, let place), .noDirection(_, let place), .magnitude(_, let place): row = place
    default: return error
    }
    var numbers = [Float](repeating: 0, count: piece.source.rowLength)
    let mark = numbers.withUnsafeMutableBufferPointer { numbers -> FeatureTable.Mark? in
      guard let base = numbers.baseAddress else { return nil }
      do { try piece.source.read(row..<row + 1, into: base) } catch { return nil }
      return FeatureTable.mark(of: UnsafeBufferPointer(numbers))
    }
    let place = piece.places[row]
    let name = "distractor \(place)" + (paths.map { ", \($0[place])" } ?? "")
    let source = file == nil ? "\(path)/\(paths?[place] ?? "")\(ending)" : path
    if let mark { return FeatureTable.error(mark, row: place, name: name, path: source) }
    return DataError(
      .format(
        found: "row \(place) (counted from 0, \(name)), whose squares overflow or underflow single precision",
        expected: "features that are scaled by one factor, or to unit length"
      ),
      file: source
    )
  }

  /// The rows of a source that are no features, found in blocks.
  private static func marks(in source: some FeatureSource<Float>) throws -> Set<Int> {
    var marks: Set<Int> = []
    let block = 4096
    var numbers = [Float](repeating: 0, count: min(block, source.rowCount) * source.rowLength)
    for start in stride(from: 0, to: source.rowCount, by: block) {
      let rows = start..<min(start + block, source.rowCount)
      try numbers.withUnsafeMutableBufferPointer { numbers in
        guard let base = numbers.baseAddress else { return }
        try source.read(rows, into: base)
        for row in rows {
          let first = base + (row - start) * source.rowLength
          let buffer = UnsafeBufferPointer(start: first, count: source.rowLength)
          if FeatureTable.mark(of: buffer) != nil { marks.insert(row) }
        }
      }
    }
    return marks
  }
}

/// Whether a path is that of a NumPy file and not of a folder.
func isNumpyPath(_ path: String) -> Bool { path.hasSuffix(".npy") || path.hasSuffix(".npz") }

/// The places of the galleries that one rank reads.
package struct GalleryShare {
  /// The galleries' sizes, ascending: the first so many places.
  let sizes: [Int]
  /// The number of all places; those beyond the largest gallery are searched for images without a feature.
  let count: Int

  package init(sizes: [Int], count: Int) {
    self.sizes = sizes
    self.count = count
  }

  /// The ranges of places of a rank, each within one gallery and not in the next smaller one; `gallery` is the index of its size,
  /// or the number of sizes beyond all galleries.
  ///
  /// - Parameter pieceLength: the most places of a range.
  package func pieces(ofRank rank: Int, of rankCount: Int, pieceLength: Int) -> [(
    gallery: Int, places: Range<Int>
  )] {
    let largest = sizes.last ?? 0
    let shares = [0..<largest, largest..<max(largest, count)].map { all in
      // The first ranks have one place more, so that rank 0 always has one.
      let ends = [rank, rank + 1].map { all.lowerBound + (all.count * $0 + rankCount - 1) / rankCount }
      return ends[0]..<ends[1]
    }
    return zip([0] + sizes, sizes + [max(largest, count)]).enumerated().flatMap { gallery, ends in
      shares.flatMap { share in
        let own = share.clamped(to: ends.0..<ends.1)
        return stride(from: own.lowerBound, to: own.upperBound, by: pieceLength).map {
          (gallery, $0..<min($0 + pieceLength, own.upperBound))
        }
      }
    }
  }
}

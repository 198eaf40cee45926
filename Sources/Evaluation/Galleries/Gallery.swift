internal import Benchmarks
internal import Faces
internal import Foundation
internal import Tensors

/// The distractors of a list in the order of the list, read in pieces. A place is that of an image in the list, which is
/// its row in a NumPy file.
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
  private let canLeaveOut: Bool
  /// Whether rows of one number in all places are features; the probes tell.
  private let constants: ConstantRows

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
    allowsMissing: Bool,
    canLeaveOut: Bool,
    constants: ConstantRows
  ) throws {
    self.path = path
    self.paths = paths
    self.ending = ending
    self.noisy = noisy
    self.allowsMissing = allowsMissing
    self.canLeaveOut = canLeaveOut
    self.constants = constants
    guard !isFeatureFolder(path) else {
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
    let file = try openFeatures(path)
    if let paths { try requireRows(file.rowCount, paths.count, of: listPath ?? "the list", features: path) }
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
      let wanted = range.filter { !noisy.contains($0) }
      guard allowsMissing else {
        return Piece(
          source: checked(SelectedFeatures(file, rows: wanted), wanted),
          places: wanted,
          leftOut: 0
        )
      }
      let marked = try marks(in: SelectedFeatures(file, rows: wanted))
      let places = wanted.indices.filter { !marked.contains($0) }.map { wanted[$0] }
      return Piece(source: SelectedFeatures(file, rows: places), places: places, leftOut: marked.count)
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
      let marked = try marks(in: files)
      leftOut += marked.count
      places = places.indices.filter { !marked.contains($0) }.map { places[$0] }
      if !places.isEmpty { files = try self.files(places) }
      return Piece(source: files, places: places, leftOut: leftOut)
    }
    return Piece(source: checked(files, places), places: places, leftOut: leftOut)
  }

  /// The source, from which reading a row that is no feature is an error.
  private func checked(_ source: any FeatureSource<Float>, _ places: [Int]) -> CheckedFeatures {
    CheckedFeatures(source: source) { row, numbers in
      if let mark = FeatureMark(numbers, constants) { throw error(mark, place: places[row]) }
    }
  }

  private func error(_ mark: FeatureMark, place: Int) -> DataError {
    mark.error(row: place, name: name(place), path: file(of: place), canLeaveOut: canLeaveOut)
  }

  private func name(_ place: Int) -> String { "distractor \(place)" + (paths.map { ", \($0[place])" } ?? "") }

  private func file(of place: Int) -> String {
    file == nil ? "\(path)/\(paths?[place] ?? "")\(ending)" : path
  }

  private func files(_ places: [Int]) throws -> MegaFaceFeatures {
    try MegaFaceFeatures(root: path, paths: places.map { paths?[$0] ?? "" }, ending: ending)
  }

  /// An error of a piece with the file and the row of the distractor.
  func located(_ error: EvaluationError, in piece: Piece) -> any Error {
    let row: Int
    switch error {
    case .notFinite(_, let place), .noDirection(_, let place), .magnitude(_, let place): row = place
    default: return LocatedError(error, file: path)
    }
    let place = piece.places[row]
    return DataError(
      .format(
        found:
          "row \(place) (counted from 0, \(name(place))), whose squares overflow or underflow single precision",
        expected: "features that are scaled by one factor, or to unit length"
      ),
      file: file(of: place)
    )
  }

  /// The rows of a source that are no features.
  private func marks(in source: some FeatureSource<Float>) throws -> Set<Int> {
    var marks: Set<Int> = []
    try forEachRow(of: source) { row, numbers in
      if FeatureMark(numbers, constants) != nil { marks.insert(row) }
    }
    return marks
  }
}

/// Features of another source, each looked at when it is read.
private struct CheckedFeatures: FeatureSource {
  typealias Element = Float

  let source: any FeatureSource<Float>
  /// Throws where a row is no feature.
  let check: @Sendable (Int, UnsafeBufferPointer<Float>) throws -> Void

  var rowCount: Int { source.rowCount }
  var rowLength: Int { source.rowLength }

  func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    try source.read(rows, into: destination)
    for (place, row) in rows.enumerated() {
      try check(row, UnsafeBufferPointer(start: destination + place * rowLength, count: rowLength))
    }
  }
}

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

  /// The ranges of places of a rank, each within one gallery and not in the next smaller one; `gallery` is the index of its
  /// size, or the number of sizes beyond all galleries.
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

package import Foundation
internal import Tensors

/// InsightFace's verification sets (`lfw.bin`, `agedb_30.bin`, `cfp_fp.bin`): encoded pictures, two a pair, and for each
/// pair whether it shows one person.
///
/// The file is a Python pickle of `(bins, issame_list)`. It is read as data: no object is created and no function called,
/// whatever the file asks for.
public struct InsightFacePairs: Sendable {
  /// Whether each pair shows one person.
  public let isSame: [Bool]
  /// The encoded bytes of each picture, `2 i` and `2 i + 1` of pair `i`.
  private let pictures: [Data]
  private let path: String

  /// Reads a file.
  ///
  /// - Throws: a ``DataError``: not such a pickle, or not two pictures a pair.
  public init(_ path: String) throws {
    func wrong(_ found: String) -> DataError {
      let expected = "a pickle of two lists: encoded pictures, and True or False for each pair"
      return DataError(.format(found: found, expected: expected), file: path)
    }
    let data = try fileContents(path)
    if let problem = DataError.Problem.compression(data) { throw DataError(problem, file: path) }
    let pickle = try Pickle(data, file: path)
    guard let parts = pickle.items(pickle.root), parts.count == 2, let bins = pickle.items(parts[0])
    else { throw wrong("another value") }
    pictures = try bins.enumerated().map { index, value in
      guard let bytes = pickle.bytes(value), !bytes.isEmpty else {
        throw wrong("picture \(index) that is not bytes")
      }
      return bytes
    }
    if let labels = pickle.items(parts[1]) {
      isSame = try labels.enumerated().map { index, value in
        guard let label = pickle.truth(value) else { throw wrong("label \(index) that is not True or False") }
        return label
      }
    } else {
      let type = pickle.elementType(ofArray: parts[1])
      guard let bytes = pickle.bytes(parts[1]) else { throw wrong("labels that are not True or False") }
      guard let truths = (type ?? .init(name: "b1", isBigEndian: false)).truths(bytes) else {
        throw wrong("labels of \(type.map { "the type \($0.name)" } ?? "bytes") that are not all 0 or 1")
      }
      isSame = truths
    }
    self.path = path
    guard pictures.count == 2 * isSame.count, !isSame.isEmpty else {
      throw wrong("\(pictures.count) pictures and \(isSame.count) labels")
    }
  }

  /// The names of the pictures, in the order of the file: `17/0.jpg` and `17/1.jpg` of pair 17, counted from 0. The file
  /// has none.
  public var names: [String] { pictures.indices.map { "\($0 / 2)/\($0 % 2).jpg" } }

  /// The encoded bytes of a picture, `2 i` and `2 i + 1` of pair `i`.
  package func picture(_ index: Int) -> Data { pictures[index] }

  /// The pairs in contiguous folds, as InsightFace's `verification.py` makes them, under the pictures' ``names``.
  ///
  /// - Throws: a ``DataError`` where there are fewer pairs than folds.
  public func list(_ path: String, foldCount: Int = 10) throws -> PairList {
    require(foldCount > 0, "a list of pairs has at least one fold, not \(foldCount)")
    guard isSame.count >= foldCount else {
      let expected = "at least \(foldCount), one for each of \(foldCount) folds"
      throw DataError(.format(found: "\(isSame.count) pairs", expected: expected), file: path)
    }
    return PairList(
      isSame.enumerated().map { index, same in
        PairList.Pair(
          first: names(ofPair: index).first,
          second: names(ofPair: index).second,
          isSame: same,
          fold: PairList.contiguousFold(index, of: isSame.count, foldCount: foldCount),
          line: index + 1
        )
      }
    )
  }

  private func names(ofPair index: Int) -> (first: String, second: String) {
    ("\(index)/0.jpg", "\(index)/1.jpg")
  }

  /// The pictures as a set, each decoded once now, so that a damaged one is named.
  ///
  /// - Throws: a ``DataError``, the first in the order of the pictures.
  public func faces(prepared preparation: FacePreparation) throws -> FaceSet {
    try FaceSet.encoded(names, in: path, prepared: preparation) { picture($0) }
  }
}

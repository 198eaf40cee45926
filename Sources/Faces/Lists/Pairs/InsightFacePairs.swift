package import Foundation

/// InsightFace's verification sets (`lfw.bin`, `agedb_30.bin`, `cfp_fp.bin`): encoded pictures, two a pair, and for each
/// pair whether it shows one person.
///
/// The file is a Python pickle of `(bins, issame_list)`. It is read as data: no object is created and no function called,
/// whatever the file asks for.
public struct InsightFacePairs: Sendable {
  /// Whether each pair shows one person.
  public let isSame: [Bool]
  /// Where the bytes of each picture lie in the file.
  package let pictures: [Range<Int>]
  private let isLatin: [Bool]
  private let data: Data

  /// Reads a file.
  ///
  /// - Throws: a ``DataError``: not such a pickle, or not two pictures a pair.
  public init(_ path: String) throws {
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw DataError(.unreadable(reason: reason(of: error)), file: path)
    }
    let expected = "a pickle of two lists: encoded pictures, and True or False for each pair"
    let root = try data.withUnsafeBytes { try PickleReader($0, path: path).value() }
    guard case .list(let parts) = root, parts.items.count == 2, case .list(let bins) = parts.items[0],
      case .list(let labels) = parts.items[1]
    else { throw DataError(.format(found: "another value", expected: expected), file: path) }
    let found = try bins.items.enumerated().map { index, item in
      switch item {
      case .bytes(let range): return (range: range, isLatin: false)
      case .latin(let range): return (range: range, isLatin: true)
      default:
        throw DataError(.format(found: "picture \(index) that is not bytes", expected: expected), file: path)
      }
    }
    pictures = found.map(\.range)
    isLatin = found.map(\.isLatin)
    isSame = try labels.items.enumerated().map { index, item in
      guard case .integer(let value) = item, value == 0 || value == 1 else {
        throw DataError(
          .format(found: "label \(index) that is not True or False", expected: expected),
          file: path
        )
      }
      return value == 1
    }
    guard pictures.count == 2 * isSame.count, !isSame.isEmpty else {
      let found = "\(pictures.count) pictures and \(isSame.count) labels"
      throw DataError(.format(found: found, expected: "two pictures a label, at least one label"), file: path)
    }
  }

  /// The encoded bytes of a picture, `2 i` and `2 i + 1` of pair `i`.
  package func picture(_ index: Int) -> Data {
    let range = pictures[index]
    let bytes = data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound]
    guard isLatin[index] else { return bytes }
    return Data(
      String(decoding: bytes, as: UTF8.self).unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    )
  }

  /// The pairs in contiguous folds, as InsightFace's `verification.py` makes them. The names of persons are not in the
  /// file, so each pair has a name of its own, `17/0.jpg` and `17/1.jpg`.
  ///
  /// - Throws: a ``DataError`` where there are fewer pairs than folds.
  public func list(_ path: String, foldCount: Int = 10) throws -> PairList {
    guard isSame.count >= foldCount else {
      throw DataError(.tooFewFolds(wanted: foldCount, found: isSame.count), file: path)
    }
    let (length, rest) = isSame.count.quotientAndRemainder(dividingBy: foldCount)
    return PairList(
      isSame.enumerated().map { index, same in
        let fold = index < rest * (length + 1) ? index / (length + 1) : (index - rest) / length
        return PairList.Pair(
          first: "\(index)/0.jpg",
          second: "\(index)/1.jpg",
          isSame: same,
          fold: fold,
          line: index + 1
        )
      }
    )
  }
}

internal import Digests
internal import Faces
internal import Foundation
internal import Tensors
package import Training

/// A search among stored embeddings, whose counts are kept in the same store.
///
/// One process counts all, or each of several its share: the sums are the same to the last count.
package struct StoredSearch: Sendable {
  private let search: GallerySearch
  private let store: ModelStore
  private let trials: IdentificationTrials<Float>
  private let distractors: EmbeddingFile

  /// Opens the embeddings.
  ///
  /// - Parameter isWhole: whether the content of both files is compared with their digests; one of several processes does.
  /// - Throws: `TensorFileError` where the embeddings are missing or damaged, or an ``EvaluationError``.
  package init(_ search: GallerySearch, in store: ModelStore, checked isWhole: Bool) throws {
    self.search = search
    self.store = store
    let probes = try EmbeddingFile(search.probes, in: store)
    distractors = try EmbeddingFile(search.distractors, in: store)
    if isWhole {
      try probes.check()
      try distractors.check()
    }
    try checkSizes(search.sizes, available: distractors.rowCount)
    var vectors = Tensor<Float>(zeros: [probes.rowCount, probes.rowLength])
    vectors.withUnsafeMutablePointer { probes.read(0..<probes.rowCount, into: $0) }
    trials = try IdentificationTrials(probes: vectors.normalisedRows(), identities: search.identities)
  }

  /// The counts of no distractor.
  package var empty: IdentificationCounts<Float> { trials.empty }

  /// Counts the share of one of several processes: every so many groups of each gallery.
  ///
  /// - Parameter progress: called at the start and after every few groups with those that are counted, and all of the share.
  /// - Returns: the counts by gallery, each without those of the smaller galleries.
  package func count(
    rank: Int = 0,
    of rankCount: Int = 1,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> [IdentificationCounts<Float>] {
    let shares = zip([0] + search.sizes, search.sizes).map { start, end in
      let groups = 0..<IdentificationTrials<Float>.groupCount(end - start)
      return (rows: start..<end, groups: groups.filter { $0 % rankCount == rank })
    }
    let all = shares.reduce(0) { $0 + $1.groups.count }
    // Some 16 reports of progress, with some blocks for each thread in between.
    let atOnce = max(4 * Parallel.threadCount, (all + 15) / 16)
    var done = 0
    try progress(done, all)
    return try shares.map { share in
      var counts = trials.empty
      for first in stride(from: 0, to: share.groups.count, by: atOnce) {
        let groups = Array(share.groups[first..<min(share.groups.count, first + atOnce)])
        counts.add(try trials.count(UnitRows(distractors), rows: share.rows, groups: groups))
        done += groups.count
        try progress(done, all)
      }
      return counts
    }
  }

  /// Keeps the counts of all shares in the store.
  ///
  /// - Throws: `TensorFileError` where they cannot be written.
  package func keep(_ counts: [IdentificationCounts<Float>]) throws {
    let lists = counts.map(\.numbers)
    let numbers = ([lists.count] + lists.map(\.count) + lists.joined()).map { Int64($0).littleEndian }
    let content = numbers.withUnsafeBytes { Data($0) }
    try store.write(Data("\(Digest(of: content))\n".utf8) + content, as: store.countFile(search))
  }
}

extension ModelStore {
  /// The name of the file of a search's counts: the SHA-256 of what follows in hexadecimal and a line feed; then, in 64 bits each,
  /// the number of galleries, how many counts each has, and the counts.
  func countFile(_ search: GallerySearch) -> String { "\(search.key).counts" }

  /// Returns whether the counts of a search are kept.
  package func hasCounts(of search: GallerySearch) -> Bool {
    access("\(folder)/\(countFile(search))", F_OK) == 0
  }

  /// Returns the counts of a search by gallery; nil where they are missing or damaged.
  package func keptCounts(of search: GallerySearch) -> [[Int]]? {
    let path = "\(folder)/\(countFile(search))"
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)), data.count > 65,
      let digest = Digest(hex: String(decoding: data.prefix(64), as: UTF8.self)),
      digest == Digest(of: data.dropFirst(65))
    else { return nil }
    let numbers = data.dropFirst(65).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count / 8 * 8, by: 8).map {
        Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self)))
      }
    }
    guard let count = numbers.first, count == search.sizes.count, numbers.count > count else { return nil }
    var rest = numbers.dropFirst(1 + count)
    return numbers[1...count].map { length in
      defer { rest = rest.dropFirst(length) }
      return Array(rest.prefix(length))
    }
  }
}

extension Identification {
  /// The results of kept counts; nil where they are of other trials.
  static func results(_ kept: [[Int]], of trials: IdentificationTrials<Float>) -> [Identification]? {
    var sum = trials.empty
    var results: [Identification] = []
    for numbers in kept {
      guard sum.add(numbers: numbers) else { return nil }
      results.append(Identification(sum, of: trials))
    }
    return results
  }
}

/// Features of another source, scaled to unit length when they are read.
struct UnitRows<Source: FeatureSource<Float>>: FeatureSource {
  typealias Element = Float

  private let source: Source

  init(_ source: Source) { self.source = source }

  var rowCount: Int { source.rowCount }
  var rowLength: Int { source.rowLength }

  func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    try source.read(rows, into: destination)
    normaliseRows(destination, rowCount: rows.count, length: rowLength)
  }
}

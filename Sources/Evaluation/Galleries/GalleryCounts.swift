internal import Benchmarks
internal import Foundation

/// What is counted among a part of the distractors. All counts are whole numbers: their sums over parts are those of one
/// pass over all distractors, whatever the parts and the order.
struct GalleryCounts: Sendable {
  /// Distractors that were left out since they have no feature.
  var leftOut = 0
  /// The counts of the distractors that were compared with the probes.
  private(set) var counts: IdentificationCounts<Float>

  /// - Parameter empty: counts of no distractor.
  init(_ empty: IdentificationCounts<Float>) { counts = empty }

  /// Adds the counts of other distractors among the same probes.
  mutating func add(_ other: IdentificationCounts<Float>) { counts.add(other) }

  /// The counts as numbers of 64 bits, for another rank.
  var data: Data {
    ([leftOut] + counts.numbers).map { Int64($0).littleEndian }.withUnsafeBytes { Data($0) }
  }

  /// Adds the ``data`` of another rank.
  ///
  /// - Throws: a `RankError` where they are of other trials.
  mutating func add(_ data: Data) throws {
    let numbers = data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count / 8 * 8, by: 8).map {
        Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self)))
      }
    }
    guard let first = numbers.first, counts.add(numbers: Array(numbers.dropFirst())) else {
      throw RankError(description: "a rank sent \(numbers.count) counts, which are of other trials")
    }
    leftOut += first
  }
}

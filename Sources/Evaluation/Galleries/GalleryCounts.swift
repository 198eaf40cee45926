internal import Benchmarks
internal import Foundation
internal import Tensors

/// What is counted among a part of the distractors. All counts are whole numbers: their sums over parts are those of one pass over
/// all distractors, whatever the parts and the order.
struct GalleryCounts: Hashable, Sendable {
  /// Distractors that were compared with the probes.
  var distractorCount = 0
  /// Distractors that were left out since they have no feature.
  var leftOut = 0
  /// Distractors closer than the mate, by trial; empty where no distractor was compared.
  private(set) var closer: [Int] = []
  /// All scores of distractors by their place among the n distinct scores of mates, ascending: place `2i + 1` counts those on
  /// the mates' score i, place `2i` those below it and above score `i - 1`, place `2n` those above all.
  private(set) var places: [Int] = []

  init() {}

  /// Takes the counts of an identification among one gallery.
  ///
  /// A curve has rates, not counts: a rate is a quotient of two whole numbers below 2⁵¹, so that the product of rate and
  /// denominator is less than 1/2 from the count.
  init(_ part: Identification) {
    distractorCount = part.distractorCount
    closer = part.closerCounts
    let curve = part.verification
    let total = Double(curve.impostorCount)
    precondition(curve.impostorCount < 1 << 51, "\(curve.impostorCount) scores in one part")
    places = Array(repeating: 0, count: 2 * curve.points.count + 1)
    var last = 0
    for (point, index) in zip(curve.points, curve.points.indices.reversed()) {
      let above = Int((point.falseAcceptRateAbove * total).rounded())
      let accepted = Int((point.falseAcceptRate * total).rounded())
      places[2 * index + 2] = above - last
      places[2 * index + 1] = accepted - above
      last = accepted
    }
    places[0] = curve.impostorCount - last
  }

  /// Adds the counts of other distractors among the same probes.
  mutating func add(_ other: GalleryCounts) {
    distractorCount += other.distractorCount
    leftOut += other.leftOut
    guard !other.closer.isEmpty else { return }
    guard !closer.isEmpty else {
      (closer, places) = (other.closer, other.places)
      return
    }
    precondition(closer.count == other.closer.count && places.count == other.places.count, "other probes")
    for trial in closer.indices { closer[trial] += other.closer[trial] }
    for place in places.indices { places[place] += other.places[place] }
  }

  /// The curve of the counts.
  ///
  /// - Parameter mates: the scores of the mates.
  func curve(mates: [Float]) -> ROC {
    var counter = ScoreCounter(genuine: mates)
    let scores = counter.scores
    precondition(places.count == 2 * scores.count + 1, "\(places.count) counts for \(scores.count) scores")
    // A counter takes scores. For each binary digit of the counts, the highest first, all counts are doubled and the places
    // that have the digit get one score.
    let digits = Int.bitWidth - places.dropFirst().reduce(0, |).leadingZeroBitCount
    for digit in (0..<digits).reversed() {
      let once = counter
      counter.add(once)
      let chosen = places.indices.dropFirst().filter { places[$0] >> digit & 1 == 1 }.map { place in
        let index = place / 2
        if place % 2 == 1 { return scores[index] }
        return index < scores.count ? scores[index].nextDown : scores[index - 1].nextUp
      }
      chosen.withUnsafeBufferPointer { counter.count($0) }
    }
    counter.countBelow(places[0])
    return ROC(counter)
  }

  /// The counts as numbers of 64 bits, for another rank.
  var data: Data {
    let numbers = [distractorCount, leftOut, closer.count] + closer + places
    return numbers.map { Int64($0).littleEndian }.withUnsafeBytes { Data($0) }
  }

  /// Reads ``data``.
  init(_ data: Data) {
    let numbers = data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map {
        Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self)))
      }
    }
    precondition(numbers.count >= 3 && numbers.count >= 3 + numbers[2], "\(numbers.count) numbers of a rank")
    (distractorCount, leftOut) = (numbers[0], numbers[1])
    closer = Array(numbers[3..<3 + numbers[2]])
    places = Array(numbers[(3 + numbers[2])...])
  }
}

/// The trials of an identification: the same on all ranks and for all galleries.
struct GalleryTrials: Sendable {
  /// The identity of each trial.
  let identities: [Int]
  /// The scores of the mates, ascending, each as often as it occurs.
  let mates: [Float]

  /// - Throws: an ``EvaluationError``, also for probes without mates.
  init(probes: Tensor<Float>, identities: [Int]) throws {
    guard probes.rowCount > 0 else { throw EvaluationError.noTrials }
    // Trials do not depend on distractors: any one will do.
    let part = try Identification.evaluate(
      probes: probes,
      identities: identities,
      distractors: probes.selecting([0])
    )[0]
    self.identities = part.identities
    let curve = part.verification
    var (scores, last): ([Float], Int) = ([], 0)
    for point in curve.points {
      let accepted = Int((point.trueAcceptRate * Double(curve.genuineCount)).rounded())
      scores += Array(repeating: Float(point.threshold), count: accepted - last)
      last = accepted
    }
    mates = scores.reversed()
  }
}

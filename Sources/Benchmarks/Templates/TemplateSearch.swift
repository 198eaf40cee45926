public import Tensors

/// Identification of templates in a gallery: the 1:N protocol of IJB-B and IJB-C, open and closed set, for one gallery.
///
/// A probe whose subject is in the gallery is a mated search, any other a non-mated one. With the score `s` of two
/// templates, their inner product,
///
/// ```
/// rank(p)  = 1 + #{gallery templates of other subjects with s > mate's score}
/// FPIR(τ)  = #{non-mated probes whose highest score ≥ τ} / #{non-mated probes}
/// TPIR(τ)  = #{mated probes whose mate's score ≥ τ}      / #{mated probes}
/// ```
///
/// A tie counts for the mate. TPIR asks no rank of the mate unless a limit is given.
///
/// Source: Maze et al., IARPA Janus Benchmark - C, 2018, section 4; the results over two galleries are averaged.
public struct TemplateSearch: Hashable, Sendable {
  /// The rank of the mate in each mated search.
  public let ranks: [Int]
  /// TPIR (as true accept rate) by FPIR (as false accept rate).
  public let searches: ROC
  /// The number of gallery templates.
  public let galleryCount: Int
  /// The subject of each mated search.
  package let subjects: [Int]
  /// The mate's score in each mated search, −2 where its rank is beyond the limit.
  package let mateScores: [Float]

  /// Searches the probes in the gallery.
  ///
  /// - Parameters:
  ///   - gallery: the subject of each gallery template.
  ///   - probes: the subject of each probe template.
  ///   - rankLimit: mates of a higher rank count as not found by TPIR; `nil` for no limit.
  /// - Throws: an ``EvaluationError``.
  public init(
    of templates: Templates<Float>,
    gallery: [(template: Int, subject: Int)],
    probes: [(template: Int, subject: Int)],
    rankLimit: Int? = nil
  ) throws {
    try templates.checkUnitLength()
    func rows(_ list: [(template: Int, subject: Int)]) throws -> [Int] {
      try list.enumerated().map { line, entry in
        guard let row = templates.index(ofTemplate: entry.template) else {
          throw EvaluationError.noFeature("template \(entry.template)", line: line + 1)
        }
        return row
      }
    }
    let (galleryRows, probeRows) = (try rows(gallery), try rows(probes))
    let subjectsOfGallery = gallery.map(\.subject)
    let known = Set(subjectsOfGallery)
    let found = templates.features.withUnsafePointer { base in
      let shared = SharedRows(base: base, rowCount: templates.ids.count, length: templates.features.rowLength)
      return searchAll(
        shared,
        gallery: galleryRows,
        of: subjectsOfGallery,
        probes: probeRows,
        probes.map(\.subject)
      )
    }
    let mated = probes.indices.filter { known.contains(probes[$0].subject) }
    guard !mated.isEmpty else { throw EvaluationError.noSearches(mated: true) }
    guard mated.count < probes.count else { throw EvaluationError.noSearches(mated: false) }
    ranks = mated.map { found[$0].rank }
    subjects = mated.map { probes[$0].subject }
    mateScores = mated.map { place in
      rankLimit.map { found[place].rank <= $0 } ?? true ? found[place].mate : -2
    }
    let others = probes.indices.filter { !known.contains(probes[$0].subject) }
    searches = ROC(genuine: mateScores, impostor: others.map { found[$0].best })
    galleryCount = gallery.count
  }

  /// The number of mated searches.
  public var matedCount: Int { ranks.count }

  /// Returns the part of the mated searches whose rank is at most this, in `0...1`.
  public func rate(atRank rank: Int) -> Double {
    require(rank >= 1, "ranks count from 1: there is no rank \(rank)")
    return Double(ranks.count { $0 <= rank }) / Double(ranks.count)
  }
}

/// The result of one search.
private struct Found {
  /// The highest score of another subject.
  var best: Float = -2
  /// The highest score of the probe's own subject.
  var mate: Float = -2
  var rank = 1
}

/// Searches each probe, in chunks on all threads.
private func searchAll(
  _ rows: SharedRows<Float>,
  gallery: [Int],
  of subjects: [Int],
  probes: [Int],
  _ subjectOfProbe: [Int]
) -> [Found] {
  var found = [Found](repeating: Found(), count: probes.count)
  found.withUnsafeMutableBufferPointer { found in
    nonisolated(unsafe) let found = found
    let length = 16
    Parallel.forEach((probes.count + length - 1) / length) { chunk in
      let places = chunk * length..<min(probes.count, (chunk + 1) * length)
      var scores = [Float](repeating: 0, count: places.count * gallery.count)
      // A gallery row is read once for all probes of the chunk.
      for (column, row) in gallery.enumerated() {
        for place in places {
          scores[(place - places.lowerBound) * gallery.count + column] = rows.dot(probes[place], row)
        }
      }
      for place in places {
        let start = (place - places.lowerBound) * gallery.count
        let own = subjectOfProbe[place]
        var result = Found()
        for column in gallery.indices {
          let score = scores[start + column]
          if subjects[column] == own {
            result.mate = max(result.mate, score)
          } else {
            result.best = max(result.best, score)
          }
        }
        for column in gallery.indices where scores[start + column] > result.mate && subjects[column] != own {
          result.rank += 1
        }
        found[place] = result
      }
    }
  }
  return found
}

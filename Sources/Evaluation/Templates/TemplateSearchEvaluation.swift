internal import Benchmarks
package import Faces

/// Identification of templates by the 1:N protocol of IJB-B and IJB-C, from a file of features.
package struct TemplateSearchEvaluation: Sendable {
  package var list: IJBSearchList
  package var listPaths: [String]
  package var rules: TemplateRules
  package var ranks = [1, 5, 10]
  package var falsePositiveRates = [1e-2, 1e-1]
  /// Mates of a higher rank count as not found by TPIR.
  package var rankLimit: Int?

  package init(list: IJBSearchList, listPaths: [String], rules: TemplateRules) {
    self.list = list
    self.listPaths = listPaths
    self.rules = rules
  }

  /// Scores features.
  ///
  /// - Throws: a ``DataError`` or an ``EvaluationError``.
  package func sheet(features path: String) throws -> ScoreSheet {
    try naming(features: path, list: listPaths.last ?? path) { try score(path) }
  }

  private func score(_ path: String) throws -> ScoreSheet {
    let prepared = try rules.prepare(path, images: list.images)
    let templates = try Templates(
      pooling: prepared.features,
      of: prepared.images,
      weights: prepared.weights
    )
    let known = Set(templates.ids)
    let probes = list.probes.filter { !rules.allowsMissing || known.contains($0.template) }
    var (results, withoutMates): ([TemplateSearch], [Int]) = ([], [])
    for entries in list.galleries {
      let gallery = entries.filter { !rules.allowsMissing || known.contains($0.template) }
      // A probe whose mate is left out of the gallery is no search without a mate.
      let lost = Set(entries.map(\.subject)).subtracting(gallery.map(\.subject))
      let searched = probes.filter { !lost.contains($0.subject) }
      withoutMates.append(probes.count - searched.count)
      results.append(
        try TemplateSearch(
          of: templates,
          gallery: gallery.map { ($0.template, $0.subject) },
          probes: searched.map { ($0.template, $0.subject) },
          rankLimit: rankLimit
        )
      )
    }
    let files = [path] + listPaths + (rules.detections.map { [$0] } ?? [])
    var sheet = try ScoreSheet("IJB 1:N", reading: files)
    func mean(_ value: (TemplateSearch) -> Double) -> Double {
      results.reduce(0) { $0 + value($1) } / Double(results.count)
    }
    for rank in ranks { sheet.add("rank-\(rank) rate", mean { $0.rate(atRank: rank) }) }
    for limit in falsePositiveRates {
      sheet.add(Self.name(limit), mean { $0.searches.trueAcceptRate(atFalseAcceptRate: limit) })
    }
    for (index, result) in results.enumerated() {
      let gallery = "gallery \(index + 1)"
      for rank in ranks { sheet.add("\(gallery), rank-\(rank) rate", result.rate(atRank: rank)) }
      for limit in falsePositiveRates {
        sheet.add(result.searches, at: limit, name: "\(gallery), \(Self.name(limit))") { $0 }
        sheet.noteResolution(
          limit,
          of: result.searches.impostorCount,
          rate: "false positive identification rate",
          trials: "non-mated searches of \(gallery)"
        )
      }
      sheet.add("\(gallery), templates", Double(result.galleryCount))
      sheet.add("\(gallery), mated searches", Double(result.matedCount))
      sheet.add("\(gallery), non-mated searches", Double(result.searches.impostorCount))
      if rules.allowsMissing {
        sheet.add("\(gallery), templates left out", Double(list.galleries[index].count - result.galleryCount))
        sheet.add("\(gallery), probes left out with their mates", Double(withoutMates[index]))
      }
    }
    if rules.allowsMissing {
      sheet.add("images left out", Double(prepared.leftOut))
      sheet.add("probes left out", Double(list.probes.count - probes.count))
    }
    sheet.addCurve { limit in mean { $0.searches.trueAcceptRate(atFalseAcceptRate: limit) } }
    sheet.falseRate = "False positive identification rate"
    sheet.trueRate = "True positive identification rate"
    sheet.conventions =
      rules.conventions + [
        "Rates are the mean over the galleries. A probe with a mate in the gallery is a mated search, else a non-mated one;"
          + " rank k is of mated searches.",
        "FPIR: non-mated searches whose highest score reaches the threshold. TPIR: mated searches whose mate reaches it"
          + (rankLimit.map { " at rank \($0) or better" } ?? ", whatever its rank")
          + " (IJB-C, Maze et al. 2018). InsightFace's ijb_1n.py counts false positives among all pairs instead.",
        ScoreSheet.atMost,
      ]
    return sheet
  }

  private static func name(_ limit: Double) -> String {
    "true positive identification rate at false positive identification rate \(short(limit))"
  }
}

internal import Benchmarks
package import Faces
internal import Foundation

/// The rules by which the features of images are pooled to those of templates.
package struct TemplateRules: Sendable {
  /// Whether each row holds the features of an image and of its mirror image side by side, which are added.
  package var addsHalves = false
  /// Whether images' features are scaled to unit length before they are pooled.
  package var hasUnitImages = false
  /// `ijbc_name_5pts_score.txt`: weighs each image by its detector's score.
  package var detections: String?
  /// Whether images without a feature are left out, and pairs of templates without an image.
  package var allowsMissing = false
  /// Whether errors may advise to leave images out.
  var canLeaveOut = true

  package init() {}

  var conventions: [String] {
    [
      "A template is the normalised sum over media of the mean feature of each medium (InsightFace's ijb_11.py).",
      addsHalves
        ? "Features of an image and its mirror image are added (ijb_11.py, flip test F1)."
        : "Rows are taken whole (ijb_11.py takes the first half of rows of two halves without its flip test).",
      hasUnitImages
        ? "Images' features are scaled to unit length before pooling (ijb_11.py, N0)."
        : "Images' features are pooled with their norms (ijb_11.py, N1).",
      detections != nil
        ? "Each image is weighed by its detector's score (ijb_11.py, D1)."
        : "All images weigh the same (ijb_11.py, D0).",
    ]
  }

  /// The images that have a feature, and the features as they are pooled.
  struct Prepared {
    /// Read as they are needed.
    var features: ImageFeatures
    var images: [IJBList.Entry]
    var weights: [Float]?
    var leftOut: Int
  }

  func prepare(_ path: String, images: [IJBList.Entry]) throws -> Prepared {
    let file = try FeatureFile(path, addsHalves ? .summed : .none)
    try requireRows(file.rowCount, images.count, of: "the lists", features: path)
    if !allowsMissing {
      try FeatureTable.refuse(file.marks, { images[$0].path }, path: path, canLeaveOut: canLeaveOut)
    }
    let present = images.indices.filter { file.marks[$0] == nil }
    let features = try ImageFeatures(
      SelectedFeatures(file, rows: present),
      addsHalves: addsHalves,
      hasUnitLength: hasUnitImages
    )
    let kept = present.count == images.count ? images : present.map { images[$0] }
    let weights = try detections.map { path in
      let all = try FaceDetections(path).weights(of: IJBList(images: images, pairs: []))
      let weights = present.map { all[$0] }
      try Self.checkScores(weights, of: kept, path)
      return weights
    }
    return Prepared(
      features: features,
      images: kept,
      weights: weights,
      leftOut: images.count - present.count
    )
  }

  /// - Throws: a ``DataError`` where all images of a template have the score 0, so that nothing of it is left.
  private static func checkScores(_ scores: [Float], of images: [IJBList.Entry], _ path: String) throws {
    let scored = Set(zip(scores, images).lazy.filter { $0.0 > 0 }.map(\.1.template))
    guard let image = images.first(where: { !scored.contains($0.template) }) else { return }
    throw DataError(
      .format(
        found: "the score 0 for every image of template \(image.template), the first of them '\(image.path)'",
        expected:
          "a score above 0 for at least one image of each template: correct the scores, or leave out --detections"
      ),
      file: path
    )
  }
}

/// Verification of templates by the 1:1 protocol of IJB-B and IJB-C, from a file of features.
package struct TemplateEvaluation: Sendable {
  package var list: IJBList
  package var listPaths: [String]
  package var rules: TemplateRules
  package var falseAcceptRates = (1...6).reversed().map { pow(10, -Double($0)) }
  /// Pairs that the reader of the list left out.
  package var leftOutPairs: Int

  package init(list: IJBList, listPaths: [String], rules: TemplateRules, leftOutPairs: Int) {
    self.list = list
    self.listPaths = listPaths
    self.rules = rules
    self.leftOutPairs = leftOutPairs
  }

  /// Scores features.
  ///
  /// - Throws: a ``DataError`` or an ``EvaluationError``.
  package func sheet(features path: String) throws -> ScoreSheet { try evaluate(features: path).sheet }

  /// Scores features, and returns the verification too.
  func evaluate(features path: String) throws -> (result: TemplateVerification, sheet: ScoreSheet) {
    try naming(features: path, list: listPaths.last ?? path) { try score(path) }
  }

  private func score(_ path: String) throws -> (result: TemplateVerification, sheet: ScoreSheet) {
    let prepared = try rules.prepare(path, images: list.images)
    var pairs = list.pairs
    if prepared.leftOut > 0 {
      let known = Set(prepared.images.map(\.template))
      pairs = pairs.filter(templates: { known.contains($0) })
    }
    let result = try TemplateVerification(
      features: prepared.features,
      list: IJBList(images: prepared.images, pairs: pairs),
      weights: prepared.weights
    )
    let files = [path] + listPaths + (rules.detections.map { [$0] } ?? [])
    var sheet = try ScoreSheet("IJB 1:1", reading: files)
    for limit in falseAcceptRates {
      sheet.add(result.roc, at: limit, result.interval(atFalseAcceptRate: limit)) { $0 }
    }
    sheet.add("area under the ROC curve", result.roc.areaUnderCurve)
    sheet.add("templates", Double(result.templateCount))
    sheet.add("genuine pairs", Double(result.roc.genuineCount))
    sheet.add("impostor pairs", Double(result.roc.impostorCount))
    if rules.allowsMissing {
      sheet.add("images left out", Double(prepared.leftOut))
      sheet.add("pairs left out", Double(leftOutPairs + list.pairs.count - pairs.count))
    }
    sheet.add(result.roc)
    sheet.note(list.repeats)
    let twins = pairs.places.count { $0.first == $0.second }
    if twins > 0 {
      sheet.notices.append(
        "In \(twins) of the pairs both templates are the same one: their cosine is 1 whatever the embedder."
      )
    }
    sheet.conventions =
      rules.conventions + ["Thresholds are cosines: a pair is accepted at or above.", ScoreSheet.atMost]
    return (result, sheet)
  }
}

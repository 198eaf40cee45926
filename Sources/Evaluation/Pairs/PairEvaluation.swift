package import Benchmarks
package import Faces
internal import Foundation
internal import Tensors

/// Verification of the pairs of a list, from a file of features: LFW and all that are judged like it.
package struct PairEvaluation: Sendable {
  package var name: String
  package var list: PairList
  /// The files of the list.
  package var listPaths: [String]
  /// The image of each row; `nil` where rows are the pairs' images in turn, two a pair.
  package var images: String?
  package var rules: PairRules
  /// Whether fold 0 chooses the threshold and fold 1 is judged by it (LFW's view 1).
  package var isView1 = false

  package init(
    name: String,
    list: PairList,
    listPaths: [String],
    images: String?,
    rules: PairRules,
    isView1: Bool = false
  ) {
    self.name = name
    self.list = list
    self.listPaths = listPaths
    self.images = images
    self.rules = rules
    self.isView1 = isView1
  }

  /// Scores features.
  ///
  /// - Throws: a ``DataError`` or an ``EvaluationError``.
  package func sheet(features: String) throws -> ScoreSheet {
    try naming(features: features, list: listPaths[0]) { try score(features) }
  }

  private func score(_ features: String) throws -> ScoreSheet {
    let prepared = try PreparedPairs(
      [features],
      images: images,
      list: list,
      listPath: listPaths[0],
      halves: FeatureHalves(rules.normalisation),
      allowsMissing: rules.allowsMissing
    )
    let result = try rules.verification(prepared.features[0], prepared.pairs, prepared.members)
    var sheet = try ScoreSheet(name, reading: [features] + listPaths + (images.map { [$0] } ?? []))
    var judged = JudgedPairs(result, prepared.pairs)
    if isView1 {
      judged = try judged.testPart(result)
      sheet.addView1(result, judged)
    } else {
      sheet.add(result)
    }
    sheet.addRates(judged, rules, leftOut: prepared.leftOut)
    sheet.note(list.repeats)
    return sheet
  }
}

/// The rules by which pairs are judged.
package struct PairRules: Sendable {
  package var normalisation: FeatureNormalisation = .whole
  package var metric: FeatureMetric = .euclidean
  package var subtractsMean = false
  /// A threshold of the reader's own, on the distance.
  package var threshold: Double?
  /// The false accept rates at which true accept rates are shown.
  package var falseAcceptRates: [Double] = [1e-1, 1e-2, 1e-3]
  /// Whether pairs without features are left out and counted.
  package var allowsMissing = false

  package init() {}

  /// Verifies pairs. Features are in memory only where the mean is subtracted, which needs all of them for each fold; else
  /// those of some pairs at a time.
  func verification(_ source: some FeatureSource<Float>, _ pairs: PairList, _ members: [String]?) throws
    -> PairVerification
  {
    guard subtractsMean else {
      return try PairVerification(
        source: source,
        pairs: pairs,
        members: members,
        normalisation: normalisation,
        metric: metric
      )
    }
    return try PairVerification(
      features: FeatureTable.tensor(of: source),
      pairs: pairs,
      members: members,
      normalisation: normalisation,
      subtractsMean: true,
      metric: metric
    )
  }

  /// The rules as sentences.
  ///
  /// - Parameter folds: those about folds, in place of LFW's view 2.
  func conventions(folds: [String]? = nil) -> [String] {
    let scale =
      metric == .angle
      ? "Thresholds are on the angle divided by pi: a pair is accepted below."
      : "Thresholds are on the squared Euclidean distance of the normalised features: a pair is accepted below."
        + (normalisation == .whole || normalisation == .flipSum ? " The cosine is 1 - d/2." : "")
    let view2 = [
      "Each fold is judged by the threshold that is best on the others (LFW's view 2; thresholds as in facenet's lfw.py).",
      "The validation rate's threshold meets the false accept rate on the other folds (facenet's lfw.py); the rate reached"
        + " is that on the fold itself.",
    ]
    return (folds ?? view2) + [scale, ScoreSheet.atMost]
  }
}

extension ScoreSheet {
  /// Adds what is judged in folds.
  package mutating func add(_ result: PairVerification) {
    add("accuracy", result.accuracy.accuracy, result.interval)
    add("accuracy, deviation over folds", result.accuracy.standardDeviation)
    add("accuracy, standard error", result.accuracy.standardError)
    let target = PairVerification.falseAcceptRate
    if let validation = result.validation {
      add(
        "validation rate at false accept rate 1e-3",
        validation.validationRate,
        falseAcceptRate: validation.falseAcceptRate
      )
      if validation.falseAcceptRate > 3 * target {
        notices.append(
          "The validation rate is at a false accept rate of \(short(validation.falseAcceptRate)), not \(short(target)):"
            + " the thresholds that meet it on the other folds accept so many impostors of the fold itself."
        )
      }
    } else {
      notices.append("A fold has pairs of one kind only, so there is no validation rate.")
    }
    folds = result.accuracy.folds.enumerated().map { index, fold in
      let validation = result.validation?.folds[index]
      return Fold(
        fold: index + 1,
        pairs: fold.pairCount,
        accuracy: fold.accuracy,
        threshold: fold.threshold,
        validationThreshold: validation?.threshold,
        validationRate: validation?.validationRate,
        falseAcceptRate: validation?.falseAcceptRate
      )
    }
    if result.thresholdRule == .exact {
      notices.append(
        "The distances do not suit facenet's grid of thresholds (steps of 0.01): thresholds between each two neighbouring"
          + " distances of the other folds were tried."
      )
    } else if result.validationRule == .exact, result.validation != nil {
      notices.append(
        "The distances are too coarse for facenet's interpolated threshold of the validation rate: the largest threshold"
          + " with a false accept rate of at most \(short(target)) on the other folds was taken."
      )
    }
  }

  /// Adds the test part of LFW's view 1, judged by the threshold of the training part.
  mutating func addView1(_ result: PairVerification, _ judged: JudgedPairs) {
    let (train, test) = (result.accuracy.folds[0], result.accuracy.folds[1])
    let hits = zip(judged.distances, judged.list.pairs).map { ($0 < test.threshold) == $1.isSame }
    let interval = BootstrapInterval(hits: hits, identities: judged.list.identityNumbers)
    add("accuracy on the test part", test.accuracy, interval, threshold: test.threshold)
    add("pairs of the training part", Double(train.pairCount))
    add("pairs of the test part", Double(test.pairCount))
  }

  /// Adds what is judged on all pairs together.
  mutating func addRates(_ judged: JudgedPairs, _ rules: PairRules, leftOut: Int) {
    let pairs = judged.list.pairs
    if let threshold = rules.threshold {
      let scored = zip(judged.distances, pairs)
      let right = scored.count { ($0 < threshold) == $1.isSame }
      add(
        "accuracy at the threshold \(short(threshold))",
        Double(right) / Double(pairs.count),
        threshold: threshold
      )
      let accepted = scored.filter { $0.0 < threshold }
      add(
        "true accept rate at the threshold \(short(threshold))",
        Double(accepted.count { $0.1.isSame }) / Double(judged.roc.genuineCount),
        threshold: threshold,
        falseAcceptRate: Double(accepted.count { !$0.1.isSame }) / Double(judged.roc.impostorCount)
      )
    }
    for limit in rules.falseAcceptRates {
      // Accepted at or below a distance: the next number up accepts below.
      add(judged.roc, at: limit) { (-$0).nextUp }
    }
    add("area under the ROC curve", judged.roc.areaUnderCurve)
    add("equal error rate", judged.roc.equalErrorRate)
    add("pairs", Double(pairs.count))
    if rules.allowsMissing { add("pairs left out", Double(leftOut)) }
    let twins = pairs.count { $0.first == $0.second }
    if twins > 0 {
      notices.append(
        "In \(twins) of the pairs both images are the same one: their distance is 0 whatever the embedder."
      )
    }
    if !judged.list.namesPersons {
      notices.append(
        "The folders of the images are not the persons of the pairs, so the intervals over identities draw folders (or"
          + " images, where there are none) instead of persons."
      )
    }
    if folds.count > 0 { add("folds", Double(folds.count)) }
    conventions += rules.conventions(folds: judged.foldRule)
    add(judged.roc)
  }
}

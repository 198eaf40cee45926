package import Benchmarks
internal import Faces
internal import Tensors

/// Verification of the pairs of videos of YouTube Faces, from the features of frames.
package struct VideoEvaluation: Sendable {
  package var splits: String
  /// The video of each row, one a line.
  package var videos: String
  package var pooling: FramePooling
  /// At most so many frames of each video, the first; `nil` takes all.
  package var firstFrames: Int?
  package var rules: PairRules

  package init(splits: String, videos: String, pooling: FramePooling, firstFrames: Int?, rules: PairRules) {
    self.splits = splits
    self.videos = videos
    self.pooling = pooling
    self.firstFrames = firstFrames
    self.rules = rules
  }

  /// Scores features.
  ///
  /// - Throws: a ``DataError`` or an ``EvaluationError``.
  package func sheet(features path: String) throws -> ScoreSheet {
    try naming(features: path, list: splits) { try score(path) }
  }

  private func score(_ path: String) throws -> ScoreSheet {
    let list = try PairList.ytf(splits)
    let table = try FeatureTable(path, FeatureHalves(rules.normalisation))
    // One video may be spelled in several ways: `./Ana/0`, `Ana\0`.
    let names = try NameList.read(videos).map(canonicalPath)
    try requireRows(table.features.rowCount, names.count, of: videos, first: names.first, features: path)
    if !rules.allowsMissing { try table.requireAll { "a frame of \(names[$0])" } }
    var places: [String: Int] = [:]
    var members: [String] = []
    var counts: [Int] = []
    var (rows, videoOfFrame): ([Int], [Int]) = ([], [])
    for (row, name) in names.enumerated() where table.marks[row] == nil {
      let place = places[name] ?? members.count
      if place == members.count {
        places[name] = place
        members.append(name)
        counts.append(0)
      }
      counts[place] += 1
      if let firstFrames, counts[place] > firstFrames { continue }
      rows.append(row)
      videoOfFrame.append(place)
    }
    let missing = rules.allowsMissing ? MissingTally() : nil
    let named = try list.renamed(to: members, file: splits)
    try requireOneName(of: named.members, in: members)
    if missing == nil { try named.requireAll(in: members, videos, file: splits) }
    let present =
      try missing == nil ? named : named.present(file: splits, missing: missing) { places[$0] != nil }
    let (pairs, own) = present.withPersonsFirst(members)
    let result = try PairVerification(
      frames: table.features.selecting(rows),
      videoOfFrame: videoOfFrame,
      pairs: pairs,
      members: own ?? members,
      pooling: pooling,
      normalisation: rules.normalisation
    )
    var sheet = try ScoreSheet("YTF, \(pooling.rawValue)", reading: [path, splits, videos])
    sheet.add(result)
    sheet.addRates(JudgedPairs(result, pairs), rules, leftOut: missing?.count ?? 0)
    if rules.allowsMissing { sheet.add("frames left out", Double(table.marks.count)) }
    if let firstFrames {
      sheet.add("frames", Double(rows.count))
      sheet.conventions.append(
        "The first \(firstFrames) frames of each video in the order of the rows (FaceNet, 2015)."
      )
    }
    return sheet
  }

  /// Refuses rows under a second name of a video of the splits (`/data/Ana/0` beside `Ana/0`), which would be lost.
  private func requireOneName(of known: [String], in members: [String]) throws {
    let resolver = PathResolver(known, depths: Set(members.map { pathComponents($0).count }))
    let used = Set(known)
    for member in members where !used.contains(member) {
      guard case .found(let place) = resolver.match(member) else { continue }
      throw DataError(
        .format(
          found: "two names of one video, '\(known[place])' and '\(member)'",
          expected: "one name for all frames of a video"
        ),
        file: videos
      )
    }
  }
}

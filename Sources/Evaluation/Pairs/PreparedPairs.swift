package import Benchmarks
package import Faces

/// The features of one or several embedders for the pairs of a list, with what is missing left out of all.
package struct PreparedPairs: Sendable {
  /// The rows of each embedder, which are read as they are needed.
  package let features: [SelectedFeatures<FeatureFile>]
  package let pairs: PairList
  /// The image of each row; `nil` where rows are the pairs' images in turn.
  package let members: [String]?
  /// How many pairs were left out.
  package let leftOut: Int

  /// Reads features and puts them beside a list.
  ///
  /// - Parameters:
  ///   - paths: the features of each embedder.
  ///   - images: a list with the image of each row; `nil` where rows are the pairs' images in turn, two a pair.
  ///   - list: the pairs.
  ///   - listPath: the file of the pairs, for errors.
  ///   - halves: how rows are made.
  ///   - allowsMissing: whether pairs are left out whose image is not in the list of images, or has no feature.
  /// - Throws: a ``DataError`` or an ``EvaluationError``.
  package init(
    _ paths: [String],
    images: String?,
    list: PairList,
    listPath: String,
    halves: FeatureHalves,
    allowsMissing: Bool
  ) throws {
    let files = try paths.map { try FeatureFile($0, halves) }
    let missing = allowsMissing ? MissingTally() : nil
    let marked = files.reduce(into: Set<Int>()) { $0.formUnion($1.marks.keys) }
    guard let images else {
      let count = 2 * list.pairs.count
      for file in files where file.rowCount != count {
        let expected =
          "\(count) rows, two for each of \(list.pairs.count) pairs; or name the rows' images by --images"
        throw DataError(
          .format(found: "\(file.rowCount) rows", expected: expected),
          file: file.path
        )
      }
      if !allowsMissing {
        for file in files {
          try FeatureTable.refuse(
            file.marks,
            { $0.isMultiple(of: 2) ? list.pairs[$0 / 2].first : list.pairs[$0 / 2].second },
            path: file.path
          )
        }
      }
      let kept = list.pairs.indices.filter { !marked.contains(2 * $0) && !marked.contains(2 * $0 + 1) }
      pairs = try (kept.count == list.pairs.count ? list : list.keeping(kept, file: listPath))
        .withPersonsFirst(nil).list
      let rows = kept.flatMap { [2 * $0, 2 * $0 + 1] }
      features = files.map { SelectedFeatures($0, rows: rows) }
      members = nil
      leftOut = list.pairs.count - kept.count
      return
    }
    let names = try NameList.readUnique(images)
    for file in files {
      try requireRows(file.rowCount, names.count, of: images, first: names.first, features: file.path)
    }
    let list = try list.renamed(to: names, file: listPath)
    let present = names.indices.filter { !marked.contains($0) }
    if !allowsMissing {
      for file in files { try FeatureTable.refuse(file.marks, { names[$0] }, path: file.path) }
    }
    features = files.map { SelectedFeatures($0, rows: present) }
    let presentNames = present.map { names[$0] }
    let known = Set(presentNames)
    if missing == nil { try list.requireAll(in: names, images, file: listPath) }
    let whole =
      try missing == nil ? list : list.present(file: listPath, missing: missing) { known.contains($0) }
    (pairs, members) = whole.withPersonsFirst(presentNames)
    leftOut = missing?.count ?? 0
  }
}

extension PairList {
  /// The pairs at some places.
  ///
  /// - Throws: a ``DataError`` where a fold has lost all its pairs.
  fileprivate func keeping(_ places: [Int], file: String) throws -> PairList {
    let kept = PairList(places.map { pairs[$0] })
    let folds = Set(kept.pairs.map(\.fold))
    if let empty = (0..<foldCount).first(where: { !folds.contains($0) }) {
      throw DataError(.emptyFold(empty + 1), file: file)
    }
    return kept
  }
}

internal import Digests
internal import Faces
internal import Tensors
public import Training

extension ModelStore {
  /// Identifies probes among the first distractors, for each of several gallery sizes, by the embeddings of the model of a recipe
  /// and a set, scaled to unit length.
  ///
  /// ```swift
  /// let results = try models.identification(of: probes, among: distractors, sizes: [1_000_000], by: recipe, trainedOn: set)
  /// ```
  /// Embeddings that are missing are made and stored, and first the model. In a store with a plan, embeddings and counts become jobs
  /// of other processes, which ranks can share; their counts are those of this process.
  ///
  /// - Parameters:
  ///   - probes: the labels are the persons.
  ///   - sizes: how many distractors are in the gallery, ascending.
  ///   - withMirror: takes the embedding of the mirrored image, too, side by side.
  ///   - progress: called after each step of training, where the model is missing.
  /// - Throws: an ``EvaluationError``, `TrainingError`, or `TensorFileError` where a file cannot be written.
  public func identification(
    of probes: some TrainingSet,
    among distractors: some TrainingSet,
    sizes: [Int],
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool = false,
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> [Identification] {
    note(recipe, on: set)
    note(probes)
    note(distractors)
    try checkSizes(sizes, available: distractors.count)
    let search = search(probes, among: distractors, sizes, recipe, set, withMirror)
    if plan != nil, keptCounts(of: search) == nil {
      try planIdentification(
        of: probes,
        among: distractors,
        sizes: sizes,
        by: [recipe],
        trainedOn: set,
        withMirror: withMirror
      )
      plan?.end()
    }
    func embeddings(of source: some TrainingSet) throws -> Tensor<Float> {
      try madeEmbeddings(of: source, by: recipe, trainedOn: set, withMirror: withMirror, training: progress)
    }
    let vectors = try embeddings(of: probes).normalisedRows()
    let trials = try IdentificationTrials(probes: vectors, identities: search.identities)
    if let kept = keptCounts(of: search), let results = Identification.results(kept, of: trials) {
      return results
    }
    return try Identification.evaluate(
      probes: vectors,
      identities: search.identities,
      distractors: UnitRows(embeddings(of: distractors)),
      sizes: sizes
    )
  }

  /// Adds searches whose counts are missing to the store's plan, and the embeddings that they read; without a plan it does nothing.
  ///
  /// A program that asks for them one by one would end at the first, and leave the others to a later run.
  ///
  /// - Throws: an error where the description of a set cannot be written.
  public func planIdentification(
    of probes: some TrainingSet,
    among distractors: some TrainingSet,
    sizes: [Int],
    by recipes: [Recipe],
    trainedOn set: some TrainingSet,
    withMirror: Bool = false
  ) throws {
    guard let plan else { return }
    try planEmbeddings(of: probes, by: recipes, trainedOn: set, withMirror: withMirror)
    let searches = recipes.map { ($0, search(probes, among: distractors, sizes, $0, set, withMirror)) }
      .filter { !hasCounts(of: $0.1) }
    try planEmbeddings(of: distractors, by: searches.map(\.0), trainedOn: set, withMirror: withMirror)
    for (recipe, search) in searches {
      let needs = [search.probes, search.distractors].filter { !hasEmbeddings($0) }
      // Where only this process has a set, the search stays here, too.
      guard needs.allSatisfy(plan.contains) else { continue }
      plan.add(
        search,
        title:
          "\(recipe.name), seed \(recipe.seed), \(probes.count) probes among \(distractors.count) distractors",
        file: countFile(search),
        needs: needs,
        of: self
      )
    }
  }

  private func search(
    _ probes: some TrainingSet,
    among distractors: some TrainingSet,
    _ sizes: [Int],
    _ recipe: Recipe,
    _ set: some TrainingSet,
    _ withMirror: Bool
  ) -> GallerySearch {
    func key(_ samples: Digest) -> Digest {
      embeddingKey(ofSet: samples, by: recipe, trainedOn: set, withMirror: withMirror)
    }
    return GallerySearch(
      probes: key(probes.digest),
      identities: (0..<probes.count).map(probes.label),
      distractors: key(distractors.digest),
      sizes: sizes,
      laboratory: laboratory
    )
  }
}

package import Benchmarks
internal import Digests
internal import Tensors
package import Training

extension StoredSearch {
  /// Makes the counts of a search in a store where they are missing, by this process or by ranks; all ranks call it.
  ///
  /// Each rank reads its share of the distractors from the store; counts are whole numbers and are added on rank 0, which keeps
  /// them. A rank's memory is that of the probes, of a block of distractors a thread and of the counts.
  ///
  /// - Parameters:
  ///   - program: the build of the program, which must be the same on all ranks.
  ///   - progress: called with the groups of this process's share that are counted, and all of them.
  /// - Returns: whether they were missing; `false` on other ranks than 0.
  /// - Throws: also `RanksEnded` and `RankError`.
  package static func make(
    _ search: GallerySearch,
    in store: ModelStore,
    by ranks: (any GalleryRanks)? = nil,
    program: String = "",
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Bool {
    guard let ranks, ranks.rankCount > 1 else {
      if store.keptCounts(of: search) != nil { return false }
      let stored = try StoredSearch(search, in: store, checked: true)
      try stored.keep(stored.count(progress: progress))
      return true
    }
    let messages = RankMessages(ranks: ranks)
    let isFirst = ranks.rank == 0
    // Rank 0 alone looks, so that all do the same where another node sees a new file late.
    let isKept = try messages.tell { store.keptCounts(of: search) != nil }
    if isKept { return false }
    let stored = try messages.agree {
      (
        try StoredSearch(search, in: store, checked: isFirst),
        [
          RankField("program", program), RankField("OpenBLAS kernel", openBLASKernel),
          RankField("search", search.key.hex),
        ]
      )
    }
    let sums = try messages.sum {
      try stored.count(rank: ranks.rank, of: ranks.rankCount) { done, all in
        try messages.tellAlive()
        progress(done, all)
        ranks.note("ended after \(done) of its \(all) groups of distractors, since another rank is gone")
      }.map { counts in
        var sum = GalleryCounts(stored.empty)
        sum.add(counts)
        return sum
      }
    }
    guard let sums else { return false }
    try stored.keep(sums.map(\.counts))
    return true
  }
}

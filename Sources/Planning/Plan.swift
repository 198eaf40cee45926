package import Chapters
package import Findings

/// The plan of a render: which cells run, in which order, and why the others do not. Making a plan runs no cell.
///
/// The chapter is the unit of execution and the cell the unit of record: one stale cell makes its whole
/// chapter run, from the top. A plan is valid until a chapter has run: the next plan,
/// with the new records, may find that the cells that waited for it are fresh after all.
package struct Plan: Hashable, Sendable {
  /// Chapters in running order, the blocked ones after all others.
  package private(set) var chapters: [PlannedChapter] = []

  /// A record of an earlier run with what the store keeps beside it. A cell that was not run has one only if it was
  /// skipped by `notRun`: see `Outcome.isSkip`.
  package struct Known: Hashable, Sendable {
    /// The record; findings and output may be left out.
    package var record: CellRecord
    /// `CellKey.components` at the time.
    package var components: [String: String]
    /// The digest by which cells that need this one know its findings.
    package var findingsDigest: String

    package init(record: CellRecord, components: [String: String], findingsDigest: String) {
      self.record = record
      self.components = components
      self.findingsDigest = findingsDigest
    }

    /// The digest that cells which need this one compare: of its findings, or `not run` for a skipped cell.
    package var outcomeDigest: String {
      if case .notRun = record.outcome { "not run" } else { findingsDigest }
    }
  }

  /// Plans a book.
  ///
  /// - Parameters:
  ///   - chapters: the chapters in reading order.
  ///   - needs: their needs, resolved.
  ///   - context: everything else that the outcome of cells depends on.
  ///   - records: by cell, newest first.
  ///   - forced: ids of cells and chapters that run whatever their records say.
  ///   - currentDigest: returns the digest that a file or variable has now; `nil` where it does not exist.
  package init(
    chapters: [Chapter],
    needs: Needs,
    context: KeyContext,
    records: [String: [Known]] = [:],
    forced: Set<String> = [],
    currentDigest: @escaping (CellRecord.Input) -> String? = { _ in nil }
  ) {
    var freshness = FreshnessCheck(records: records, forced: forced, currentDigest: currentDigest)
    // Digests of the keys of all cells, by chapter.
    var keys: [[String]] = Array(repeating: [], count: chapters.count)
    for index in needs.order {
      let chapter = chapters[index]
      var maker = ChapterKeys(chapter.cells, context: context)
      var planned = PlannedChapter(index: index, chapter: chapter)
      for cell in chapter.cells {
        let edges = needs.edges[index].filter { $0.cell == cell.id }
        let key = maker.next(cell, needs: Self.keys(of: edges, keys))
        keys[index].append(key.digest)
        planned.cells.append(freshness.check(cell, of: chapter, key: key))
      }
      freshness.markChapterStale(&planned)
      planned.needs = Set(needs.edges[index].map(\.chapter)).sorted()
      self.chapters.append(planned)
    }
    for (index, blockage) in needs.blocked.sorted(by: { $0.key < $1.key }) {
      var planned = PlannedChapter(index: index, chapter: chapters[index])
      planned.cells = chapters[index].cells.map {
        PlannedCell(cell: $0, key: nil, state: .blocked(blockage.reason(for: $0.id)))
      }
      self.chapters.append(planned)
    }
  }

  /// Returns, by the name of each need, the key of the cell that it names, or the keys of all cells of the chapter.
  private static func keys(of edges: [Needs.Edge], _ keys: [[String]]) -> [String: String] {
    var found: [String: String] = [:]
    for edge in edges {
      let ofChapter = keys[edge.chapter]
      found[edge.name] = edge.cellIndex.map { ofChapter[$0] } ?? ofChapter.joined(separator: " ")
    }
    return found
  }

  /// Every cell, in running order.
  package var cells: [PlannedCell] { chapters.flatMap(\.cells) }

  /// Returns the chapters that must run, in order, so that those selected are up to date.
  ///
  /// - Parameter selection: indices of chapters in reading order; `nil` selects all. What they need is added.
  package func toRun(selecting selection: Set<Int>? = nil) -> [PlannedChapter] {
    var wanted = selection ?? Set(chapters.map(\.index))
    for chapter in chapters.reversed() where wanted.contains(chapter.index) {
      wanted.formUnion(chapter.needs)
    }
    return chapters.filter { wanted.contains($0.index) && $0.runs }
  }
}

/// A chapter in a plan.
package struct PlannedChapter: Hashable, Sendable {
  /// The chapter's index in reading order.
  package var index: Int
  package var file: String
  package var id: String
  package var cells: [PlannedCell] = []
  /// The chapters that must have run before, by index.
  package var needs: [Int] = []

  init(index: Int, chapter: Chapter) {
    self.index = index
    file = chapter.file
    id = chapter.id
  }

  /// Whether any cell is stale, so that the chapter runs.
  package var runs: Bool {
    cells.contains { if case .stale = $0.state { true } else { false } }
  }

  /// How long the cells ran last time, in seconds; 0 for those without a record.
  package var expectedSeconds: Double { cells.reduce(0) { $0 + $1.expectedSeconds } }
}

/// A cell in a plan.
package struct PlannedCell: Hashable, Sendable {
  package var cell: Cell
  /// `nil` for a cell that cannot run.
  package var key: CellKey?
  package var state: State
  /// How long the nearest record's run took, in seconds; 0 where there is none.
  package var expectedSeconds: Double = 0

  /// Whether a cell has to run.
  package enum State: Hashable, Sendable {
    /// Its record is still valid.
    case fresh(CellRecord)
    /// Its record is still valid, but it runs because another cell of its chapter is stale.
    case rerunWithChapter(CellRecord, staleCell: String)
    /// It must run, for every one of these reasons.
    case stale([StaleReason])
    case blocked(Blockage)
  }
}

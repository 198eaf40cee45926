package import Chapters
package import Findings

/// The `needs` of a book's cells, resolved: which chapter must run before which, and which cannot run at all.
///
/// A chapter runs as a whole, so a need that reaches into another chapter puts that whole chapter first;
/// a need within the chapter is met by running from the top.
package struct Needs: Hashable, Sendable {
  /// Indices of chapters in an order that meets every need and otherwise keeps that of the book;
  /// blocked chapters are left out.
  package private(set) var order: [Int] = []
  /// Chapters that cannot run, by index.
  package private(set) var blocked: [Int: BlockedChapter] = [:]
  /// Every need that cannot be met, in the order of the book.
  package private(set) var unmet: [Unmet] = []
  /// For each chapter, the needs that lead into other chapters.
  package private(set) var edges: [[Edge]] = []

  /// Why the cells of a chapter cannot run.
  package struct BlockedChapter: Hashable, Sendable {
    /// The cell whose need cannot be met; `nil` where the reason holds for every cell of the chapter.
    package var cell: String?
    package var blockage: Blockage

    /// The reason as it concerns one cell of the chapter.
    package func reason(for cell: String) -> Blockage {
      guard let culprit = self.cell, culprit != cell else { return blockage }
      return .otherCell(culprit, blockage)
    }
  }

  /// A need that cannot be met.
  package struct Unmet: Hashable, Sendable {
    package var location: SourceLocation
    package var cell: String
    package var blockage: Blockage
    /// An existing name that is close to an unknown one.
    package var suggestion: String?
  }

  /// A need that leads into another chapter.
  package struct Edge: Hashable, Sendable {
    package var cell: String
    package var name: String
    package var chapter: Int
    /// The index of the needed cell; `nil` where the whole chapter is needed.
    package var cellIndex: Int?
  }

  /// Resolves the needs of a book's chapters; a name that a cell and a chapter share means the cell.
  package init(_ chapters: [Chapter]) {
    let names = Names(chapters)
    for (index, chapter) in chapters.enumerated() {
      edges.append([])
      guard !chapter.isBroken else {
        blocked[index] = BlockedChapter(blockage: .brokenText)
        continue
      }
      for (position, cell) in chapter.cells.enumerated() {
        for name in cell.needs {
          resolve(name, of: cell, at: position, in: index, names: names)
        }
      }
    }
    var walk = Walk(edges: edges, blocked: blocked)
    walk.run()
    order = walk.order
    blocked = walk.blocked
    unmet += walk.cycles.map { cycle in
      let first = cycle[0]
      let location = names.cells[first].map { chapters[$0.chapter].cells[$0.cell].location }
      return Unmet(
        location: location ?? SourceLocation(file: "", line: 1),
        cell: first,
        blockage: .cycle(cycle)
      )
    }
  }

  private struct Names {
    var cells: [String: (chapter: Int, cell: Int)] = [:]
    var chapters: [String: Int] = [:]

    init(_ list: [Chapter]) {
      for index in list.indices {
        if chapters[list[index].id] == nil { chapters[list[index].id] = index }
        for (position, cell) in list[index].cells.enumerated() where cells[cell.id] == nil {
          cells[cell.id] = (index, position)
        }
      }
    }
  }

  private mutating func resolve(
    _ name: String,
    of cell: Cell,
    at position: Int,
    in chapter: Int,
    names: Names
  ) {
    var wrong: Blockage?
    if let target = names.cells[name] {
      if target.chapter != chapter {
        edges[chapter].append(
          Edge(cell: cell.id, name: name, chapter: target.chapter, cellIndex: target.cell)
        )
      } else if target.cell >= position {
        wrong = .needNotAbove(name)
      }
    } else if let target = names.chapters[name] {
      if target == chapter { wrong = .needNotAbove(name) }
      edges[chapter].append(Edge(cell: cell.id, name: name, chapter: target, cellIndex: nil))
    } else {
      wrong = .unknownNeed(name)
    }
    guard let wrong else { return }
    if blocked[chapter] == nil { blocked[chapter] = BlockedChapter(cell: cell.id, blockage: wrong) }
    let known = Set(names.cells.keys).union(names.chapters.keys).sorted()
    unmet.append(
      Unmet(
        location: cell.location,
        cell: cell.id,
        blockage: wrong,
        suggestion: wrong == .unknownNeed(name) ? Spelling.nearest(to: name, in: known) : nil
      )
    )
  }
}

/// A depth-first traversal without recursion: needed chapters come first, and each cycle is found as it closes.
private struct Walk {
  let edges: [[Needs.Edge]]
  var blocked: [Int: Needs.BlockedChapter]
  var order: [Int] = []
  var cycles: [[String]] = []
  private var state: [Int]
  /// Chapters being walked, with the next edge to look at.
  private var path: [(chapter: Int, next: Int)] = []

  init(edges: [[Needs.Edge]], blocked: [Int: Needs.BlockedChapter]) {
    self.edges = edges
    self.blocked = blocked
    state = Array(repeating: 0, count: edges.count)
  }

  mutating func run() {
    for start in edges.indices where state[start] == 0 {
      push(start)
      while let (chapter, next) = path.last {
        if next == edges[chapter].count { finish(chapter) } else { follow(edges[chapter][next]) }
      }
    }
  }

  private mutating func push(_ chapter: Int) {
    state[chapter] = 1
    path.append((chapter, 0))
  }

  private mutating func follow(_ edge: Needs.Edge) {
    path[path.count - 1].next += 1
    if state[edge.chapter] == 0 { push(edge.chapter) } else if state[edge.chapter] == 1 { close(edge) }
  }

  /// Records the cycle that an edge to a chapter on the path closes.
  private mutating func close(_ edge: Needs.Edge) {
    guard let start = path.firstIndex(where: { $0.chapter == edge.chapter }) else { return }
    let cells = path[start...].map { edges[$0.chapter][$0.next - 1].cell }
    if path.count - start > 1 { cycles.append(cells) }
    for (chapter, _) in path[start...] where blocked[chapter] == nil {
      blocked[chapter] = Needs.BlockedChapter(blockage: .cycle(cells))
    }
  }

  private mutating func finish(_ chapter: Int) {
    path.removeLast()
    state[chapter] = 2
    let lost = edges[chapter].first { blocked[$0.chapter] != nil }
    if let lost, blocked[chapter] == nil {
      blocked[chapter] = Needs.BlockedChapter(cell: lost.cell, blockage: .blockedNeed(lost.name))
    }
    if blocked[chapter] == nil { order.append(chapter) }
  }
}

extension Needs {
  /// The unmet needs as errors of the book.
  package var problems: [Problem] {
    unmet.map { need in
      let hint = need.suggestion.map { "; did you mean '\($0)'?" } ?? ""
      return Problem(.error, at: need.location, need.blockage.sentence(cell: need.cell) + hint)
    }
  }
}

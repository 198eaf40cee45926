internal import Foundation

/// Splits the output of a chapter by cell.
///
/// The laboratory writes a mark into the output where a cell begins, and then sends the event `began`. Cells could print
/// the same bytes, so a mark counts only for the next cell in order, once that cell has begun; of several the last. Until
/// then the output from such bytes on is held back.
struct OutputSplitter {
  private(set) var outputs: [String: Data] = [:]
  private(set) var cut: Set<String> = []
  /// Bytes that each cell wrote, kept or not.
  private var counts: [String: Int] = [:]
  private var current = ""
  private var held = Data()
  /// The cells that have not begun, in order.
  private var waiting: ArraySlice<String>
  private let limit: Int

  /// Keeps at most `limit` bytes for each cell.
  ///
  /// - Parameter cells: the ids of the cells in their order.
  init(limit: Int, cells: [String]) {
    self.limit = limit
    waiting = cells[...]
  }

  /// Takes a piece of the output.
  mutating func add(_ data: Data) {
    held.append(data)
    release()
  }

  /// Begins cells, in their order, whose marks are in the output so far.
  mutating func begin(_ cells: [String]) {
    let begun = cells.filter { waiting.contains($0) }
    guard !begun.isEmpty else { return }
    // From the end, so that the mark of a cell is looked for before that of the next.
    var ends: [(cell: String, mark: Range<Int>)] = []
    var end = held.endIndex
    for cell in begun.reversed() {
      // A cell may have closed its output, and those below it leave no marks.
      // Before the first cell no other could print a mark, so that its own is the first.
      let isFirst = current.isEmpty && cell == begun.first
      guard let mark = held.range(of: Self.mark(cell), isLast: !isFirst, before: end) else { continue }
      ends.insert((cell, mark), at: 0)
      end = mark.lowerBound
    }
    var start = held.startIndex
    for (cell, mark) in ends {
      keep(held[start..<mark.lowerBound])
      current = cell
      start = mark.upperBound
    }
    held = Data(held[start...])
    if let last = begun.last, let index = waiting.firstIndex(of: last) { waiting = waiting[(index + 1)...] }
    if let last = begun.last { current = last }
    release()
  }

  /// Ends the output: what is held back is the running cell's.
  mutating func finish() {
    keep(held)
    held = Data()
  }

  /// Bytes that the cell wrote which began last, kept or not.
  var countOfCurrent: Int { count(of: current) + held.count }

  /// Returns how many bytes a cell wrote, kept or not.
  func count(of cell: String) -> Int { counts[cell] ?? 0 }

  /// Returns the output of a cell, with invalid UTF-8 replaced.
  func output(of cell: String) -> String { String(decoding: outputs[cell] ?? Data(), as: UTF8.self) }

  private static func mark(_ cell: String) -> Data { Data([0x1e] + cell.utf8 + [10]) }

  /// Keeps what comes before the first bytes that are, or may become, the mark of the next cell.
  private mutating func release() {
    var end = held.endIndex
    if let next = waiting.first {
      let mark = Self.mark(next)
      var place = held.startIndex
      while let start = held[place...].firstIndex(of: mark[0]) {
        if mark.starts(with: held[start...].prefix(mark.count)) {
          end = start
          break
        }
        place = start + 1
      }
    }
    keep(held[..<end])
    held = Data(held[end...])
  }

  private mutating func keep(_ data: Data) {
    guard !data.isEmpty else { return }
    counts[current, default: 0] += data.count
    let room = limit - (outputs[current]?.count ?? 0)
    outputs[current, default: Data()].append(data.prefix(max(0, room)))
    if data.count > room { cut.insert(current) }
  }
}

extension Data {
  /// The first or the last place of some bytes that ends at an index or before it.
  fileprivate func range(of bytes: Data, isLast: Bool, before end: Int) -> Range<Int>? {
    range(of: bytes, options: isLast ? .backwards : [], in: startIndex..<end)
  }
}

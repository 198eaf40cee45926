/// The code of a cell that is not the same in all reports.
struct CodeDifference {
  let title: String
  /// The lines that differ: `-` before those of the earlier version alone, `+` before those of the later alone.
  let lines: [String]

  /// Compares the code of every cell, by reports that have it: each version with the one before it.
  static func all(_ reports: [ComparedReport]) -> [CodeDifference] {
    let known = reports.filter { !$0.code.isEmpty }.map { (letter: $0.letter, code: $0.code) }
    guard known.count > 1 else { return [] }
    var found: [CodeDifference] = []
    for cell in Set(known.flatMap(\.code.keys)).sorted() {
      // The versions in the order of the reports, each with the letters of those that have it.
      var versions: [(code: String?, letters: [String])] = []
      for (letter, code) in known {
        if let index = versions.firstIndex(where: { $0.code == code[cell] }) {
          versions[index].letters.append(letter)
        } else {
          versions.append((code[cell], [letter]))
        }
      }
      for (earlier, later) in zip(versions, versions.dropFirst()) {
        let pair = "\(earlier.letters.joined(separator: ", ")) to \(later.letters.joined(separator: ", "))"
        found.append(
          CodeDifference(
            title: "code of '\(cell)', \(pair)",
            lines: lines(earlier.code ?? "", later.code ?? "")
          )
        )
      }
    }
    return found
  }

  /// Returns the lines that differ; the number of its first line stands before each run of them.
  private static func lines(_ earlier: String, _ later: String) -> [String] {
    let old = earlier.split(separator: "\n", omittingEmptySubsequences: false)
    let new = later.split(separator: "\n", omittingEmptySubsequences: false)
    let difference = new.difference(from: old)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [String] = []
    var (i, j) = (0, 0)
    var isOpen = false
    while i < old.count || j < new.count {
      let isChange = i < old.count && removed.contains(i) || j < new.count && inserted.contains(j)
      if isChange, !isOpen { lines.append("@ line \(j + 1)") }
      isOpen = isChange
      if i < old.count, removed.contains(i) {
        lines.append("-\(old[i])")
        i += 1
      } else if j < new.count, inserted.contains(j) {
        lines.append("+\(new[j])")
        j += 1
      } else {
        (i, j) = (i + 1, j + 1)
      }
    }
    return lines
  }
}

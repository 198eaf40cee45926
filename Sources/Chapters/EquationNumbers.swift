internal import Findings

/// The numbers of a book's labelled equations, which `\eqref` and `\ref` in formulas stand for.
package struct EquationNumbers: Sendable {
  /// For example `5.2`; equations of chapters without a number are counted through the book.
  private var numbers: [String: String] = [:]

  /// The commands of the book, which are written out first.
  private let macros: FormulaMacros

  package init(_ chapters: [Chapter], macros: FormulaMacros = FormulaMacros()) {
    self.macros = macros
    var counts: [String: Int] = [:]
    for chapter in chapters {
      let prefix = chapter.number.map { "\($0)." } ?? ""
      for equation in chapter.mentions.equations {
        if let tag = equation.tag {
          numbers[equation.label] = tag
          continue
        }
        counts[prefix, default: 0] += 1
        numbers[equation.label] = "\(prefix)\(counts[prefix, default: 0])"
      }
    }
  }

  /// The number of an equation by its label.
  package subscript(label: String) -> String? { numbers[label] }

  /// Writes out the commands of the book and of the formula itself.
  package func expanded(_ tex: String) throws(FormulaMacros.Fault) -> FormulaMacros.Expansion {
    try macros.expanded(tex)
  }

  /// Returns TeX without macros, as far as they can be written out, and with numbers in place of `\eqref{label}`, in parentheses, and `\ref{label}`; where several of its rows
  /// have labels, each of them has its number as a tag.
  package func resolved(_ tex: String) -> String {
    var tex = (try? macros.expanded(tex).tex) ?? tex
    let rows = Self.rows(of: tex)
    if rows.count > 1 {
      for row in rows.reversed() where row.tag == nil {
        tex.replaceSubrange(row.range, with: "\\tag{\(numbers[row.label] ?? "??")}")
      }
    }
    guard Self.mayRefer(tex) else { return tex }
    return tex.replacing(Self.reference) { match in
      let number = numbers[Self.label(named: match.output.2)] ?? "??"
      return match.output.1 == "eqref" ? "\\text{(\(number))}" : "\\text{\(number)}"
    }
  }

  /// The label that a formula refers to, and whether in parentheses, where it is nothing but a reference.
  package static func onlyReference(_ tex: String) -> (label: String, isInParentheses: Bool)? {
    guard mayRefer(tex), let match = tex.wholeMatch(of: reference) else { return nil }
    return (label(named: match.output.2), match.output.1 == "eqref")
  }

  /// The labels that a formula refers to, with the offsets of the commands in UTF-8.
  static func references(in tex: String) -> [(label: String, offset: Int)] {
    guard mayRefer(tex) else { return [] }
    return tex.matches(of: reference).map { match in
      (label(named: match.output.2), tex.utf8.distance(from: tex.startIndex, to: match.range.lowerBound))
    }
  }

  /// The label that `\label{eq:name}` gives a formula, the first of several; `nil` where it gives none.
  static func label(in tex: String) -> String? { rows(of: tex).first?.label }

  /// Whether a formula shows its number or those of its rows itself, by `\tag`.
  package static func isNumbered(_ tex: String) -> Bool {
    let rows = rows(of: tex)
    return rows.count > 1 || rows.first?.tag != nil || rows.isEmpty && tag(in: tex) != nil
  }

  /// What `\label` names in a formula: the whole, or a row of it.
  struct Row {
    var label: String
    /// The text of the row's `\tag`, which is then its number.
    var tag: String?
    /// The command with its argument.
    var range: Range<String.Index>
  }

  /// The labels of a formula with the tags that stand in their rows.
  static func rows(of tex: String) -> [Row] {
    guard tex.utf8.contains(UInt8(ascii: "\\")), tex.contains("\\label") else { return [] }
    return tex.matches(of: /\\label\s*\{([^{}]*)\}/).compactMap { match in
      let label = label(named: match.output.1)
      guard Finding.isName(label) else { return nil }
      let start = tex[..<match.range.lowerBound].ranges(of: "\\\\").last?.upperBound ?? tex.startIndex
      let end = tex[match.range.upperBound...].firstRange(of: "\\\\")?.lowerBound ?? tex.endIndex
      return Row(label: label, tag: tag(in: tex[start..<end]), range: match.range)
    }
  }

  /// The tag of a formula of one row; `nil` where it has none, or several rows.
  static func tag(in tex: String) -> String? { tex.contains("\\\\") ? nil : tag(in: tex[...]) }

  private static func tag(in row: Substring) -> String? {
    guard row.contains("\\tag") else { return nil }
    return row.firstMatch(of: /\\tag\*?\s*\{([^{}]*)\}/).map { String($0.output.1.filter { $0 != "$" }) }
  }

  /// A label as references name it: without `eq:`, in lower case with hyphens.
  private static func label(named name: Substring) -> String {
    let parts = name.split(separator: ":", maxSplits: 1)
    let isPrefixed = parts.count == 2 && ["eq", "eqn", "equation"].contains(parts[0].lowercased())
    return (isPrefixed ? parts[1] : name).lowercased().split { !$0.isLetter && !$0.isNumber }.joined(
      separator: "-"
    )
  }

  private static func mayRefer(_ tex: String) -> Bool { tex.utf8.count > 5 && tex.contains("ref") }

  private static var reference: Regex<(Substring, Substring, Substring)> { /\\(eqref|ref)\s*\{([^{}]*)\}/ }
}

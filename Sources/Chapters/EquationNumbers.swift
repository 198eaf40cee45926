internal import Findings

/// The numbers of a book's labelled equations, which `\eqref` and `\ref` in formulas stand for.
package struct EquationNumbers: Sendable {
  /// For example `5.2`; equations of chapters without a number are counted through the book.
  private var numbers: [String: String] = [:]

  package init(_ chapters: [Chapter]) {
    var counts: [String: Int] = [:]
    for chapter in chapters {
      let prefix = chapter.number.map { "\($0)." } ?? ""
      for equation in chapter.mentions.equations {
        counts[prefix, default: 0] += 1
        numbers[equation.label] = "\(prefix)\(counts[prefix, default: 0])"
      }
    }
  }

  /// The number of an equation by its label.
  package subscript(label: String) -> String? { numbers[label] }

  /// Returns TeX with numbers in place of `\eqref{label}`, in parentheses, and `\ref{label}`.
  package func resolved(_ tex: String) -> String {
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

  /// The label that `\label{eq:name}` gives a formula; `nil` where it gives none.
  static func label(in tex: String) -> String? {
    guard tex.utf8.contains(UInt8(ascii: "\\")), let match = tex.firstMatch(of: /\\label\s*\{([^{}]*)\}/)
    else { return nil }
    let label = label(named: match.output.1)
    return Finding.isName(label) ? label : nil
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

extension Book {
  /// Reads `macros:`, a map as MathJax and KaTeX have it: `R: "\\mathbb{R}"`, `norm: ["\\left\\|#1\\right\\|", 1]`.
  mutating func readMacros(_ settings: YAMLReader.Settings, _ reader: inout YAMLReader) {
    guard let value = settings["macros"],
      let entries = reader.settings(value, key: "macros", known: nil)
    else { return }
    var places: [String: SourceLocation] = [:]
    for key in entries.keys {
      guard let value = entries[key] else { continue }
      let name = key.hasPrefix("\\") ? key : "\\" + key
      func refuse(_ found: String, _ expected: String) {
        reader.add(
          .badValue(key: "macros", value: found, expected: expected, suggestion: nil, value.location)
        )
      }
      guard TeXTokens.isWord(name), name.utf8.dropFirst().allSatisfy(TeXTokens.isLetter) else {
        refuse(key, "the name of a command, of the letters a to z and A to Z alone")
        continue
      }
      guard !MacroExpander.reserved.contains(name) else {
        refuse(key, "a name that formulas do not need themselves; take another")
        continue
      }
      guard places[name] == nil else {
        reader.add(.repeatedKey(key, value.location))
        continue
      }
      places[name] = value.location
      if let macro = Self.macro(name, value, &reader) { macros.define(name, macro) }
    }
    checkMacros(places, &reader)
  }

  /// Reads a text, or a list of a text, the number of arguments and what stands for the first of them.
  private static func macro(
    _ name: String,
    _ value: YAMLReader.Value,
    _ reader: inout YAMLReader
  ) -> FormulaMacros.Macro? {
    let parts = reader.oneOrMoreTexts(value, key: "macros")
    guard let first = parts.first, parts.count <= 3 else {
      if !parts.isEmpty {
        reader.add(
          .wrongType(
            key: "macros",
            expected: "a text for '\(name)', or a list of it, the number of arguments and a default",
            found: "a list of \(parts.count)",
            value.location
          )
        )
      }
      return nil
    }
    var macro = FormulaMacros.Macro(body: TeXTokens.read(first.text).map(\.text))
    // As in KaTeX, a text alone says by its highest #1 to #9 how many arguments the macro takes.
    macro.arguments = macro.body.compactMap { $0.hasPrefix("#") ? Int($0.dropFirst()) : nil }.max() ?? 0
    if parts.count > 1 {
      guard let count = Int(parts[1].text), (0...9).contains(count) else {
        reader.add(
          .badValue(
            key: "macros",
            value: parts[1].text,
            expected: "the number of arguments of '\(name)', 0 to 9",
            suggestion: nil,
            parts[1].location
          )
        )
        return nil
      }
      macro.arguments = count
    }
    if parts.count > 2 { macro.standard = TeXTokens.read(parts[2].text).map(\.text) }
    let braces = TeXTokens.braceFault(macro.body).map { "the text of '\(name)' has \($0)" }
    if let sentence = braces ?? MacroExpander.fault(of: macro, name) {
      reader.add(.macro(sentence, value.location))
      return nil
    }
    return macro
  }

  /// Refuses macros that use themselves, and those whose text is too long when it is written out.
  private mutating func checkMacros(_ places: [String: SourceLocation], _ reader: inout YAMLReader) {
    for (name, place) in places.sorted(by: { $0.value < $1.value }) {
      guard let macro = macros.macros[name] else { continue }
      if let path = cycle(from: name) {
        let way = path.count == 1 ? "" : " by " + path.dropLast().map { "'\($0)'" }.joined(separator: " and ")
        reader.add(.macro("'\(name)' uses itself\(way); write out what it stands for", place))
        continue
      }
      let use = name + String(repeating: "{x}", count: macro.arguments)
      do throws(FormulaMacros.Fault) { _ = try macros.expanded(use) } catch {
        // One that takes its arguments from behind another cannot be tried alone.
        if error.isEndless { reader.add(.macro(error.sentence, place)) }
      }
    }
  }

  /// The macros that lead from one back to itself, in their order; `nil` where none do.
  private func cycle(from name: String) -> [String]? {
    var paths: [[String]] = [[name]]
    var seen: Set<String> = []
    while let path = paths.popLast() {
      for token in macros.macros[path[path.count - 1]]?.body ?? [] where macros.macros[token] != nil {
        if token == name { return Array(path.dropFirst()) + [name] }
        if seen.insert(token).inserted { paths.append(path + [token]) }
      }
    }
    return nil
  }
}

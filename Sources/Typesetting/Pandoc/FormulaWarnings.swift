/// What pandoc says of formulas that it could not read, by their TeX.
struct FormulaWarnings {
  private var reasons: [String: String] = [:]

  /// Reads standard error: `[WARNING] Could not convert TeX math X, rendering as TeX:`, an excerpt, a caret, and
  /// `unexpected …`.
  init(_ messages: String) {
    let start = "[WARNING] Could not convert TeX math "
    let end = ", rendering as TeX:"
    for message in messages.split(separator: start) {
      guard let range = message.firstRange(of: end) else { continue }
      let unexpected = message[range.upperBound...].split(separator: "\n").map { $0.trimmingSpaces }
        .first { $0.hasPrefix("unexpected ") }
      reasons[String(message[..<range.lowerBound])] = unexpected
    }
  }

  /// Returns the problem with a formula, with the place of what pandoc did not expect where that is certain.
  func problem(of tex: String, asked: String) -> FormulaProblem {
    guard let reason = reasons[asked] else { return FormulaProblem("pandoc cannot read this formula") }
    if let command = reason.split(separator: " ").last, command.hasPrefix("\\"), command.count > 1 {
      let sentence = "the command '\(command)' is not known, or not with what follows it"
      return FormulaProblem(sentence, at: Self.offset(of: command, in: tex))
    }
    if reason.hasSuffix("eof") || reason.hasSuffix("end of input") {
      return FormulaProblem("it ends where an argument is expected", at: max(0, tex.utf8.count - 1))
    }
    let found = reason.dropFirst("unexpected ".count).replacing("\"", with: "'")
    return FormulaProblem("\(found) is not expected", at: nil)
  }

  /// The UTF-8 offset of a command, not of a longer one that begins alike.
  private static func offset(of command: Substring, in tex: String) -> Int? {
    var rest = tex[...]
    while let range = rest.firstRange(of: command) {
      let next = range.upperBound < tex.endIndex ? tex[range.upperBound] : " "
      if !(next.isLetter && command.last?.isLetter == true) {
        return tex.utf8.distance(from: tex.startIndex, to: range.lowerBound)
      }
      rest = tex[range.upperBound...]
    }
    return nil
  }
}

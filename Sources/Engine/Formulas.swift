internal import CProcess
internal import Chapters
internal import Foundation

/// Turns TeX into MathML by the program `blahtexml`, once for each formula: the store keeps the result.
package struct Formulas {
  /// MathML by TeX; what is missing is shown as TeX.
  package private(set) var rendered: [String: String] = [:]
  /// Formulas that the program did not understand, with its messages.
  package private(set) var errors: [(tex: String, message: String)] = []
  /// Whether there were formulas to make and no program to make them.
  package private(set) var programIsMissing = false

  /// Renders every formula of a list.
  package init(_ formulas: [String], store: Store, path: String) {
    let program = Self.program(path: path)
    for tex in Set(formulas).sorted() {
      let made = store.memo.recall(["mathml", tex]) {
        guard let program else {
          programIsMissing = true
          return nil
        }
        return (try? Self.ask(program, tex)).map { Data(Self.outcome(of: $0).utf8) }
      }
      guard let made else { continue }
      let text = String(decoding: made.dropFirst(), as: UTF8.self)
      if made.first == Self.success { rendered[tex] = text } else { errors.append((tex, text)) }
    }
  }

  /// Returns the program's path; folders of `PATH` that are not absolute are left out, since a book could lie in them.
  package static func program(path: String) -> String? {
    path.split(separator: ":").filter { $0.hasPrefix("/") }.map { $0 + "/blahtexml" }
      .first { access($0, X_OK) == 0 }
  }

  /// The form in which an answer is cached: MathML after a plus sign, or a message after a minus sign.
  private static func outcome(of answer: String) -> String {
    if let mathML = between("<markup>", "</markup>", in: answer) {
      return "+" + mathML.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return "-" + (between("<message>", "</message>", in: answer).map(unescaped) ?? "blahtexml gave no markup")
  }

  private static let success = UInt8(ascii: "+")

  /// Returns the program's answer to a formula.
  private static func ask(_ program: String, _ tex: String) throws(EngineError) -> String {
    // The formula is given in memory, so that a store that may only be read is enough.
    let input = marginalia_memory_file()
    guard input >= 0 else { throw .cannotStart(program: program, step: "giving it a formula", error: -input) }
    defer { close(input) }
    var text = tex
    let count = text.withUTF8 { write(input, $0.baseAddress, $0.count) }
    guard count == tex.utf8.count else {
      throw .cannotStart(program: program, step: "giving it a formula", error: errno)
    }
    let request = ChildProcess.Request(
      program: program,
      arguments: ["--mathml", "--mathml-version-1-fonts"],
      environment: ["LC_ALL": "C.UTF-8"],
      input: "/proc/self/fd/\(input)"
    )
    return try ChildProcess.run(request, limit: 20).output
  }

  /// A text of XML with its entities replaced.
  private static func unescaped(_ text: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
      .reduce(text) { $0.replacing($1.0, with: $1.1) }
  }

  private static func between(_ start: String, _ end: String, in text: String) -> String? {
    guard let first = text.firstRange(of: start),
      let last = text[first.upperBound...].firstRange(of: end)
    else { return nil }
    return String(text[first.upperBound..<last.lowerBound])
  }
}

internal import Chapters
internal import Foundation

/// Turns TeX into MathML by the program `blahtexml`, once for each formula: the store keeps the result.
package struct Formulas {
  /// MathML by TeX; what is missing is shown as TeX.
  package private(set) var rendered: [String: String] = [:]
  /// Formulas that the program did not understand, with its words.
  package private(set) var errors: [(tex: String, message: String)] = []
  /// Whether there were formulas to make and no program to make them.
  package private(set) var programIsMissing = false

  /// Renders every formula of a list.
  package init(_ formulas: [String], store: Store, path: String) {
    let program = path.split(separator: ":").map { String($0) + "/blahtexml" }.first { access($0, X_OK) == 0 }
    for tex in Set(formulas).sorted() {
      let made = store.memo.recall(["mathml", tex]) {
        guard let program else {
          programIsMissing = true
          return nil
        }
        return Self.ask(program, tex, store: store).map { Data(Self.outcome(of: $0).utf8) }
      }
      guard let made else { continue }
      let text = String(decoding: made.dropFirst(), as: UTF8.self)
      if made.first == Self.success { rendered[tex] = text } else { errors.append((tex, text)) }
    }
  }

  /// What of the program's answer is kept: MathML behind a mark, or a message behind another.
  private static func outcome(of answer: String) -> String {
    if let mathML = between("<markup>", "</markup>", in: answer) {
      return "+" + mathML.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return "-" + (between("<message>", "</message>", in: answer) ?? "blahtexml gave no markup")
  }

  private static let success = UInt8(ascii: "+")

  private static func ask(_ program: String, _ tex: String, store: Store) -> String? {
    let input = "\(store.folder)/scratch/formula-\(getpid()).tex"
    guard (try? AtomicFile.write(Data(tex.utf8), to: input, durable: false)) != nil else { return nil }
    defer { unlink(input) }
    let request = ChildProcess.Request(
      program: program,
      arguments: ["--mathml", "--mathml-version-1-fonts"],
      environment: ["LC_ALL": "C.UTF-8"],
      input: input
    )
    return try? ChildProcess.run(request).output
  }

  private static func between(_ start: String, _ end: String, in text: String) -> String? {
    guard let first = text.firstRange(of: start),
      let last = text[first.upperBound...].firstRange(of: end)
    else { return nil }
    return String(text[first.upperBound..<last.lowerBound])
  }
}

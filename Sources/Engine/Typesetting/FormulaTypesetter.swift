internal import Foundation
internal import Typesetting

/// Formulas by pandoc, each kept in the store's cache: an unchanged book starts no process.
struct FormulaTypesetter {
  let pandoc: Pandoc
  let memo: Memo

  /// MathML as markup, or what is wrong with the formula.
  typealias Outcome = Result<String, FormulaProblem>

  /// Returns the outcome of every formula.
  func outcomes(_ formulas: Set<TeXFormula>) -> [TeXFormula: Outcome] {
    let sorted = formulas.sorted { ($0.tex, $0.isDisplay ? 1 : 0) < ($1.tex, $1.isDisplay ? 1 : 0) }
    let key = ["formulas", pandoc.identity] + sorted.map(Self.name)
    var made: [TeXFormula: Outcome]?
    let kept = memo.recall(key) {
      let outcomes = each(sorted)
      made = outcomes
      // What another run may answer is not kept.
      if outcomes.values.contains(Self.noAnswer) { return nil }
      return Data(sorted.flatMap { formula in Self.encoded(outcomes[formula]) })
    }
    if let made { return made }
    let fields = (kept ?? Data()).split(separator: 0, omittingEmptySubsequences: false)
    guard fields.count == sorted.count + 1 else { return each(sorted) }
    return Dictionary(uniqueKeysWithValues: zip(sorted, fields.map(Self.decoded)))
  }

  /// Formulas one by one from the cache, and those that are missing from pandoc, all in one run.
  private func each(_ formulas: [TeXFormula]) -> [TeXFormula: Outcome] {
    var outcomes: [TeXFormula: Outcome] = [:]
    var missing: [TeXFormula] = []
    for formula in formulas {
      // `recall` without something to make only looks.
      if let kept = memo.recall(key(formula), make: { nil }) {
        outcomes[formula] = Self.decoded(kept.dropLast())
      } else {
        missing.append(formula)
      }
    }
    for (formula, outcome) in typeset(missing) {
      outcomes[formula] = outcome
      if outcome == Self.noAnswer { continue }
      _ = memo.recall(key(formula)) { Data(Self.encoded(outcome)) }
    }
    return outcomes
  }

  /// Asks pandoc; a batch without an answer is divided, so that one formula cannot keep the others from theirs.
  private func typeset(_ formulas: [TeXFormula]) -> [TeXFormula: Outcome] {
    let batch = FormulaBatch(formulas)
    if formulas.isEmpty { return [:] }
    let results: [TeXFormula: Result<MathML, FormulaProblem>]?
    do throws(ConfinedProgram.Failure) {
      var answer = (output: Data(), messages: "")
      if !batch.isEmpty { answer = try pandoc.run(FormulaBatch.arguments, input: batch.input(version:)) }
      results = batch.read(
        output: String(decoding: answer.output, as: UTF8.self),
        messages: answer.messages
      )
    } catch { results = nil }
    if let results { return results.mapValues { $0.map(\.markup) } }
    if formulas.count == 1 { return [formulas[0]: Self.noAnswer] }
    let half = formulas.count / 2
    return typeset(Array(formulas[..<half])).merging(typeset(Array(formulas[half...]))) { first, _ in first }
  }

  /// The outcome of a formula on which pandoc ends without an answer, or not in time.
  private static let noAnswer = Outcome.failure(FormulaProblem("pandoc gives no answer to it"))

  // MARK: The cache

  private func key(_ formula: TeXFormula) -> [String] { ["formula", pandoc.identity, Self.name(formula)] }

  private static func name(_ formula: TeXFormula) -> String {
    (formula.isDisplay ? "display " : "inline ") + formula.tex
  }

  /// `+` and markup, or `-`, the offset, a space and a sentence; then a zero byte.
  private static func encoded(_ outcome: Outcome?) -> [UInt8] {
    switch outcome {
    case .success(let markup): Array("+\(markup)\0".utf8)
    case .failure(let problem):
      Array(
        "-\(problem.offset.map(String.init) ?? "?") \(problem.sentence.replacing("\0", with: " "))\0".utf8
      )
    case nil: Array("-? pandoc gives no answer to it\0".utf8)
    }
  }

  private static func decoded(_ field: Data) -> Outcome {
    let text = String(decoding: field.dropFirst(), as: UTF8.self)
    if field.first == UInt8(ascii: "+") { return .success(text) }
    let parts = text.split(separator: " ", maxSplits: 1)
    return .failure(
      FormulaProblem(parts.count > 1 ? String(parts[1]) : text, at: parts.first.flatMap { Int($0) })
    )
  }
}

package import Foundation

/// Formulas that pandoc typesets in one run: its input, and the reading of its output.
package struct FormulaBatch {
  package let formulas: [TeXFormula]
  /// Formulas that pandoc need not be asked for.
  private let refused: [TeXFormula: FormulaProblem]
  private let asked: [(formula: TeXFormula, tex: String, marks: [MathMark])]

  package init(_ formulas: [TeXFormula]) {
    self.formulas = formulas
    var refused: [TeXFormula: FormulaProblem] = [:]
    var asked: [(TeXFormula, String, [MathMark])] = []
    for formula in formulas {
      do throws(FormulaProblem) {
        let (tex, marks) = try formula.prepared()
        asked.append((formula, tex, marks))
      } catch { refused[formula] = error }
    }
    self.refused = refused
    self.asked = asked
  }

  /// Whether there is anything to ask.
  package var isEmpty: Bool { asked.isEmpty }

  /// What pandoc is started with: no file but standard input, no filter, and its sandbox.
  package static let arguments = [
    "--sandbox", "--from=json", "--to=html5", "--mathml", "--wrap=none", "--no-highlight",
  ]

  /// Standard input: a document with a paragraph for each formula.
  package func input(version: PandocVersion = .debian12) -> Data {
    let paragraphs = asked.map { formula, tex, _ in
      PandocJSON.element("Para", [PandocJSON.element("Math", [PandocJSON.element("DisplayMath"), tex])])
    }
    return PandocJSON.document(paragraphs, version: version)
  }

  /// Reads pandoc's answer.
  ///
  /// - Parameters:
  ///   - output: standard output, of which nothing is taken on trust.
  ///   - messages: standard error, where pandoc says what it could not read.
  /// - Returns: each formula typeset, or what is wrong with it; `nil` where the answer does not fit the question.
  package func read(output: String, messages: String) -> [TeXFormula: Result<MathML, FormulaProblem>]? {
    guard let blocks = MarkupReader.read(output) else { return nil }
    let paragraphs = blocks.compactMap { child -> MarkupElement? in
      if case .element(let element) = child { return element }
      return nil
    }
    guard paragraphs.count == asked.count, paragraphs.allSatisfy({ $0.name == "p" }) else { return nil }
    var results = refused.mapValues { Result<MathML, FormulaProblem>.failure($0) }
    let warnings = FormulaWarnings(messages)
    for ((formula, tex, marks), paragraph) in zip(asked, paragraphs) {
      if let math = paragraph.elements.first, math.name == "math" {
        let clean = MathMLCleaner.clean(math, marks: marks, isDisplay: formula.isDisplay)
        results[formula] =
          clean.map { .success($0) } ?? .failure(FormulaProblem("pandoc gave no MathML for it"))
      } else {
        results[formula] = .failure(warnings.problem(of: formula.tex, asked: tex))
      }
    }
    return results
  }
}

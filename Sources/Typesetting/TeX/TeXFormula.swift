internal import Chapters

/// A formula in TeX that is to be typeset.
package struct TeXFormula: Hashable, Sendable {
  package var tex: String
  /// Whether the formula stands on a line of its own.
  package var isDisplay: Bool

  package init(tex: String, isDisplay: Bool) {
    self.tex = tex
    self.isDisplay = isDisplay
  }

  /// The longest formula in UTF-8 bytes.
  static let longest = 20_000

  /// The formula in the TeX that pandoc reads, without what pandoc cannot say of it (colours, strikes); as it is written
  /// where it cannot be rewritten.
  package var portable: String {
    guard let prepared = try? prepared() else { return tex }
    return prepared.marks.indices.reduce(prepared.tex) { $0.replacing(MathMark.tex($1), with: "") }
  }

  /// What pandoc is asked for this formula, or why it need not be.
  func prepared() throws(FormulaProblem) -> (tex: String, marks: [MathMark]) {
    if tex.utf8.count > Self.longest {
      throw FormulaProblem("a formula of \(tex.utf8.count) bytes; the most is \(Self.longest)")
    }
    let expansion: FormulaMacros.Expansion
    do throws(FormulaMacros.Fault) { expansion = try FormulaMacros().expanded(tex) } catch {
      throw FormulaProblem(error.sentence, at: error.offset)
    }
    do throws(FormulaProblem) { return try TeXRewriter.rewrite(expansion.tex) } catch {
      throw FormulaProblem(error.sentence, at: error.offset.map(expansion.source(of:)))
    }
  }
}

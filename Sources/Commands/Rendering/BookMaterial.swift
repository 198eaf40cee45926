internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Planning
internal import Reports

/// What a report needs besides chapters and records, typeset formulas and files of the book, with a warning for
/// everything that a page will not show as its author wrote it. `check` and `render` give the same warnings.
struct BookMaterial {
  /// MathML of each formula.
  let mathematics: [Report.Formula: String]
  /// The content of each picture and linked file, by its path in the book.
  let files: [String: [UInt8]]
  /// Warnings, in the order of the text.
  let problems: [Problem]

  /// - Parameter records: the current records; outlines of findings are enough.
  init(session: Session, records: [String: CellRecord]) throws {
    let chapters = session.chapters
    var problems: [Problem] = []
    let pictures = BookPictures(folder: session.book.folder, chapters: chapters)
    files = pictures.read { problems.append($0) }
    problems += LinkCheck(chapters: chapters, records: records, exists: pictures.exists).problems(
      of: chapters
    )
    mathematics = Self.typeset(session, &problems)
    self.problems = problems.sorted { $0.location < $1.location }
  }

  private static func typeset(_ session: Session, _ problems: inout [Problem]) -> [Report.Formula: String] {
    // The first place of each formula, for the warnings.
    var places: [Report.Formula: SourceLocation] = [:]
    for chapter in session.chapters {
      for formula in chapter.mentions.formulas {
        let key = Report.Formula(tex: formula.tex, isDisplay: formula.isDisplay)
        if places[key] == nil { places[key] = formula.location }
      }
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let made = Formulas(places.keys.map(text), store: session.store, path: path)
    if made.programIsMissing, let place = places.values.min() {
      problems.append(
        Problem(
          .warning,
          at: place,
          "formulas are shown as TeX, since there is no 'blahtexml' on the path: apt-get install blahtexml"
        )
      )
    }
    let errors = Dictionary(made.errors.map { ($0.tex, $0.message) }) { first, _ in first }
    var mathematics: [Report.Formula: String] = [:]
    for (formula, place) in places {
      if let markup = made.rendered[text(formula)] {
        mathematics[formula] =
          (formula.isDisplay ? "<math display=\"block\">" : "<math>") + markup + "</math>"
      } else if let message = errors[text(formula)] {
        problems.append(
          Problem(.warning, at: place, "the formula '\(formula.tex)' is shown as TeX: \(message)")
        )
      }
    }
    return mathematics
  }

  /// TeX sets the limits of sums above and beneath them, and fractions in full size, only in display style.
  private static func text(_ formula: Report.Formula) -> String {
    (formula.isDisplay ? "\\displaystyle " : "") + formula.tex
  }
}

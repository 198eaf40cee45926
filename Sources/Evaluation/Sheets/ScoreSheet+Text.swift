package import Foundation

extension ScoreSheet {
  /// A table for the terminal: figures, folds, notices.
  package var text: String {
    let width = scores.map(\.name.count).max() ?? 0
    let lines = scores.map { score in
      var line = "  \(padded(score.name, width))  \(String(format: "%10.6g", score.value))"
      if let lower = score.lower, let upper = score.upper {
        line += "   [\(String(format: "%.6g", lower)), \(String(format: "%.6g", upper))]"
      }
      if let threshold = score.threshold { line += "   threshold \(String(format: "%.6g", threshold))" }
      if let rate = score.falseAcceptRate { line += "   reached \(short(rate))" }
      return line
    }
    return ([benchmark] + lines + foldLines + notices.map { "note: \($0)" }).joined(separator: "\n")
  }

  private var foldLines: [String] {
    guard !folds.isEmpty else { return [] }
    let hasValidation = folds.contains { $0.validationRate != nil }
    var rows = [
      ["fold", "pairs", "accuracy", "threshold"]
        + (hasValidation ? ["validation rate", "false accepts", "its threshold"] : [])
    ]
    for fold in folds {
      var row = ["\(fold.fold)", "\(fold.pairs)"] + [fold.accuracy, fold.threshold].map(Self.number)
      if hasValidation {
        row += [fold.validationRate, fold.falseAcceptRate, fold.validationThreshold].map {
          $0.map(Self.number) ?? "-"
        }
      }
      rows.append(row)
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      "  "
        + zip(row, widths).map { text, width in
          String(repeating: " ", count: max(0, width - text.count)) + text
        }.joined(separator: "  ")
    }
  }

  private static func number(_ value: Double) -> String { String(format: "%.6g", value) }

  /// JSON, with keys in order. NaN and infinity, which JSON lacks, do not occur.
  package var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      return try encoder.encode(self)
    }
  }

  /// The figures as entries of `.eval_results/*.yaml`, the form in which model repositories publish results: the data set,
  /// the task, the value.
  ///
  /// - Parameters:
  ///   - dataset: the data set's id there; `nil` takes the benchmark's name.
  ///   - date: of the evaluation, `2026-11-28`.
  package func yaml(dataset: String?, date: String) -> String {
    scores.map { score in
      var notes = benchmark
      if let lower = score.lower, let upper = score.upper {
        notes += ", 95 % interval \(short(lower)) to \(short(upper))"
      }
      if let threshold = score.threshold { notes += ", threshold \(short(threshold))" }
      return """
        - dataset:
            id: \(quoted(dataset ?? benchmark))
            task_id: \(quoted(score.name))
          value: \(String(format: "%.9g", score.value))
          date: '\(date)'
          source:
            name: 'marginalia evaluate'
          notes: \(quoted(notes))

        """
    }.joined()
  }
}

/// A text with as many spaces behind it as the width of its column asks for.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// A YAML text in single quotes.
func quoted(_ text: String) -> String {
  "'" + text.replacing("'", with: "''").replacing("\n", with: " ") + "'"
}

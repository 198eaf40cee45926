internal import Chapters
internal import Foundation
internal import Markup
internal import Reports
internal import Testing

@Suite("The chapter language")
struct SpecTests {
  @Test("is what Spec.md says", arguments: Example.all)
  func example(example: Example) {
    #expect(example.result == example.expected)
  }

  @Test("has a specification with examples")
  func count() { #expect(Example.all.count >= 30) }
}

/// An example of `Spec.md`: a chapter, a line with a dot, and what the reader makes of it.
struct Example: Sendable, CustomTestStringConvertible {
  var line: Int
  /// `example` compares what was found, `html` the HTML of the body.
  var kind: String
  var input: String
  var expected: String

  var testDescription: String { "Spec.md:\(line)" }

  static let all: [Example] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Spec.md")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    var examples: [Example] = []
    var current: Example?
    var isInput = true
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let example = current {
        if line == "`````" {
          examples.append(example)
          current = nil
        } else if isInput, line == "." {
          isInput = false
        } else if isInput {
          current?.input += line + "\n"
        } else {
          current?.expected += line + "\n"
        }
      } else if line == "`````example" || line == "`````html" {
        current = Example(line: index + 1, kind: String(line.dropFirst(5)), input: "", expected: "")
        isInput = true
      }
    }
    return examples
  }()

  /// What the reader makes of the input, one line for each thing found.
  var result: String {
    do {
      let chapter = try Chapter(parsing: input, file: "05-spec.md")
      if kind == "html" { return ProseMarkup(cells: chapter.cells).node(chapter.blocks).html }
      return Self.lines(chapter).map { $0 + "\n" }.joined()
    } catch {
      return error.errors.map { "error \($0.location.line):\($0.location.column): \($0.sentence)\n" }.joined()
    }
  }

  private static func lines(_ chapter: Chapter) -> [String] {
    var lines: [String] = []
    Chapter.visit(chapter.blocks) { block in
      switch block {
      case .cell(let index): lines.append(describe(chapter.cells[index]))
      case .listing(let info, _): lines.append("listing \(info)")
      case .math(let tex, let label, let place):
        lines.append("formula \(tex.dropLast())\(label.map { ", equation:\($0)" } ?? ""), line \(place.line)")
      case .paragraph(let inlines), .heading(_, let inlines, _):
        Chapter.visit(inlines) { lines += describe($0) }
      default: break
      }
    }
    return lines + chapter.typedNumbers.map { "typed by hand: \($0.text)" }
  }

  private static func describe(_ cell: Cell) -> String {
    var line = "cell \(cell.id), line \(cell.location.line)"
    if !cell.needs.isEmpty { line += ", needs \(cell.needs.joined(separator: " and "))" }
    if !cell.reads.isEmpty { line += ", reads \(cell.reads.joined(separator: " and "))" }
    if cell.echo != .show { line += ", echo \(cell.echo.rawValue)" }
    if let timeout = cell.timeout { line += ", timeout \(timeout) s" }
    return line
  }

  private static func describe(_ inline: Inline) -> [String] {
    switch inline {
    case .reference(let reference):
      let text = Chapter.plainText(reference.text)
      return ["\(reference.kind.rawValue) \(reference.target) as '\(text)', line \(reference.location.line)"]
    case .math(let tex, let place): return ["formula \(tex), line \(place.line)"]
    case .link(let destination, _, _): return ["link \(destination)"]
    case .image(let source, _, let text): return ["picture \(source) as '\(Chapter.plainText(text))'"]
    default: return []
    }
  }
}

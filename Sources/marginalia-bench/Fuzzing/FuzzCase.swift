internal import Chapters
internal import Findings
internal import Foundation
internal import Markup
internal import Reports
internal import Tensors

/// One damaged text and its reader's result.
struct FuzzCase {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Returns what kind of text was read and whether it was accepted, and what is wrong with the result.
  func run() -> (outcome: String, failure: String?) {
    var copy = self
    switch copy.generator.index(below: 10) {
    case 0: return copy.book()
    case 1: return copy.bibliography()
    default: return copy.chapter()
    }
  }

  private mutating func chapter() -> (String, String?) {
    let bytes = mutated(Self.chapters[generator.index(below: Self.chapters.count)])
    let (chapter, errors) = Chapter.read(
      Data(bytes),
      file: "01-fuzz.md",
      hasDollarMath: generator.index(below: 2) == 0
    )
    if !errors.isEmpty { return ("chapter refused", complaint(errors.map(\.location), bytes)) }
    let html = ProseMarkup(cells: chapter.cells).node(chapter.blocks).html
    return ("chapter read", HTMLOracle(html).complaint ?? pageComplaint(chapter))
  }

  /// Draws every page of a book that has this chapter alone, with records whose texts are the code of its cells.
  ///
  /// - Returns: what is wrong with a page; `nil` where nothing is.
  private func pageComplaint(_ chapter: Chapter) -> String? {
    let book = Book(folder: "/", title: Chapter.plainText(chapter.title), chapterFiles: [chapter.file])
    let manuscript = Manuscript(book: book, chapters: [chapter])
    var records: [String: CellRecord] = [:]
    for (index, cell) in chapter.cells.enumerated() {
      let failure = Failure(kind: .trap, message: cell.code, lineInCell: index, details: cell.code)
      let outcomes: [Outcome] = [.succeeded, .failed(failure), .notRun(.skipped(cell.code))]
      records[cell.id] = CellRecord(
        cell: cell.id,
        key: cell.code,
        outcome: outcomes[index % 3],
        findings: [.init(name: "x", caption: cell.code, content: .note(.init(cell.code)))],
        output: cell.code,
        provenance: .init(
          date: cell.code,
          seconds: 1,
          profile: cell.code,
          seed: 1,
          machine: "",
          toolchain: ""
        )
      )
    }
    let report = Report(
      book: book,
      chapters: manuscript.chapters,
      records: records,
      errors: [chapter.file: manuscript.problems.map(\.description)]
    )
    guard let pages = try? report.pages() else { return "no pages" }
    for page in pages where page.path.hasSuffix(".html") {
      if let complaint = HTMLOracle(page: page.bytes).complaint { return "\(page.path): \(complaint)" }
    }
    return nil
  }

  private mutating func book() -> (String, String?) {
    let bytes = mutated(Self.book)
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(BookErrors) {
      _ = try Book(parsing: text, folder: "/", files: ["01-a.md", "02-b.md", "r.bib"])
      return ("book read", nil)
    } catch {
      return ("book refused", complaint(error.errors.map(\.location), bytes))
    }
  }

  private mutating func bibliography() -> (String, String?) {
    let bytes = mutated(Self.bibliography)
    var bibliography = Bibliography()
    let problems = bibliography.read(String(decoding: bytes, as: UTF8.self), file: "r.bib")
    return (
      problems.isEmpty ? "bibliography read" : "bibliography refused",
      complaint(problems.map(\.location), bytes)
    )
  }

  /// Every refusal names a line that exists; a text may be wrong at its end, one line below the last.
  private func complaint(_ locations: [SourceLocation], _ bytes: [UInt8]) -> String? {
    let lineCount = bytes.count { $0 == 10 || $0 == 13 } + 2
    if locations.contains(where: { $0.line < 1 || $0.line > lineCount || $0.column < 1 }) {
      return "an error outside the text: \(locations)"
    }
    return nil
  }

  // MARK: Mutation

  /// Returns the bytes of a text after one to eight changes, mostly few.
  private mutating func mutated(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0...generator.index(below: generator.index(below: 8) + 1) {
      let start = generator.index(below: bytes.count + 1)
      let end = min(bytes.count, start + generator.index(below: generator.index(below: 4) == 0 ? 200 : 6))
      switch generator.index(below: 7) {
      case 0: bytes.removeSubrange(start..<end)
      case 1:
        bytes.replaceSubrange(
          start..<end,
          with: (start..<end).map { _ in UInt8(generator.index(below: 256)) }
        )
      case 2: bytes.insert(contentsOf: bytes[start..<end], at: generator.index(below: bytes.count + 1))
      case 3:
        let piece = Array(Self.pieces[generator.index(below: Self.pieces.count)].utf8)
        let count = generator.index(below: 20) == 0 ? generator.index(below: 300) + 1 : 1
        bytes.insert(contentsOf: Array(repeating: piece, count: count).joined(), at: start)
      case 4:
        bytes.replaceSubrange(start..<end, with: Self.pieces[generator.index(below: Self.pieces.count)].utf8)
      case 5 where start < bytes.count: bytes[start] ^= 1 << UInt8(generator.index(below: 8))
      default:
        let other = generator.index(below: bytes.count + 1)
        bytes.insert(contentsOf: bytes[min(other, start)..<max(other, start)].prefix(400), at: start)
      }
    }
    return Array(bytes.prefix(100_000))
  }

  private static let pieces = [
    "```swift id=x needs=y\n", "```\n", "~~~~\n", "```math label=l\n", "$`", "`$", "](finding:a.b)",
    "[x](cite:",
    "](javascript:alert(1))", "<script>", "</script>", "<img src=x onerror=alert(1)>", "\"", "'", "<", ">",
    "&",
    "&lt;", "> ", "- ", "1. ", "*", "**", "_", "[", "]", "(", ")", "!", "\\", "\n", "\r\n", "\r", "\t",
    "    ", "\u{0}",
    "\u{FEFF}", "\u{202E}", "é", "😀", "# ", "---\n", "===\n", "<!--", "-->", "<![CDATA[", "id=", "echo=",
    "timeout=1e999s",
    "{", "}", "[a, b]", ": ", "- a\n", "&a *a", "@misc{", "\"#\"", "title: ", "%", "\\\"",
    "[r]: <finding:a.b>\n", "[r]",
  ]

  private static let chapters = [
    """
    # Centre *updates*

    The accuracy is [99.6 %](finding:lfw.accuracy "by ten folds"), see [this](figure:lfw.roc), [eq](equation:mml),
    [before](chapter:losses) and [Wen](cite:wen-2016). The centre $`c_j`$ moves.

    ```swift id=lfw needs=training reads=data/a.csv echo=fold timeout=90s
    let x = "a < b"
    record(x)
    ```

    ```math label=mml
    L = \\sum_i x_i
    ```

    > - quoted
    >   ```swift id=inner
    >   print(1)
    >   ```

    1. one
    2. two <b>raw</b> ![alt](a.png "t") <https://x.example/?a=b&c>
    """,
    "| a | *b* |\n|:--|--:|\n| $x_1$ | [](cite:k) \\| |\n\n> [!NOTE]\n> x[^n]\n\n[^n]: y\n\n    z\n",
    "Term\n: text $a$\n: more\n\n$$\nx\n= y\n$$\n\n- [ ] do\n- [x] done\n\n![p](a.png#l \"A *c* $x$\")\n",
    "Text\n\n```swift\nlet a = 1\n```\n\n[ref]: finding:a.b \"t\"\n\n[ref] `code` **strong *both* end**\n\n***\n<div>x</div>\n",
  ]

  private static let book = """
    title: Margins
    subtitle: 2018
    authors: [A. One, "B. Two"]
    chapters:
      - 01-a.md
      - 02-b.md
    bibliography: r.bib
    profiles:
      small: { seed: 7, timeout: 2h }
    default-profile: small
    environment: [SCALE]
    data: [lfw]
    """

  private static let bibliography = """
    @string{eccv = "European " # {Conference}}
    @inproceedings{wen2016, title = {A {D}iscriminative}, author = "Wen, Y. and M{\\"u}ller, J.",
      booktitle = eccv, pages = {1--9}, year = 2016}
    @comment{x}
    """
}

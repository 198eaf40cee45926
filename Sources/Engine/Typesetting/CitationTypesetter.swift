internal import Chapters
internal import Digests
internal import Foundation
internal import Typesetting

/// Citations and references by pandoc's citeproc, kept in the store's cache.
struct CitationTypesetter {
  let pandoc: Pandoc
  let memo: Memo
  let book: Book
  let bibliography: Bibliography

  /// The style of a book that names none, where it is installed; else pandoc's own, Chicago author-date.
  static let defaultStyle = "apa"

  /// Returns what is made of a request, and what is wrong with the bibliography or the style.
  func typeset(_ request: CitationRequest) -> (Citations, [Problem]) {
    let style: Data?
    do throws(StyleProblem) { style = try Self.style(of: book) } catch { return (.none, [error.problem]) }
    var key = ["citations", pandoc.identity, style.map { Digest(of: $0).hex } ?? "", request.language]
    for file in bibliography.files { key += [file.name, Digest(of: file.text).hex] }
    for group in request.groups {
      key.append("group")
      for item in group.items { key += [item.key, item.mode.rawValue, item.prefix, item.suffix] }
    }
    var fresh: Answer?
    let kept = memo.recall(key) {
      let answer = ask(request, style: style)
      fresh = answer
      // What another run may answer is not kept.
      return answer.isFinal ? try? JSONEncoder().encode(answer) : nil
    }
    let known = fresh ?? kept.flatMap { try? JSONDecoder().decode(Answer.self, from: $0) }
    let answer = known ?? ask(request, style: style)
    return (answer.citations, answer.problems.map { problem($0.sentence, file: $0.file, line: $0.line) })
  }

  /// What is kept of an answer.
  private struct Answer: Codable {
    var citations = Citations.none
    var problems: [Place] = []
    /// Whether pandoc would answer the same again.
    var isFinal = true

    struct Place: Codable {
      var sentence: String
      var file: String?
      var line: Int?
    }
  }

  private func problem(_ sentence: String, file: String?, line: Int?) -> Problem {
    let place = SourceLocation(file: file ?? book.bibliographies.first ?? Book.file, line: line ?? 1)
    return Problem(.error, at: place, sentence)
  }

  /// Identifies the style by its content.
  static func styleIdentity(of book: Book) -> String {
    guard let style = try? Self.style(of: book) else { return "pandoc's own style" }
    return Digest(of: style).hex
  }

  private struct StyleProblem: Error { var problem: Problem }

  private static func style(of book: Book) throws(StyleProblem) -> Data? {
    guard let name = book.citationStyle else { return CitationStyles.style(named: defaultStyle) }
    if name.hasSuffix(".csl") { return FileManager.default.contents(atPath: book.folder + "/" + name) }
    if let style = CitationStyles.style(named: name) { return style }
    let hint = CitationStyles.nearest(to: name).map { "; did you mean '\($0)'?" }
    let sentence =
      "there is no citation style '\(name)' on this machine"
      + (hint ?? "; name a .csl file of the book, or apt-get install \(CitationStyles.package)")
    throw StyleProblem(problem: Problem(.error, at: SourceLocation(file: Book.file, line: 1), sentence))
  }

  private func ask(_ request: CitationRequest, style: Data?) -> Answer {
    // Names that pandoc sees are plain, whatever the book's files are called.
    var files: [String: Data] = [:]
    var names: [String: String] = [:]
    for (index, file) in bibliography.files.enumerated() {
      let name = "bibliography-\(index + 1).\(file.format)"
      files[name] = Data(file.text.utf8)
      names[name] = file.name
    }
    if let style { files["style.csl"] = style }
    let arguments = CitationRequest.arguments(
      bibliographies: files.keys.filter { $0 != "style.csl" }.sorted(),
      style: style == nil ? nil : "style.csl"
    )
    do throws(ConfinedProgram.Failure) {
      let output = try pandoc.run(arguments, input: request.input(version:), files: files).output
      let truncated = Set(bibliography.entries.filter { $0.value.isTruncated }.keys)
      if let citations = Citations(
        output: String(decoding: output, as: UTF8.self),
        request: request,
        truncated: truncated
      ) {
        return Answer(citations: citations)
      }
      return Answer(problems: [.init(sentence: "pandoc's answer to the citations cannot be read")])
    } catch {
      switch error {
      case .timeout(let seconds):
        let sentence = "pandoc did not set the citations in \(Int(seconds)) s"
        return Answer(problems: [.init(sentence: sentence)], isFinal: false)
      case .notStarted(let reason):
        return Answer(problems: [.init(sentence: "pandoc cannot be started: \(reason)")], isFinal: false)
      case .refused(let messages):
        let failure = Citations.failure(in: messages)
        let file =
          failure.path.flatMap { names[$0] } ?? (messages.contains("CiteprocXML") ? book.citationStyle : nil)
        return Answer(problems: [
          .init(sentence: "pandoc cannot read it: \(failure.reason)", file: file, line: failure.line)
        ])
      }
    }
  }
}

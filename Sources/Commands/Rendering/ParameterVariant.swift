internal import ArgumentParser
internal import Chapters
internal import Digests
internal import Engine
internal import Findings
internal import Foundation
internal import Reports

/// A book rendered with other values of its parameters (`render --set`): with a store and a folder of its own, so that
/// neither records nor pages of the book itself change.
struct ParameterVariant {
  /// The values that were given, by the names of their parameters.
  let values: [String: ParameterValue]
  /// The options of the render, with the store of the variant.
  let options: BookOptions
  /// The folder of the variant's report.
  let output: String
  /// The folder of the book's own report.
  private let bookOutput: String
  private let bookStore: String

  /// - Parameters:
  ///   - given: the values as `NAME=VALUE`.
  ///   - output: the folder that was named for the report; `nil` for `output.NAME=VALUE` beside the book's own.
  /// - Throws: `ValidationError` for a parameter that the book does not declare and a value that it does not allow.
  init(_ given: [String], options: BookOptions, output: String?) throws {
    let folder = try options.bookFolder()
    let book: Book
    do { book = try Book(readingFolder: folder) } catch {
      throw BookProblems(problems: error.errors.map(\.description))
    }
    var values: [String: ParameterValue] = [:]
    for entry in given {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--set '\(entry)' is not of the form NAME=VALUE") }
      guard let parameter = book.parameters.first(where: { $0.name == parts[0] }) else {
        let names = book.parameters.map(\.name)
        throw ValidationError(
          "'\(parts[0])' is not a parameter of this book: parameters: in book.yml has "
            + (names.isEmpty ? "none" : names.joined(separator: ", "))
            + (Spelling.nearest(to: parts[0], in: names).map { "; did you mean '\($0)'?" } ?? "")
        )
      }
      guard let value = parameter.value(parsing: parts[1]) else {
        throw ValidationError(
          "'\(parts[1])' is not a value of the parameter '\(parts[0])': expected \(parameter.expectation)"
        )
      }
      guard values.updateValue(value, forKey: parts[0]) == nil else {
        throw ValidationError("the parameter '\(parts[0])' is given twice")
      }
    }
    self.values = values
    let name = Self.name(of: values)
    bookOutput = BookOptions.outputFolder(nil, for: folder)
    self.output = output.map(BookOptions.absolute) ?? "\(bookOutput).\(name)"
    guard self.output != bookOutput else {
      throw ValidationError("--output names the folder of the book's own report: with --set, name another")
    }
    bookStore = options.storeFolder(for: folder)
    var options = options
    options.store = "\(bookStore)/set/\(name)"
    self.options = options
  }

  /// A name for files from the values: letters, digits, points and hyphens stay; two lists of values never share one.
  private static func name(of values: [String: ParameterValue]) -> String {
    let text = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: ",")
    let plain = text.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-=,".contains($0)) ? $0 : "_" }
    let name = String(String(plain).prefix(80))
    return name == text ? name : "\(name)-\(Digest(of: text).short)"
  }

  /// Makes the store of the variant: with the records of the book's own store, so that cells that do not read the
  /// parameters are not run again, and with its models and caches, whose names tell everything that they depend on.
  func prepareStore() throws {
    guard let store = options.store else { return }
    let own = try Store(folder: bookStore)
    try Store.mark(store)
    for name in ["checkpoints", "memo", "modules"] where access("\(store)/\(name)", F_OK) != 0 {
      guard symlink("\(own.folder)/\(name)", "\(store)/\(name)") == 0 else {
        throw EngineError.file(path: "\(store)/\(name)", doing: "making the link", error: errno)
      }
    }
    let files = FileManager.default
    for cell in (try? files.contentsOfDirectory(atPath: "\(own.folder)/records")) ?? [] {
      try AtomicFile.makeFolder("\(store)/records/\(cell)")
      for name in (try? files.contentsOfDirectory(atPath: "\(own.folder)/records/\(cell)")) ?? []
      where name.hasSuffix(".json") {
        let (old, new) = ("\(own.folder)/records/\(cell)/\(name)", "\(store)/records/\(cell)/\(name)")
        // Records are never written again, so that a second name is as good as a copy.
        if link(old, new) == 0 || errno == EEXIST { continue }
        do { try files.copyItem(atPath: old, toPath: new) } catch {
          throw EngineError.file(path: new, doing: "copying the record", error: EIO)
        }
      }
    }
  }

  /// Compares the variant's report with the book's own, and writes the page of the differences beside the former.
  func compare(_ console: Console) throws {
    guard access("\(bookOutput)/\(FindingsFile.path)", F_OK) == 0 else {
      return console.warn(
        "there is no report in '\(bookOutput)' to compare with: run 'marginalia render' without --set first"
      )
    }
    let comparison = try RunComparison(reports: [bookOutput, output])
    for line in comparison.lines { console.say(line) }
    let page = output + "/difference.html"
    try AtomicFile.write(comparison.page.bytes, to: page)
    console.say("\(comparison.summary); see \(page)")
  }
}

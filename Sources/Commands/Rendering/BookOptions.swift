internal import ArgumentParser
internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Tensors

/// The options that name a book and the conditions of its run.
package struct BookOptions: ParsableArguments {
  package init() {}

  @Option(
    name: .long,
    help: "The folder of the book: the one with book.yml, or one that holds it as Chapters."
  )
  var book = "Chapters"

  @Option(name: .long, help: "The profile of book.yml: how large the experiments are.")
  var profile: String?

  @Option(name: .long, help: "The seed of all chance, in place of the profile's.")
  var seed: UInt64?

  @Option(
    name: .long,
    help: ArgumentHelp("A data root, as NAME=DIR; may be given for several.", valueName: "name=dir")
  )
  var data: [String] = []

  @Option(
    name: .long,
    help:
      "Where records and checkpoints are kept; default: .marginalia beside Chapters, or in a folder of another name."
  )
  var store: String?

  /// The absolute path of the book's folder.
  func bookFolder() throws -> String {
    let given = Self.absolute(book)
    for folder in [given, given + "/Chapters"] where access(folder + "/book.yml", F_OK) == 0 { return folder }
    if let fault = Self.encodingFault(of: book) { throw BookProblems(problems: [fault]) }
    // The default book is the folder `Chapters`, which a user whose working folder is the book does not have.
    let here = access(Book.file, F_OK) == 0 ? " (--book . for the one here)" : ""
    throw BookProblems(problems: [
      "there is no book.yml in '\(book)': name the folder of a book with --book\(here), or make one with "
        + "'marginalia new'"
    ])
  }

  package func storeFolder(for bookFolder: String) -> String {
    store.map(Self.absolute) ?? Self.home(of: bookFolder) + "/.marginalia"
  }

  /// Opens the store of a book, which cannot be the folder of the book or of its report.
  ///
  /// - Parameter output: the folder that was named for the report.
  func openStore(for bookFolder: String, output: String? = nil, access: Store.Access = .write) throws -> Store
  {
    let folder = storeFolder(for: bookFolder)
    let others = [
      ("the book", bookFolder), ("its report", Self.outputFolder(output, for: bookFolder)),
    ]
    for (name, other) in others where folder == other {
      throw ValidationError(
        "'\(folder)' is the folder of \(name) and cannot be its store: name another with --store"
      )
    }
    return try Store(folder: folder, access: access)
  }

  /// Where the report is written: the folder that was named, or `output` in the book's home.
  package static func outputFolder(_ named: String?, for bookFolder: String) -> String {
    named.map(absolute) ?? home(of: bookFolder) + "/output"
  }

  /// Throws an error if a report cannot be written into a folder: that of a book, or a file.
  ///
  /// A render removes the files there that its report no longer has. A picture that a book shows and its copy in the report
  /// have one path below their folders, so that the author's own file would be among them.
  package static func checkReport(_ folder: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), !isFolder.boolValue {
      throw ValidationError("'\(folder)' is a file, and a report is a folder: name another with --output")
    }
    guard access("\(folder)/\(Book.file)", F_OK) == 0 else { return }
    throw ValidationError(
      "'\(folder)' is the folder of a book and cannot be that of a report: name another with --output"
    )
  }

  /// Where editions are written by default.
  package static func editionsFolder(for bookFolder: String) -> String { home(of: bookFolder) + "/editions" }

  /// The folder that holds store and report by default: the one above a book called `Chapters`, else the book's own, so
  /// that two books side by side share neither.
  private static func home(of bookFolder: String) -> String {
    PathText.name(of: bookFolder) == "Chapters" ? PathText.folder(of: bookFolder) : bookFolder
  }

  /// The conditions of a run, from the book's profile, the options and the environment.
  ///
  /// - Parameter changed: the values of parameters that differ from the book's defaults.
  func conditions(for book: Book, changed: [String: ParameterValue] = [:]) throws -> Conditions {
    let name = profile ?? book.defaultProfile
    guard let values = book.profiles[name] ?? (book.profiles.isEmpty && profile == nil ? .init() : nil) else {
      let known = book.profiles.keys.sorted().joined(separator: ", ")
      throw ValidationError("'\(name)' is not a profile of this book: it has \(known)")
    }
    let environment = ProcessInfo.processInfo.environment
    return Conditions(
      profile: name,
      seed: seed ?? values.seed,
      timeout: values.timeout,
      threadCount: Parallel.availableCoreCount,
      dataRoots: try dataRoots(of: book),
      dataRootNames: book.dataRoots,
      variables: Dictionary(
        book.environment.map { ($0, environment[$0]) },
        uniquingKeysWith: { first, _ in first }
      ),
      parameters: Dictionary(
        book.parameters.map { ($0.name, changed[$0.name] ?? $0.standard) },
        uniquingKeysWith: { first, _ in first }
      ),
      requestedKernel: environment["OPENBLAS_CORETYPE"] ?? Machine.current.preferredKernel,
      cacheSize: environment["OPENBLAS_L2_SIZE"],
      // A cell that asks for more gets an error. Up to all of it, the system would look for a process to kill.
      memoryLimit: ProcessInfo.processInfo.physicalMemory / 8 * 7
    )
  }

  private func dataRoots(of book: Book) throws -> [String: String] {
    var roots: [String: String] = [:]
    for entry in data {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("'\(entry)' is not of the form NAME=DIR") }
      guard book.dataRoots.contains(parts[0]) else {
        let known = book.dataRoots.isEmpty ? "none" : book.dataRoots.joined(separator: ", ")
        throw ValidationError("'\(parts[0])' is not a data root of this book: it has \(known)")
      }
      let folder = Self.absolute(parts[1])
      guard access(folder, R_OK) == 0 else {
        throw ValidationError("the data root '\(parts[0])' cannot be read at '\(folder)'")
      }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
        throw ValidationError(
          "the data root '\(parts[0])' is a folder, but '\(folder)' is a file: name the folder that holds it"
        )
      }
      roots[parts[0]] = folder
    }
    return roots
  }

  /// What is wrong with a path, or with the working folder that it begins in, whose bytes are not UTF-8; `nil` if
  /// nothing is. Arguments have U+FFFD in place of such bytes.
  private static func encodingFault(of path: String) -> String? {
    let advice = "is not UTF-8, and paths of a book must be: rename the folder"
    if path.contains("\u{fffd}") { return "the path '\(path)' \(advice)" }
    guard !path.hasPrefix("/"), let bytes = getcwd(nil, 0) else { return nil }
    defer { free(bytes) }
    if String(validatingCString: bytes) != nil { return nil }
    return "the path of the working folder, '\(String(cString: bytes))', \(advice)"
  }

  static func absolute(_ path: String) -> String {
    let url = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath()
    return url.path == "/" ? "/" : url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path
  }
}

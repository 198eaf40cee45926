internal import ArgumentParser
internal import Foundation
internal import Preview

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the report in a browser and render it again at each save.",
    discussion: """
      The pages are to be had from this machine alone, at http://localhost:PORT. Every change in the book's folder \
      starts 'marginalia render', which runs what is stale; open pages load themselves again when theirs have changed. \
      All other options are those of 'marginalia render'.
      """
  )

  @Option(name: .long, help: "The folder of the book, as for render.")
  var book = "Chapters"

  @Option(name: .long, help: "Where the report is; default: output beside the book.")
  var output: String?

  @Option(name: .long, help: "The port; 0 takes any free one.")
  var port: UInt16 = 8080

  @Argument(parsing: .allUnrecognized, help: "Options of render, such as --profile or --no-execute.")
  var render: [String] = []

  func run() throws {
    let book = try folder()
    let output = absolute(
      self.output ?? URL(fileURLWithPath: book).deletingLastPathComponent().path + "/output"
    )
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let server = try PreviewServer(folder: output, port: port)
    let renderer = Renderer(arguments: ["render", "--book", book, "--output", output, "--quiet"] + render)
    let ended = DispatchSemaphore(value: 0)
    let failure = Box()
    Task.detached {
      do { try await server.run() } catch { failure.error = error }
      ended.signal()
    }
    Task.detached {
      let address = "http://localhost:\(try await server.port())\n"
      FileHandle.standardOutput.write(Data(address.utf8))
      try await renderer.keepCurrent(book: book, output: output, server: server)
    }
    ended.wait()
    if let error = failure.error {
      throw ValidationError("the pages cannot be served on port \(port): \(error); name another by --port")
    }
  }

  /// The book's folder: the one named, or `Chapters` within it.
  private func folder() throws -> String {
    let given = absolute(book)
    for folder in [given, given + "/Chapters"]
    where FileManager.default.fileExists(atPath: folder + "/book.yml") {
      return folder
    }
    throw ValidationError("there is no book.yml in '\(book)': name the folder of a book with --book")
  }

  private func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  /// Carries an error from one thread to another, which waits for it.
  private final class Box: @unchecked Sendable { var error: (any Error)? }
}

/// Runs `marginalia render` whenever the book has changed: the preview knows no other way to a page than everybody else.
private struct Renderer: Sendable {
  let arguments: [String]

  func keepCurrent(book: String, output: String, server: PreviewServer) async throws {
    var chapters = FolderWatch(folder: book, ignoring: [output])
    var pages = FolderWatch(folder: output)
    await show(server)
    if pages.hasChanged() { await server.reload() }
    while true {
      try await Task.sleep(for: .milliseconds(100))
      if chapters.hasChanged() { await show(server) }
      // Pages that another command has written count as well.
      if pages.hasChanged() { await server.reload() }
    }
  }

  /// Renders once and shows what the render said, if it said anything.
  private func show(_ server: PreviewServer) async {
    let note = Task {
      try await Task.sleep(for: .milliseconds(500))
      await server.show("rendering …")
    }
    let said = await Task.detached { render() }.value
    note.cancel()
    await server.show(said)
    if !said.isEmpty { FileHandle.standardError.write(Data((said + "\n").utf8)) }
  }

  private func render() -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    do { try process.run() } catch { return "marginalia render could not be started: \(error)" }
    let said = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: said.suffix(20_000), as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines
    )
  }
}

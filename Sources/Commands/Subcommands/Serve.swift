internal import ArgumentParser
internal import Foundation
internal import Preview

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the report in a browser and render it again at each save.",
    discussion: """
      The pages are to be had from this machine alone, at http://localhost:PORT. Every change in the book's folder \
      starts 'marginalia render', which runs what is stale; open pages load themselves again when theirs have changed.
      """
  )

  @OptionGroup var options: BookOptions

  @Option(name: .long, help: "Where the report is; default: output beside the book.")
  var output: String?

  @Option(name: .long, help: "The port; 0 takes any free one.")
  var port: UInt16 = 8080

  @Flag(name: .long, help: "Run nothing: show what is recorded. Safe for a stranger's book.")
  var noExecute = false

  func run() throws {
    let book = try options.bookFolder()
    let beside = (book as NSString).deletingLastPathComponent + "/output"
    let output = self.output.map(BookOptions.absolute) ?? beside
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let server = try PreviewServer(folder: output, port: port)
    let renderer = Renderer(arguments: arguments(book: book, output: output))
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

  /// The command line of the renders: the same book under the same conditions.
  private func arguments(book: String, output: String) -> [String] {
    var arguments = ["render", "--book", book, "--output", output, "--quiet"]
    if let profile = options.profile { arguments += ["--profile", profile] }
    if let seed = options.seed { arguments += ["--seed", String(seed)] }
    if let store = options.store { arguments += ["--store", store] }
    for root in options.data { arguments += ["--data", root] }
    return arguments + (noExecute ? ["--no-execute"] : [])
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

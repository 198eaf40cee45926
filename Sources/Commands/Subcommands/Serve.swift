internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Preview

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the report in a browser and render it again at each save.",
    discussion: """
      The pages are served to this machine alone, at http://localhost:PORT. Every change in the book's folder \
      starts 'marginalia render', which runs what is stale; open pages reload themselves when theirs have changed. \
      While cells run, a change of the text shows at once; if the code of a running chapter changes, its run is \
      stopped and started again.
      """
  )

  @OptionGroup var options: BookOptions

  @Option(
    name: .long,
    help: "The folder of the report; default: output beside Chapters, or in a folder of another name."
  )
  var output: String?

  @Option(name: .long, help: "The port; 0 takes any free one.")
  var port: UInt16 = 8080

  @Flag(name: .long, help: "Run nothing: show what is recorded. Safe for a stranger's book.")
  var noExecute = false

  func run() throws {
    let book = try options.bookFolder()
    let output = BookOptions.outputFolder(output, for: book)
    try BookOptions.checkReport(output)
    try AtomicFile.makeFolder(output)
    let server = try PreviewServer(folder: output, port: port)
    let renderer = LiveRenderer(
      arguments: arguments(book: book, output: output),
      executes: !noExecute,
      book: book,
      output: output,
      store: options.storeFolder(for: book),
      server: server
    )
    let ended = DispatchSemaphore(value: 0)
    let failure = Box()
    Task.detached {
      do { try await server.run() } catch {
        failure.error = ValidationError(
          "the pages cannot be served on port \(port): \(error); name another by --port"
        )
      }
      ended.signal()
    }
    Task.detached {
      do {
        let address = "http://localhost:\(try await server.port())\n"
        StandardOutput.write(address)
        try await renderer.run()
      } catch {
        failure.error = error
        ended.signal()
      }
    }
    ended.wait()
    if let error = failure.error { throw error }
  }

  /// The command line of the renders: the same book under the same conditions.
  private func arguments(book: String, output: String) -> [String] {
    var arguments = ["render", "--book", book, "--output", output, "--json"]
    if let profile = options.profile { arguments += ["--profile", profile] }
    if let seed = options.seed { arguments += ["--seed", String(seed)] }
    if let store = options.store { arguments += ["--store", store] }
    for root in options.data { arguments += ["--data", root] }
    return arguments
  }

  /// Carries an error from one thread to another, which waits for it.
  private final class Box: @unchecked Sendable { var error: (any Error)? }
}

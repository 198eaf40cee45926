internal import Chapters
internal import Digests
internal import Engine
internal import Findings
internal import Foundation
internal import Preview

/// Keeps the report of a book current while its files change, by running `marginalia render`.
struct LiveRenderer: Sendable {
  /// The command line of a render, without `--no-execute`.
  let arguments: [String]
  let executes: Bool
  let book: String
  let output: String
  let store: String
  let server: PreviewServer

  /// Renders once and after each change, until the task is cancelled.
  func run() async throws {
    // The folder is watched before it is rendered, so that no change is missed between. What a render writes itself, whose
    // folders may lie in the book's, is no change.
    let files = try FolderWatch(folder: book, ignoring: [output, store])
    let pages = try FolderWatch(folder: output)
    var render = try start()
    var code = chapterCode()
    var isOutdated = false
    var preview: RenderProcess?
    while !Task.isCancelled {
      try await Task.sleep(for: .milliseconds(100))
      if try pages.hasChanged() { await server.reload() }
      if try files.hasChanged() {
        let now = chapterCode()
        if render.hasEnded {
          (render, preview) = (try start(), nil)
        } else if render.runningChapters.contains(where: { now[$0] != code[$0] }) {
          // The running cells belong to code that has changed.
          render.stop()
          preview?.stop()
          (render, preview) = (try start(), nil)
          isOutdated = false
        } else {
          isOutdated = true
          preview?.stop()
          preview = try RenderProcess(arguments + ["--no-execute"])
        }
        if !isOutdated { code = now }
      }
      if render.hasEnded, isOutdated {
        isOutdated = false
        code = chapterCode()
        preview?.stop()
        (render, preview) = (try start(), nil)
      }
      await server.show(render.hasEnded ? render.said : render.progress(preview: preview?.said ?? ""))
    }
  }

  private func start() throws -> RenderProcess {
    try RenderProcess(arguments + (executes ? [] : ["--no-execute"]))
  }

  /// A digest of everything that the findings of each chapter depend on, by its file; none for an unreadable chapter.
  private func chapterCode() -> [String: String] {
    guard let book = try? Book(readingFolder: book) else { return [:] }
    let manuscript = Manuscript(reading: book)
    var shared = Hasher256()
    for source in manuscript.sources.sorted(by: { $0.key < $1.key }) {
      shared.field(source.key)
      shared.field(source.value)
    }
    let sources = shared.finish().hex
    var found: [String: String] = [:]
    for chapter in manuscript.chapters {
      var hasher = Hasher256()
      hasher.field(sources)
      for cell in chapter.cells {
        for text in [cell.id, cell.code] + cell.needs + cell.reads { hasher.field(text) }
      }
      found[chapter.file] = hasher.finish().hex
    }
    return found
  }
}

/// A running `marginalia render --json`. It is killed with everything that it started when this process ends.
private final class RenderProcess: @unchecked Sendable {
  private let lock = NSLock()
  private var child: ChildProcess?
  private var isStopped = false
  private var isOver = false
  private var running: Set<String> = []
  private var complaints: [String] = []
  private let begun = ContinuousClock.now

  init(_ arguments: [String]) throws {
    // The child dies with the thread that starts it, so the thread lives as long as the child.
    let thread = Thread { [self] in follow(arguments) }
    thread.start()
  }

  var hasEnded: Bool { lock.withLock { isOver } }

  /// The files of the chapters whose cells run now.
  var runningChapters: Set<String> { lock.withLock { running } }

  /// Kills the render and waits for its end.
  func stop() {
    lock.withLock {
      isStopped = true
      child?.signal(SIGKILL)
    }
    while !hasEnded { usleep(1000) }
  }

  /// Its errors and warnings so far, a line each.
  var said: String { lock.withLock { complaints.joined(separator: "\n") } }

  /// What is shown on the pages while it runs: that it takes long, and the errors and warnings of the text that was changed since.
  func progress(preview: String) -> String {
    guard begun.duration(to: .now) > .milliseconds(500) else { return said }
    return preview.isEmpty ? "rendering …" : "rendering …\n" + preview
  }

  private func follow(_ arguments: [String]) {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let request = ChildProcess.Request(
      program: program,
      arguments: arguments,
      environment: ProcessInfo.processInfo.environment
    )
    do {
      let answer = try ChildProcess.run(request, limit: nil) { child in
        lock.withLock {
          self.child = child
          if isStopped { child.signal(SIGKILL) }
        }
      } line: {
        take($0)
      }
      let signal = answer.ending.signal
      lock.withLock {
        if let signal, !isStopped { complaints.append("marginalia render was killed by signal \(signal)") }
      }
    } catch {
      lock.withLock { complaints.append("marginalia render could not be started: \(error)") }
    }
    let said = lock.withLock {
      child = nil
      isOver = true
      return isStopped ? [] : complaints
    }
    for text in said { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }
  }

  /// Takes a line of the render's output: a JSON event, or plain text of an error.
  private func take(_ line: String) {
    let fields = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
    let text = { (key: String) in fields?[key] as? String ?? "" }
    lock.withLock {
      switch fields?["event"] as? String {
      case "chapter-began": running.insert(text("file"))
      case "chapter-ended": running.remove(text("file"))
      case "error": complaints.append("error: " + text("message"))
      case "warning": complaints.append("warning: " + text("message"))
      // The error of a source is no cell's.
      case "cell-ended" where complaints.contains("error: " + text("message")): break
      case "cell-ended" where text("outcome") == Console.word(for: .failed):
        let place = "\(text("file")):\(fields?["line"] ?? 0)"
        complaints.append("error: \(place): the cell '\(text("cell"))' failed: \(text("message"))")
      case nil where !line.isEmpty: complaints.append(line)
      default: break
      }
    }
  }
}

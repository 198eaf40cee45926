internal import CProcess
internal import Foundation

/// A process in its own group, with its output on a pipe; it is killed when the thread that started it ends.
///
/// Standard output and error share one pipe, so that their order is the order in which they were written.
package struct ChildProcess: Sendable {
  /// A program with everything that it is started with.
  package struct Request {
    package var program: String
    package var arguments: [String] = []
    package var environment: [String: String] = [:]
    /// The working folder; `nil` keeps the current one.
    var folder: String?
    /// The file that becomes standard input; `nil` gives none.
    var input: String?
    /// The most bytes of address space; 0 for no limit.
    var memoryLimit: UInt64 = 0
    /// The most bytes of one written file; 0 for no limit.
    var fileSizeLimit: UInt64 = 0
    /// The files that the process may use; `nil` allows all.
    var confinement: Confinement?
    /// Whether it may open no socket and signal no process outside its group.
    var isFiltered = false
    /// Whether the child gets a pipe for events as descriptor 3.
    var hasEvents = false

    package init(program: String, arguments: [String] = [], environment: [String: String] = [:]) {
      self.program = program
      self.arguments = arguments
      self.environment = environment
    }

    init(
      program: String,
      arguments: [String] = [],
      environment: [String: String] = [:],
      folder: String? = nil,
      input: String? = nil,
      fileSizeLimit: UInt64 = 0,
      confinement: Confinement? = nil,
      isFiltered: Bool = false
    ) {
      self.init(program: program, arguments: arguments, environment: environment)
      self.folder = folder
      self.input = input
      self.fileSizeLimit = fileSizeLimit
      self.confinement = confinement
      self.isFiltered = isFiltered
    }
  }

  let id: pid_t
  /// The reading ends; they do not block.
  let output: Int32
  let events: Int32?
  /// Becomes readable when the process ends.
  let ended: Int32

  /// Starts a process.
  init(starting request: Request) throws(EngineError) {
    let output = try Self.pipe()
    let events: (read: Int32, write: Int32)?
    do { events = request.hasEvents ? try Self.pipe() : nil } catch {
      close(output.read)
      close(output.write)
      throw error
    }
    var step: Int32 = 0
    let result = Self.withChild(request, output: output.write, events: events?.write ?? -1) { child in
      marginalia_spawn(child, &step)
    }
    close(output.write)
    if let events { close(events.write) }
    guard result > 0 else {
      close(output.read)
      if let events { close(events.read) }
      throw .cannotStart(program: request.program, step: Self.name(ofStep: step), error: -result)
    }
    id = result
    self.output = output.read
    self.events = events?.read
    ended = marginalia_open_process(result)
    guard ended >= 0 else {
      _ = finish()
      throw .cannotStart(program: request.program, step: "watching it", error: -ended)
    }
  }

  /// Sends a signal to the process and all that it started.
  package func signal(_ number: Int32) { kill(-id, number) }

  /// Ends what is left of the group, closes the pipes and returns how the process ended.
  func finish() -> Ending {
    signal(SIGKILL)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(id, &status, 0, &usage) < 0 && errno == EINTR {}
    close(output)
    if let events { close(events) }
    if ended >= 0 { close(ended) }
    let low = status & 0x7f
    return Ending(
      code: low == 0 ? (status >> 8) & 0xff : nil,
      signal: low == 0 ? nil : low,
      peakMemory: UInt64(usage.ru_maxrss) * 1024,
      processorSeconds: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    )
  }

  /// The exit status of a process and the resources that it used.
  package struct Ending: Sendable {
    /// The exit status; `nil` where a signal ended it.
    package var code: Int32?
    package var signal: Int32?
    /// Bytes.
    var peakMemory: UInt64
    var processorSeconds: Double
  }

  /// The version of Landlock that the kernel offers, 0 where it has none.
  static var landlockVersion: Int { Int(marginalia_landlock_version()) }

  /// Whether the kernel can refuse sockets and signals.
  static var canFilter: Bool { marginalia_can_filter_system_calls() != 0 }

  /// The most bytes of output, and of one line of it, that `run` keeps.
  private static let keptOutput = 8 << 20

  /// Runs a process to its end and returns its output, at most 8 MiB of it.
  ///
  /// - Parameters:
  ///   - limit: seconds after which the process is killed; `nil` for a process that a user ends.
  ///   - started: receives the process, so that another thread can end it.
  ///   - line: receives each line of the output as soon as it is complete, at most 8 MiB of it.
  /// - Throws: `EngineError.timedOut`.
  package static func run(
    _ request: Request,
    limit: Double?,
    started: (ChildProcess) -> Void = { _ in },
    line: (String) -> Void = { _ in }
  ) throws(EngineError) -> (ending: Ending, output: String) {
    let child = try ChildProcess(starting: request)
    started(child)
    let deadline = limit.map { ContinuousClock.now + .seconds($0) }
    var output = Data()
    var splitter = LineSplitter(limit: keptOutput)
    let take = { (data: Data) in
      output.append(data.prefix(keptOutput - output.count))
      for text in splitter.lines(in: data) { line(String(decoding: text, as: UTF8.self)) }
    }
    var polls = [child.output, child.ended].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
      let left = deadline.map { ContinuousClock.now.duration(to: $0) / .milliseconds(1) }
      if let left, left <= 0, let limit {
        _ = child.finish()
        throw .timedOut(program: request.program, seconds: limit)
      }
      let count = Glibc.poll(&polls, 2, left.map { Int32(min($0, 3_600_000).rounded(.up)) } ?? -1)
      if count < 0, errno != EINTR { break }
      let isAtEnd = readAvailable(child.output, into: take)
      // A process that outlives its parent may hold the pipe open.
      if isAtEnd || count > 0 && polls[1].revents != 0 { break }
    }
    _ = readAvailable(child.output, into: take)
    if splitter.openCount > 0 { line(String(decoding: splitter.open, as: UTF8.self)) }
    return (child.finish(), String(decoding: output, as: UTF8.self))
  }

  /// Reads what is available now, up to 2 MiB, and returns whether the end was reached.
  static func readAvailable(_ descriptor: Int32, into receive: (Data) -> Void) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    for _ in 0..<32 {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        receive(Data(buffer[..<count]))
      } else if count == 0 {
        return true
      } else if errno != EINTR {
        return errno != EAGAIN
      }
    }
    return false
  }

  private static func pipe() throws(EngineError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    let result = marginalia_pipe(&ends)
    guard result == 0 else { throw .cannotStart(program: "", step: "making a pipe", error: -result) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    return (ends[0], ends[1])
  }

  private static func withChild(
    _ request: Request,
    output: Int32,
    events: Int32,
    _ body: (UnsafePointer<marginalia_child>) -> Int32
  ) -> Int32 {
    let arguments = CStrings([request.program] + request.arguments)
    let environment = CStrings(request.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    let grants = request.confinement?.grants ?? []
    let paths = CStrings([request.program, request.folder ?? "", request.input ?? ""] + grants.map(\.path))
    defer {
      arguments.free()
      environment.free()
      paths.free()
    }
    let rights = grants.enumerated().map { index, grant in
      marginalia_grant(path: paths.pointers[index + 3], rights: grant.rights.rawValue)
    }
    return rights.withUnsafeBufferPointer { rights in
      var child = marginalia_child()
      child.program = UnsafePointer(paths.pointers[0])
      child.folder = request.folder == nil ? nil : UnsafePointer(paths.pointers[1])
      child.input = request.input == nil ? nil : UnsafePointer(paths.pointers[2])
      child.output = output
      child.events = events
      child.memory = request.memoryLimit
      child.file_size = request.fileSizeLimit
      child.confined = request.confinement == nil ? 0 : 1
      child.filtered = request.isFiltered ? 1 : 0
      child.grants = rights.baseAddress
      child.grant_count = rights.count
      return arguments.pointers.withUnsafeBufferPointer { arguments in
        environment.pointers.withUnsafeBufferPointer { environment in
          child.arguments = arguments.baseAddress
          child.environment = environment.baseAddress
          return body(&child)
        }
      }
    }
  }

  private static func name(ofStep step: Int32) -> String {
    switch Int(step) {
    case MARGINALIA_STEP_DESCRIPTORS: "setting its descriptors"
    case MARGINALIA_STEP_LIMITS: "setting its limits"
    case MARGINALIA_STEP_CONFINEMENT: "confining it"
    case MARGINALIA_STEP_FOLDER: "entering its folder"
    case MARGINALIA_STEP_PROGRAM: "executing it"
    default: "forking"
    }
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

/// C strings, ended by a null pointer.
private struct CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

  func free() {
    for pointer in pointers { Glibc.free(pointer) }
  }
}

internal import CProcess
internal import Foundation

/// A process in its own group, with its output on a pipe, that dies with the thread that started it.
///
/// Standard output and error share one pipe, so that their order is the order in which they were written.
struct ChildProcess {
  /// What to start.
  struct Request {
    var program: String
    var arguments: [String] = []
    var environment: [String: String] = [:]
    /// The working folder; `nil` keeps the current one.
    var folder: String?
    /// The file that becomes standard input; `nil` gives none.
    var input: String?
    /// The most bytes of address space; 0 for no limit.
    var memoryLimit: UInt64 = 0
    /// The most bytes of one written file; 0 for no limit.
    var fileSizeLimit: UInt64 = 0
    /// All that the process may reach; `nil` leaves it unconfined.
    var confinement: Confinement?
    /// Whether the child gets a pipe for events as descriptor 3.
    var hasEvents = false
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
    let events = request.hasEvents ? try Self.pipe() : nil
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
  func signal(_ number: Int32) { kill(-id, number) }

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

  /// How a process ended and what it used.
  struct Ending {
    /// The exit status; `nil` where a signal ended it.
    var code: Int32?
    var signal: Int32?
    /// Bytes.
    var peakMemory: UInt64
    var processorSeconds: Double
  }

  /// The version of Landlock that the kernel offers, 0 where it has none.
  static var landlockVersion: Int { Int(marginalia_landlock_version()) }

  /// Runs a process to its end and returns what it wrote, at most 8 MiB of it.
  static func run(_ request: Request) throws(EngineError) -> (ending: Ending, output: String) {
    let child = try ChildProcess(starting: request)
    var output = Data()
    var poll = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
    while Glibc.poll(&poll, 1, -1) >= 0 || errno == EINTR {
      if readAvailable(child.output, into: { if output.count < 8 << 20 { output.append($0) } }) { break }
    }
    return (child.finish(), String(decoding: output, as: UTF8.self))
  }

  /// Reads what is there now, more than a pipe holds but not what is written meanwhile without end, and
  /// returns whether the end was reached.
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

/// C strings with a null pointer behind the last.
private struct CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

  func free() {
    for pointer in pointers { Glibc.free(pointer) }
  }
}

internal import Foundation
package import Networks

/// Ranks that a launcher of MPI started: `mpirun -n 4 marginalia train …` or `srun`.
///
/// MPI is loaded at run time, from a small library that `mpicc` compiles from `Sources/MPITransport/transport.c`. So the program
/// is the same with and without MPI, and its cells have the same keys; a package trait would make it another program that
/// fits one MPI alone, since MPI's implementations have different binary interfaces.
///
/// Messages that are sent are copied and kept until MPI has taken them.
package final class MPICommunicator: Communicator {
  package let rank: Int
  package let rankCount: Int
  package let host: String
  package private(set) var failure: String?
  package private(set) var sentByteCount = 0
  private let functions: Functions
  /// The seconds that a rank waits for a message.
  private let patience: Double
  private var sending: [(request: UnsafeMutableRawPointer, copy: UnsafeMutableRawBufferPointer)] = []
  private var receiving: [Int: (request: UnsafeMutableRawPointer, from: Int)] = [:]
  private var receiptCount = 0

  /// Loads the library and starts MPI, which a process can do once.
  ///
  /// - Parameters:
  ///   - library: the path of the library; nil for the environment variable `MARGINALIA_MPI`, else `libmarginalia-mpi.so` beside
  ///     the program.
  ///   - patience: the seconds after which a rank that sends nothing counts as hanging.
  /// - Throws: `TrainingError.ranks` where the library is missing or MPI does not start.
  package init(library: String? = nil, patience: Double = 600) throws {
    functions = try Functions(library: library)
    self.patience = patience
    var (rank, count): (Int32, Int32) = (0, 0)
    let code = functions.begin(&rank, &count)
    guard code == 0 else { throw TrainingError.ranks("MPI does not start: its error \(code)") }
    self.rank = Int(rank)
    rankCount = Int(count)
    host = String(cString: functions.host(rank))
  }

  /// The number and the machine of a rank, for messages.
  private func name(_ rank: Int) -> String {
    "rank \(rank) on \(String(cString: functions.host(Int32(rank))))"
  }

  /// Sets what is written to standard error when the launcher ends this rank because another one is gone.
  package func note(_ text: String) { functions.note("marginalia: \(name(rank)): \(text)\n") }

  /// Ends MPI when all ranks have come here.
  package func end() {
    while !sending.isEmpty, failure == nil { collect() }
    functions.end()
  }

  /// Ends all ranks at once.
  package func abort() { functions.abort(1) }

  package func fail(_ reason: String) { if failure == nil { failure = reason } }

  package func send(_ message: UnsafeRawBufferPointer, to other: Int, _ channel: Channel) {
    collect()
    guard failure == nil else { return }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, message.count), alignment: 64)
    copy.copyMemory(from: message)
    guard
      let request = functions.send(copy.baseAddress, message.count, Int32(other), channel.rawValue)
    else { return fail("MPI cannot send to \(name(other))") }
    sentByteCount += message.count
    sending.append((request, copy))
  }

  package func receive(_ message: UnsafeMutableRawBufferPointer, from other: Int, _ channel: Channel) {
    finish(beginReceiving(message, from: other, channel))
  }

  package func beginReceiving(
    _ message: UnsafeMutableRawBufferPointer,
    from other: Int,
    _ channel: Channel
  ) -> Int {
    receiptCount += 1
    guard failure == nil else { return receiptCount }
    if let request = functions.receive(message.baseAddress, message.count, Int32(other), channel.rawValue) {
      receiving[receiptCount] = (request, other)
    } else {
      fail("MPI cannot receive from \(name(other))")
    }
    return receiptCount
  }

  package func isFinished(_ receipt: Int) -> Bool {
    guard failure == nil, let (request, other) = receiving[receipt] else { return true }
    switch functions.test(request) {
    case 0: return false
    case 1: receiving[receipt] = nil
    default: fail("MPI lost \(name(other))")
    }
    return true
  }

  package func finish(_ receipt: Int) {
    var (tries, began): (Int, ContinuousClock.Instant?) = (0, nil)
    while !isFinished(receipt) {
      tries += 1
      if tries > 20_000 {
        // No rank is fast enough: leave the core to others.
        usleep(50)
      } else if tries > 200 {
        sched_yield()
      }
      guard tries % 1000 == 0 else { continue }
      collect()
      let start = began ?? .now
      began = start
      if ContinuousClock.now - start > .seconds(patience), let (_, other) = receiving[receipt] {
        fail("\(name(rank)) has waited \(Int(patience)) s for \(name(other)), which hangs or is gone")
      }
    }
  }

  /// Frees the copies that MPI has sent.
  private func collect() {
    sending.removeAll { request, copy in
      let state = functions.test(request)
      if state < 0 { fail("MPI cannot send") }
      if state != 0 { copy.deallocate() }
      return state != 0
    }
  }
}

/// The functions of `Sources/MPITransport/transport.c`.
private struct Functions {
  typealias Begin = @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32
  typealias Host = @convention(c) (Int32) -> UnsafePointer<CChar>
  typealias Note = @convention(c) (UnsafePointer<CChar>) -> Void
  typealias Send = @convention(c) (UnsafeRawPointer?, Int, Int32, Int32) -> UnsafeMutableRawPointer?
  typealias Receive = @convention(c) (UnsafeMutableRawPointer?, Int, Int32, Int32) -> UnsafeMutableRawPointer?
  typealias Test = @convention(c) (UnsafeMutableRawPointer) -> Int32
  typealias Abort = @convention(c) (Int32) -> Void
  typealias End = @convention(c) () -> Void

  let begin: Begin
  let host: Host
  let note: Note
  let send: Send
  let receive: Receive
  let test: Test
  let abort: Abort
  let end: End

  init(library: String?) throws {
    let beside = (Bundle.main.executablePath.map { ($0 as NSString).deletingLastPathComponent } ?? ".")
    let path =
      library ?? ProcessInfo.processInfo.environment["MARGINALIA_MPI"] ?? beside + "/libmarginalia-mpi.so"
    // Global: Open MPI loads its own components, which look for symbols of it.
    guard let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
      throw TrainingError.ranks(
        "'\(path)' cannot be loaded (\(dlerror().map { String(cString: $0) } ?? "no reason")): compile it once by"
          + " 'mpicc -O2 -shared -fPIC Sources/MPITransport/transport.c -o \(path)' with the MPI of the launcher, or name"
          + " another path in MARGINALIA_MPI"
      )
    }
    func function<Type>(_ name: String, _ type: Type.Type) throws -> Type {
      guard let symbol = dlsym(handle, "marginalia_mpi_\(name)") else {
        throw TrainingError.ranks("'\(path)' has no marginalia_mpi_\(name): compile it again")
      }
      return unsafeBitCast(symbol, to: type)
    }
    begin = try function("begin", Begin.self)
    host = try function("host", Host.self)
    note = try function("note", Note.self)
    send = try function("send", Send.self)
    receive = try function("receive", Receive.self)
    test = try function("test", Test.self)
    abort = try function("abort", Abort.self)
    end = try function("end", End.self)
  }
}

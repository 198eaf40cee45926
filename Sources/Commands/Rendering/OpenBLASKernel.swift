internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Tensors

/// Finds the OpenBLAS kernel that cells will use: OpenBLAS may run another one than it is asked for.
enum OpenBLASKernel {
  /// Returns the name of the kernel that OpenBLAS takes in a process of its own.
  ///
  /// The store keeps the answer, by this program's identity. The gain is the start of a process for each command:
  /// `marginalia list` takes 0.10 s with the answer kept and 0.17 s without (medians of nine in turn, on a busy machine of
  /// two cores).
  ///
  /// - Parameter requested: the value of `OPENBLAS_CORETYPE`; `nil` leaves the choice to OpenBLAS.
  static func inUse(requested: String?, store: Store) throws -> String {
    let key = [
      requested ?? "", FileIdentity(of: "/proc/self/exe")?.description ?? "", Machine.current.processor ?? "",
    ]
    if let known = store.note("kernel"), known.count == 4, Array(known.prefix(3)) == key,
      Machine.current.processor != nil
    {
      return known[3]
    }
    var request = ChildProcess.Request(program: "/proc/self/exe", arguments: [PrintKernel.name])
    request.environment = requested.map { ["OPENBLAS_CORETYPE": $0] } ?? [:]
    request.environment["OPENBLAS_NUM_THREADS"] = "1"
    let (ending, output) = try ChildProcess.run(request, limit: 60)
    // OpenBLAS may write remarks before; the name is the last line.
    guard ending.code == 0, let name = output.split(separator: "\n").last, !name.isEmpty else {
      throw EngineError.cannotStart(program: "OpenBLAS", step: "asking for its kernel", error: 0)
    }
    try store.setNote("kernel", key + [String(name)])
    return String(name)
  }

  /// Prints the kernel of this process; for `inUse` alone.
  struct PrintKernel: ParsableCommand {
    static let name = "_openblas-kernel"
    static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

    func run() { print(openBLASKernel) }
  }
}

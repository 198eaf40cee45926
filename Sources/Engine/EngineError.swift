internal import Foundation

/// What keeps the engine itself from working; a cell that fails is a result and not among them.
package enum EngineError: Error, Hashable, Sendable {
  /// A process could not be started; `error` is the system's number.
  case cannotStart(program: String, step: String, error: Int32)
  /// No Swift compiler on the path.
  case noCompiler(searched: String)
  /// The laboratory's library or one of its modules is missing.
  case noLaboratory(String)
  /// The laboratory's sources were changed after its library was built.
  case staleLaboratory(library: String)
  /// A file could not be written or read; `error` is the system's number.
  case file(path: String, doing: String, error: Int32)
  /// Another process works on this book.
  case locked(path: String, holder: String)
}

extension EngineError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotStart(let program, let step, let error):
      "\(program.isEmpty ? "a process" : "'\(program)'") could not be started: \(step) failed "
        + "(\(Self.text(error)))"
    case .noCompiler(let searched):
      "there is no 'swiftc' on the path (\(searched)): install Swift 6.3 or add its 'usr/bin' to PATH"
    case .noLaboratory(let path):
      "'\(path)' is missing, and cells cannot be compiled without it: run 'swift build -c release' in "
        + "the package, and start the 'marginalia' that it builds"
    case .staleLaboratory(let library):
      "'\(library)' was built before its sources were last changed, so that its numbers would not be theirs: "
        + "run 'swift build -c release' in the package"
    case .file(let path, let doing, let error):
      "'\(path)': \(doing) failed (\(Self.text(error)))"
    case .locked(let path, let holder):
      "another marginalia works on this book (\(holder)): wait for it to end; the lock is '\(path)'"
    }
  }

  private static func text(_ error: Int32) -> String { String(cString: strerror(error)) }
}

internal import Files
internal import Foundation

/// An error of the engine itself. A cell that fails is a result, not an error.
package enum EngineError: Error, Hashable, Sendable {
  /// A process could not be started; `error` is the system's number.
  case cannotStart(program: String, step: String, error: Int32)
  /// No Swift compiler on the path.
  case noCompiler(searched: String)
  /// The `swiftc` on the path does not answer, or its toolchain is incomplete.
  case unusableCompiler(program: String, reason: String)
  /// An installed laboratory was built by another compiler than the one on the path.
  case otherCompiler(library: String, built: String, found: String)
  /// The laboratory's library or one of its modules is missing.
  case noLaboratory(String)
  /// The laboratory's sources were changed after its library was built.
  case staleLaboratory(library: String)
  /// A file of an installation is not the one that was installed.
  case damagedInstallation(String)
  /// A path to install to holds something that is not an installation.
  case occupied(String)
  /// A file could not be written or read; `error` is the system's number.
  case file(path: String, doing: String, error: Int32)
  /// A folder that was named as a store holds files and is none.
  case notAStore(String)
  /// A file of the store that does not have the form that this version writes.
  case damaged(path: String, problem: String)
  /// A program that the engine started did not end in time.
  case timedOut(program: String, seconds: Double)
  /// A page would replace a file that no report of this book wrote.
  case foreignFile(path: String)
  /// A program that an edition needs is not installed.
  case noProgram(String, package: String, purpose: String)
  /// A program that an edition needs gave no answer.
  case refused(program: String, reason: String)
  /// Another process works on this book.
  case locked(path: String, holder: String)
  /// A command of the cluster's batch system failed.
  case cluster(command: String, problem: String)
  /// The launcher of jobs did not execute the first one; `printed` is the first line that it printed.
  case launcher(String, printed: String, log: String)
  /// A chapter wrote something else than jobs.
  case jobs(String)
}

extension EngineError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotStart(let program, let step, let error):
      "\(program.isEmpty ? "a process" : "'\(program)'") could not be started: \(step) failed "
        + "(\(systemReason(error)))"
    case .noCompiler(let searched):
      "there is no 'swiftc' on the path (\(searched)): install Swift 6.3 or add its 'usr/bin' to PATH"
    case .unusableCompiler(let program, let reason):
      "'\(program)' cannot be used: \(reason); install Swift 6.3, or put its 'usr/bin' first on PATH"
    case .otherCompiler(let library, let built, let found):
      "'\(library)' was built by \(built), but the compiler on PATH is \(found), which cannot import its modules: "
        + "put that compiler first on PATH, or build and install marginalia again with this one"
    case .noLaboratory(let path):
      "'\(path)' is missing, and cells cannot be compiled without it: run 'swift build -c release' in "
        + "the package, and start the 'marginalia' that it builds"
    case .staleLaboratory(let library):
      "'\(library)' was built before its sources were last changed, so that its numbers would not be theirs: "
        + "run 'swift build -c release' in the package"
    case .damagedInstallation(let path):
      "'\(path)' is not the file that was installed: install marginalia again"
    case .occupied(let path):
      "'\(path)' exists and is not an installation of marginalia: remove it, or choose another --prefix"
    case .file(let path, let doing, let error):
      "'\(path)': \(doing) failed (\(systemReason(error)))"
        + ([EACCES, EROFS].contains(error) ? Self.elsewhere : "")
    case .foreignFile(let path):
      "'\(path)' was not written by a render of this book, and is not overwritten: name another folder with --output, or "
        + "remove the file"
    case .notAStore(let path):
      "'\(path)' is not empty and is not a store of marginalia: name the store, '.marginalia' beside the book by default, or a "
        + "new folder"
    case .damaged(let path, let problem):
      "'\(path)' cannot be used: \(problem); remove it, and the cell runs again"
    case .timedOut(let program, let seconds):
      "'\(program)' did not end within \(seconds.formatted()) s and was stopped: run it by hand to see why, and render "
        + "again"
    case .cluster(let command, let problem): "'\(command)' failed: \(problem)"
    case .launcher(let command, let printed, let log):
      "'\(command)' did not execute the first job: it printed '\(printed)'; its log is \(log); correct that or --launcher, or "
        + "render without it"
    case .jobs(let problem): "\(problem): a cell must not write into its store by itself"
    case .noProgram(let program, let package, let purpose):
      "there is no '\(program)' on the path, and \(purpose) needs it: apt-get install \(package)"
    case .refused(let program, let reason):
      "'\(program)' gave no answer: \(reason)"
    case .locked(let path, let holder):
      "another marginalia works on this book (\(holder)): wait for it to end; the lock is '\(path)'"
    }
  }

  private static let elsewhere =
    ": name a folder that may be written; where it is a book's, name other folders with --store and --output"
}

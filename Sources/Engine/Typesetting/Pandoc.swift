package import Foundation
package import Typesetting

/// The program pandoc, confined: see `ConfinedProgram`. Callers give `--sandbox` among the arguments where a format allows it.
package struct Pandoc: Sendable {
  private let program: ConfinedProgram

  /// The Debian package that has it.
  package static let package = "pandoc"

  package var identity: String { program.identity }

  /// Finds pandoc in a list of folders such as `PATH`.
  ///
  /// - Parameter timeLimit: the longest that one run may take, in seconds; a whole book needs more than a formula.
  package init?(path: String, timeLimit: Double = 30) {
    guard var program = ConfinedProgram("pandoc", path: path) else { return nil }
    program.timeLimit = timeLimit
    self.program = program
  }

  /// Runs pandoc once, or again where it reads another version of its document tree than Debian's.
  ///
  /// - Parameters:
  ///   - arguments: without input and output.
  ///   - input: makes standard input in a version of pandoc's document tree.
  ///   - files: what the arguments and the document name, by plain names.
  ///   - environment: variables besides the usual ones.
  package func run(
    _ arguments: [String],
    input: (PandocVersion) -> Data,
    files: [String: Data] = [:],
    environment: [String: String] = [:]
  ) throws(ConfinedProgram.Failure) -> (output: Data, messages: String) {
    do {
      return try answer(arguments, input(.debian12), files, environment)
    } catch {
      guard case .refused(let messages) = error, let version = PandocVersion(askedForIn: messages) else {
        throw error
      }
      return try answer(arguments, input(version), files, environment)
    }
  }

  private func answer(
    _ arguments: [String],
    _ input: Data,
    _ files: [String: Data],
    _ environment: [String: String]
  )
    throws(ConfinedProgram.Failure) -> (output: Data, messages: String)
  {
    try program.run(
      arguments + ["--output=output"],
      files: files.merging(["input": input]) { $1 },
      environment: environment
    )
  }
}

internal import ArgumentParser
internal import Engine
internal import Foundation

struct Install: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy the program and all that it needs to render books into a folder.",
    discussion: """
      Writes PREFIX/bin/marginalia and PREFIX/lib/marginalia, in place of an earlier installation. The copy needs \
      neither the checkout nor a writable folder, and may be moved; cells have the same keys as with the original. \
      Rendering needs the Swift compiler that built it. To remove it, delete these two paths.
      """
  )

  @Option(help: "The folder to install into.")
  var prefix = "/usr/local"

  @Flag(help: "Also copy Swift's run-time libraries, so that the program starts where Swift lies elsewhere.")
  var runtime = false

  func run() throws {
    let path = BookOptions.absolute(prefix)
    let laboratory = try LaboratoryLibrary()
    let toolchain = try Toolchain(path: ProcessInfo.processInfo.environment["PATH"] ?? "")
    try laboratory.check(toolchain)
    try Installation(prefix: path, version: Version.current, includesRuntime: runtime)
      .install(laboratory, toolchain: toolchain)
    print("marginalia \(Version.current) is installed: \(path)/bin/marginalia")
  }
}

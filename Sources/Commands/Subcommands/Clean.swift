internal import ArgumentParser
internal import Engine
internal import Chapters
internal import Findings
internal import Planning
internal import Foundation

struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove what the store no longer needs.",
    discussion: """
      Without an option: records of cells that are no longer in the book, all but the newest records of each cell, \
      damaged entries, the compiler's cache, and what killed runs left behind. Checkpoints stay.
      """
  )

  @OptionGroup var options: BookOptions

  @Option(name: .long, help: "How many records of each cell stay.")
  var keep = 8

  @Flag(name: .long, help: "Remove the whole store, with the checkpoints of hours of training.")
  var all = false

  func validate() throws {
    if keep < 0 { throw ValidationError("--keep must not be negative") }
  }

  func run() throws {
    let folder = try options.bookFolder()
    let store = try options.openStore(for: folder)
    let lock = try StoreLock(store, command: "marginalia clean", waiting: nil)
    defer { withExtendedLifetime(lock) {} }
    if all {
      let bytes = try store.removeAll()
      return print("the store is empty: \(Self.size(bytes)) freed")
    }
    let session = try Session(options, purpose: .show)
    let cells = Set(session.chapters.flatMap(\.cells).map(\.id))
    let removed = store.prune(cells: cells, keeping: keep)
    print("\(counted(removed.files, "file")) removed, \(Self.size(removed.bytes)) freed")
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1 << 20 ? "\((bytes + 1023) >> 10) KiB" : "\(bytes >> 20) MiB"
  }
}

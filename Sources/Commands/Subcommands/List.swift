internal import ArgumentParser
internal import Engine
internal import Chapters
internal import Findings
internal import Planning
internal import Foundation

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show every chapter and cell with its state.")

  @OptionGroup var options: BookOptions

  func run() throws {
    let session = try Session(options, purpose: .inspect)
    let plan = session.ledger.plan()
    for (index, chapter) in session.chapters.enumerated() {
      guard let planned = plan.chapters.first(where: { $0.index == index }) else { continue }
      let time = planned.expectedSeconds > 0 ? ", \(Console.time(planned.expectedSeconds)) last time" : ""
      print("\(chapter.file) (\(chapter.id)): \(planned.runs ? "stale" : "up to date")\(time)")
      for cell in planned.cells {
        let recorded =
          session.ledger.recordedRun(ofCell: cell.cell.id).map { "; \($0.path): \($0.headline)" } ?? ""
        print("  \(cell.cell.id): \(cell.clause)" + recorded)
      }
    }
  }
}

internal import ArgumentParser
internal import Chapters
internal import Engine
internal import Foundation
internal import Planning

struct Keep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep the record of a cell that has run in the book, to be shown where the cell cannot run.",
    discussion: """
      For results of restricted data, of a long run, of another machine. Name the profile, the seed and the data that \
      the cell ran with: 'marginalia keep lfw --profile large --data lfw=DIR'. Each record becomes the file \
      records/CELL.json in the folder of the book, to be committed; it holds findings, key, digests and conditions, and \
      none of the data: no pictures and nothing that the cell printed. A page on which the cell is not run shows the \
      record, marked as such. 'marginalia verify --recorded' runs it again.
      """
  )

  @Argument(help: "The ids of cells.")
  var cells: [String]

  @OptionGroup var options: BookOptions

  func run() throws {
    let session = try Session(options, purpose: .inspect)
    var problems: [String] = []
    // Nothing is written where one of several cells cannot be kept.
    var files: [(path: String, bytes: [UInt8], count: Int)] = []
    for cell in cells {
      do {
        let record = try record(ofCell: cell, in: session)
        let path = "\(session.book.folder)/\(KeptRecord.path(ofCell: cell))"
        files.append((path, try record.encoded(), record.findings.count))
      } catch let error as BookProblems {
        problems += error.problems
      } catch let fault as JSONFault {
        problems.append("the cell '\(cell)' cannot be kept: \(fault)")
      }
    }
    guard problems.isEmpty else { throw BookProblems(problems: problems) }
    try AtomicFile.makeFolder("\(session.book.folder)/\(KeptRecord.folder)")
    for (path, bytes, count) in files {
      try AtomicFile.write(bytes, to: path)
      print("\(path): \(counted(count, "finding")), \((bytes.count + 1023) >> 10) KiB")
    }
  }

  private func record(ofCell cell: String, in session: Session) throws -> KeptRecord {
    if let record = try session.ledger.recordToKeep(ofCell: cell) { return record }
    let known = session.ledger.plan().cells
    guard let planned = known.first(where: { $0.cell.id == cell }) else {
      let ids = known.map(\.cell.id).sorted()
      let hint = Spelling.nearest(to: cell, in: ids).map { "; did you mean '\($0)'?" } ?? ""
      throw BookProblems(problems: [
        "'\(cell)' is no cell of this book: it has \(ids.joined(separator: ", "))" + hint
      ])
    }
    throw BookProblems(problems: [
      "the cell '\(cell)' has no result under these conditions (profile \(session.conditions.profile), seed "
        + "\(session.conditions.seed)): \(planned.clause). Name the --profile, --seed and --data that it ran with, or run "
        + "it with 'marginalia render \(cell)' first"
    ])
  }
}

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

      After a change of the program the records are of an earlier laboratory. Render the book, and where no finding of it \
      changed, '--unchanged-since EARLIER-REPORT' notes that in the records that the book keeps: the pages then say so.
      """
  )

  @Argument(help: "The ids of cells.")
  var cells: [String]

  @Option(help: "A report that the records' laboratory made: its folder or its findings.json. Runs no cell.")
  var unchangedSince: String?

  @Option(help: "With --unchanged-since, the folder of today's report; default: output beside the book.")
  var output: String?

  @OptionGroup var options: BookOptions

  func validate() throws {
    if output != nil, unchangedSince == nil {
      throw ValidationError("--output is the report that --unchanged-since compares with: name both")
    }
  }

  func run() throws {
    let session = try Session(options, purpose: .inspect)
    let change = try unchangedSince.map { earlier in
      let later = BookOptions.outputFolder(output, for: session.book.folder)
      return try UnchangedLaboratory(earlier: earlier, later: later, now: session.context.laboratory)
    }
    var problems: [String] = []
    // Nothing is written where one of several cells cannot be kept.
    var files: [(path: String, bytes: [UInt8], count: Int)] = []
    for cell in cells {
      do {
        let record =
          try change?.noted(in: keptRecord(ofCell: cell, in: session)) ?? record(ofCell: cell, in: session)
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

  /// The record that the book keeps of a cell.
  private func keptRecord(ofCell cell: String, in session: Session) throws -> KeptRecord {
    if let record = session.ledger.keptRecords[cell] { return record }
    _ = try planned(cell, in: session)
    throw BookProblems(problems: [
      "the book keeps no record of the cell '\(cell)' to note anything in: 'marginalia keep \(cell)' keeps one"
    ])
  }

  private func planned(_ cell: String, in session: Session) throws -> PlannedCell {
    let known = session.ledger.plan().cells
    if let planned = known.first(where: { $0.cell.id == cell }) { return planned }
    let ids = known.map(\.cell.id).sorted()
    let hint = Spelling.nearest(to: cell, in: ids).map { "; did you mean '\($0)'?" } ?? ""
    throw BookProblems(problems: [
      "'\(cell)' is no cell of this book: it has \(ids.joined(separator: ", "))" + hint
    ])
  }

  private func record(ofCell cell: String, in session: Session) throws -> KeptRecord {
    if let record = try session.ledger.recordToKeep(ofCell: cell) { return record }
    let planned = try planned(cell, in: session)
    throw BookProblems(problems: [
      "the cell '\(cell)' has no result under these conditions (profile \(session.conditions.profile), seed "
        + "\(session.conditions.seed)): \(planned.clause). Name the --profile, --seed and --data that it ran with, or run "
        + "it with 'marginalia render \(cell)' first"
    ])
  }
}

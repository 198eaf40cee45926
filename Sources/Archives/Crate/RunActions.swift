internal import Chapters
internal import Findings
internal import Foundation

/// The actions of a crate: the run of the whole book, and of each cell that ran.
struct RunActions {
  let crate: ResearchCrate

  private static let run = "#run"

  /// The ids of all actions.
  var ids: [String] { [Self.run] + cells.map { Self.id(of: $0.cell) } }

  var entities: [ResearchCrate.Entity] { [run] + values + cells.map(action) }

  /// The cells with a record of their run, in reading order.
  private var cells: [(chapter: Chapter, cell: Cell, record: CellRecord)] {
    crate.chapters.flatMap { chapter in
      chapter.cells.compactMap { cell in
        crate.records[cell.id].flatMap { record in
          record.outcome.kind == .notRun || record.provenance.date.isEmpty ? nil : (chapter, cell, record)
        }
      }
    }
  }

  private static func id(of cell: Cell) -> String { "#cell-" + ResearchCrate.id(of: cell.id) }

  private var run: ResearchCrate.Entity {
    var action: ResearchCrate.Entity = [
      "@id": Self.run, "@type": "CreateAction", "name": "Run of “\(crate.book.title)”",
      "description": "The cells of the book, run one chapter after the other; each has an action of its own.",
      "instrument": reference(ResearchCrate.workflowPath),
      "object": crate.inputs.map { reference($0.valueID) },
      "result": crate.files.map(\.path).filter { $0.hasPrefix(ResearchCrate.folders.report + "/") }.map {
        reference(ResearchCrate.id(of: $0))
      },
    ]
    let starts = cells.compactMap { Self.start($0.record.provenance) }
    action["startTime"] = starts.min()
    action["endTime"] = cells.map(\.record.provenance.date).max().map(Self.time)
    let hasFailed = cells.contains { $0.record.outcome.kind == .failed }
    action["actionStatus"] = Self.status(hasFailed: hasFailed)
    return action
  }

  private static func status(hasFailed: Bool) -> String {
    "http://schema.org/" + (hasFailed ? "FailedActionStatus" : "CompletedActionStatus")
  }

  /// The values of the inputs in this run.
  private var values: [ResearchCrate.Entity] {
    crate.inputs.map { input in
      [
        "@id": input.valueID, "@type": "PropertyValue", "name": input.name, "value": input.value,
        "exampleOfWork": reference(input.id),
      ]
    }
  }

  private func action(
    _ chapter: Chapter,
    _ cell: Cell,
    _ record: CellRecord
  ) -> ResearchCrate.Entity {
    let provenance = record.provenance
    let known = Set(crate.files.map(\.path))
    let read = record.inputs.filter { $0.kind == .file && $0.digest != nil }.map {
      ResearchCrate.path(ofBookFile: $0.name)
    }
    var action: ResearchCrate.Entity = [
      "@id": Self.id(of: cell), "@type": "CreateAction", "name": "Cell \(cell.id)",
      "description": [provenance.machine, provenance.toolchain].filter { !$0.isEmpty }.joined(
        separator: "; "
      ),
      "identifier": record.key,
      "instrument": reference(ResearchCrate.id(of: ResearchCrate.path(ofBookFile: chapter.file))),
      "object": read.filter(known.contains).map { reference(ResearchCrate.id(of: $0)) },
      "result": [reference(ResearchCrate.findingsPath)],
      "endTime": Self.time(provenance.date),
      "actionStatus": Self.status(hasFailed: record.outcome.kind == .failed),
    ]
    action["startTime"] = Self.start(provenance)
    return action
  }

  /// When a cell began: its end less its duration, to the second.
  private static func start(_ provenance: Provenance) -> String? {
    guard let end = try? Date(provenance.date, strategy: .iso8601) else { return nil }
    return time((end - provenance.seconds).formatted(.iso8601))
  }

  /// A time with its zone in the form that the profile asks for.
  private static func time(_ text: String) -> String { text.replacing("Z", with: "+00:00") }
}

public import Findings
internal import CWitness
internal import Foundation

/// Marks the beginning of a cell. The engine inserts this call; chapters do not call it.
public func beginCell(_ id: String) {
  marginalia_make_output_line_buffered()
  marginalia_witness_errors { offsets, count in
    let list = UnsafeBufferPointer(start: offsets, count: Int(count)).map { UInt($0) }
    EventChannel.shared.send(.threw(offsets: list))
  }
  EventChannel.shared.markOutput(id)
  Notebook.current.begin(id)
  EventChannel.shared.forgetProgress()
  EventChannel.shared.send(.began(cell: id))
}

/// Marks the end of a cell. The engine inserts this call; chapters do not call it.
public func endCell(_ id: String) {
  Notebook.current.endPlan()
  fflush(nil)
  while let refusal = marginalia_next_refusal() {
    defer { free(refusal) }
    let text = String(cString: refusal)
    let path = text.dropFirst()
    let whole = path.hasPrefix("/") ? String(path) : FileManager.default.currentDirectoryPath + "/" + path
    EventChannel.shared.send(.refused(path: whole, isWrite: text.hasPrefix("w")))
  }
  EventChannel.shared.send(.ended(cell: id))
}

/// Records a measurement, which prose shows by `[…](finding:cell.name)`.
///
/// - Parameters:
///   - name: in kebab-case, unique in its cell.
///   - measurement: the value with its unit and spread.
///   - tolerance: how far the value may differ on another kind of processor. `nil` takes `.trained` if a trained model was
///     used in the cell, above it in its chapter, or for a finding that the cell read, and else `Tolerance()`.
public func record(
  _ name: String,
  _ measurement: Measured,
  caption: String = "",
  tolerance: Tolerance? = nil,
  file: StaticString = #fileID,
  line: UInt = #line
) {
  Notebook.current.record(name, .measurement(measurement), caption, tolerance, file, line)
}

/// Records a number or a rate without a spread.
public func record(
  _ name: String,
  _ value: Double,
  unit: Measured.Unit = .none,
  caption: String = "",
  tolerance: Tolerance? = nil,
  file: StaticString = #fileID,
  line: UInt = #line
) {
  let measurement = Measured(value, unit: unit)
  Notebook.current.record(name, .measurement(measurement), caption, tolerance, file, line)
}

/// Records a table, which the page shows, numbered, beneath the cell.
public func record(
  _ name: String,
  _ table: Table,
  caption: String,
  tolerance: Tolerance? = nil,
  file: StaticString = #fileID,
  line: UInt = #line
) {
  Notebook.current.record(name, .table(table), caption, tolerance, file, line)
}

/// Records a chart, which the page shows, numbered as a figure, beneath the cell.
public func record(
  _ name: String,
  _ chart: Chart,
  caption: String,
  tolerance: Tolerance? = nil,
  file: StaticString = #fileID,
  line: UInt = #line
) {
  Notebook.current.record(name, .chart(chart), caption, tolerance, file, line)
}

/// Records a grid of small images, which the page shows, numbered as a figure, beneath the cell.
public func record(
  _ name: String,
  _ images: ImageGrid,
  caption: String,
  file: StaticString = #fileID,
  line: UInt = #line
) {
  Notebook.current.record(name, .images(images), caption, nil, file, line)
}

/// Records a claim of the paper with the result of this book.
public func record(
  _ name: String,
  _ claim: Claim,
  caption: String = "",
  file: StaticString = #fileID,
  line: UInt = #line
) {
  Notebook.current.record(name, .claim(claim), caption, nil, file, line)
}

/// Records a note, which the page shows beneath the cell.
public func record(_ name: String, _ note: Note, file: StaticString = #fileID, line: UInt = #line) {
  Notebook.current.record(name, .note(note), "", nil, file, line)
}

/// Skips this cell and all below it in the chapter, and ends the chapter's program.
///
/// The page shows them as *not run*, with the reason; findings recorded above stay. A skipped cell has not failed. Use it,
/// for example, where a data set that may not be distributed with the book was not given as `--data NAME=DIR`.
public func notRun(_ reason: String) -> Never {
  fflush(nil)
  EventChannel.shared.send(.skipped(reason: reason))
  exit(0)
}

/// Skips this cell alone: the page shows it as *not run*, with the reason, and the cells below run.
///
/// If the cells below need its variables, use ``notRun(_:)``.
public func markNotRun(_ reason: String) {
  EventChannel.shared.send(.skipped(reason: reason))
}

/// Reports the progress of a long computation, which the console shows while it runs; it is not recorded.
///
/// It may be called in every step: of reports that follow one another within a tenth of a second only the first is sent, that of
/// the last step, and the first one of other work, which has another count of steps or begins anew.
public func report(_ progress: WorkProgress) {
  EventChannel.shared.send(progress)
}

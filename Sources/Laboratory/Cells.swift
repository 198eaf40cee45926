public import Findings
internal import CStreams
internal import Foundation

/// Marks the beginning of a cell. The engine writes this call; a chapter never does.
public func beginCell(_ id: String) {
  marginalia_flush_lines_of_output()
  marginalia_witness_errors { offsets, count in
    let list = UnsafeBufferPointer(start: offsets, count: Int(count)).map { UInt($0) }
    EventChannel.shared.send(.threw(offsets: list))
  }
  EventChannel.shared.markOutput(id)
  Notebook.current.begin(id)
  EventChannel.shared.send(.began(cell: id))
}

/// Marks the end of a cell. The engine writes this call; a chapter never does.
public func endCell(_ id: String) {
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

/// Tells the reader a number, which prose shows by `[…](finding:cell.name)`.
///
/// - Parameters:
///   - name: in kebab-case, unique in its cell.
///   - measurement: the value with its unit and spread.
///   - tolerance: how far another kind of processor may come out; `nil` takes `.trained` where a trained model was
///     used in the cell, above it in its chapter, or for a finding that was read in it, and else the usual one.
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

/// Tells the reader a plain number or rate.
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

/// Shows a table, numbered, beneath the cell.
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

/// Draws a chart, numbered as a figure, beneath the cell.
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

/// Shows small pictures, numbered as a figure, beneath the cell.
public func record(
  _ name: String,
  _ images: ImageGrid,
  caption: String,
  file: StaticString = #fileID,
  line: UInt = #line
) {
  Notebook.current.record(name, .images(images), caption, nil, file, line)
}

/// Sets a claim of the paper beside what came out here.
public func record(
  _ name: String,
  _ claim: Claim,
  caption: String = "",
  file: StaticString = #fileID,
  line: UInt = #line
) {
  Notebook.current.record(name, .claim(claim), caption, nil, file, line)
}

/// Says something to the reader.
public func record(_ name: String, _ note: Note, file: StaticString = #fileID, line: UInt = #line) {
  Notebook.current.record(name, .note(note), "", nil, file, line)
}

/// Ends the chapter at this cell: it cannot be run here, for a reason that is no failure.
///
/// The page shows the cell, and all below it in the chapter, as *not run*, with the reason; what was recorded above
/// stays. For example, a set that cannot be given out with a book was not given as `--data NAME=DIR`.
public func notRun(_ reason: String) -> Never {
  fflush(nil)
  EventChannel.shared.send(.skipped(reason: reason))
  exit(0)
}

/// Says that this cell cannot be run here, for a reason that is no failure, and goes on: the cells below do without it.
///
/// The page shows this cell alone as *not run*. Where the cells below need its names, use ``notRun(_:)``.
public func markNotRun(_ reason: String) {
  EventChannel.shared.send(.skipped(reason: reason))
}

/// Says how far a long piece of work is: shown while it runs, kept nowhere.
public func report(_ progress: WorkProgress) {
  EventChannel.shared.send(.progress(progress))
}

/// An event that a running chapter sends to the engine: a line of JSON on descriptor 3.
///
/// The cells' own code can write to that descriptor too, so the engine checks each event against the cells that it
/// started; what it tells others is a `RunEvent`.
package enum CellEvent: Codable, Hashable, Sendable {
  case began(cell: String)
  case found(Finding)
  case read(CellRecord.Input)
  case progress(WorkProgress)
  case ended(cell: String)
  /// The running cell called `notRun` or `markNotRun`, with this reason.
  case skipped(reason: String)
  /// The sandbox refused the running cell a file.
  case refused(path: String, isWrite: Bool)
  /// An error is leaving the program: the return addresses of its throw, innermost first, as offsets in the program's
  /// file.
  case threw(offsets: [UInt])
}

/// The progress of a long computation.
public struct WorkProgress: Codable, Hashable, Sendable {
  public var activity: String
  public var step: Int
  public var stepCount: Int
  /// In `unit` per second; 0 where it is not known.
  public var rate: Double
  public var unit: String

  /// Creates a progress report.
  public init(activity: String, step: Int, stepCount: Int, rate: Double = 0, unit: String = "") {
    self.activity = activity
    self.step = step
    self.stepCount = stepCount
    self.rate = rate
    self.unit = unit
  }
}

/// What a running chapter tells the engine, one JSON line each on its own descriptor.
public enum CellEvent: Codable, Hashable, Sendable {
  case began(cell: String)
  case found(Finding)
  case read(CellRecord.Input)
  case progress(Progress)
  case ended(cell: String)
  /// The running cell cannot be run here, by no fault of its own; the process ends with it.
  case skipped(reason: String)
  /// An error that left the cell at this line of the chapter file.
  case threw(message: String, line: Int)

  /// How far a long piece of work is.
  public struct Progress: Codable, Hashable, Sendable {
    public var activity: String
    public var step: Int
    public var stepCount: Int
    /// In `unit` per second; 0 where not known.
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
}

/// What a running chapter tells the engine, one JSON line each on its own descriptor.
public enum CellEvent: Codable, Hashable, Sendable {
  case began(cell: String)
  case found(Finding)
  case read(CellRecord.Input)
  case progress(Progress)
  case ended(cell: String)
  /// The running cell cannot be run here, by no fault of its own; the process ends with it.
  case skipped(reason: String)
  /// The running cell asked for a file that it may not have; what it then did is its own affair.
  case refused(path: String, isWrite: Bool)
  /// An error is leaving the program: return addresses of its throw, innermost first, as offsets in its file.
  case threw(offsets: [UInt])

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

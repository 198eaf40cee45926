public import Losses

/// What was made small, step by step: means over consecutive steps.
public struct TrainingLog: Codable, Hashable, Sendable {
  /// The means over some steps.
  public struct Entry: Codable, Hashable, Sendable {
    /// The last step of the entry; the first step of a run is 1.
    public var step: Int
    /// The learning rate of the last step.
    public var rate: Double
    /// The mean of the objective.
    public var value: Double
    /// The mean of each term, without its weight.
    public var terms: [TermValue]
  }

  /// The entries, by ascending steps.
  public private(set) var entries: [Entry] = []
  private var open: [Entry] = []
  private let interval: Int

  /// Creates an empty log for a run: at most 500 entries.
  init(steps: Int) { interval = max(1, (steps + 499) / 500) }

  /// Adds a step; every `interval` steps an entry is closed.
  mutating func add(step: Int, rate: Double, value: Double, terms: [TermValue], isLast: Bool) {
    open.append(Entry(step: step, rate: rate, value: value, terms: terms))
    guard open.count == interval || isLast else { return }
    let share = 1 / Double(open.count)
    var means = terms
    for index in means.indices { means[index].value = open.reduce(0) { $0 + $1.terms[index].value } * share }
    let mean = open.reduce(0) { $0 + $1.value } * share
    entries.append(Entry(step: step, rate: rate, value: mean, terms: means))
    open = []
  }

  /// The mean of the objective over the last entry; nil before the first.
  public var lastValue: Double? { entries.last?.value }

  /// Returns a term's means, by the last step of each.
  public func series(of term: String) -> [(step: Int, value: Double)] {
    entries.compactMap { entry in
      entry.terms.first { $0.name == term }.map { (entry.step, $0.value) }
    }
  }
}

/// Where a run stands, for people who wait for it.
public struct TrainingProgress: Sendable, CustomStringConvertible {
  /// The recipe's name.
  public var recipe: String
  /// The steps taken.
  public var step: Int
  /// The steps of the whole run.
  public var stepCount: Int
  /// The learning rate of the step.
  public var rate: Double
  /// The objective of the step.
  public var value: Double
  /// Each term of the step, without its weight.
  public var terms: [TermValue]
  /// Samples a second since the run began or went on.
  public var samplesPerSecond: Double
  /// Seconds until the last step, at that speed.
  public var secondsLeft: Double

  public var description: String {
    "\(recipe): step \(step) of \(stepCount), loss \(short(value)), \(Int(samplesPerSecond)) samples/s, "
      + "\(Int(secondsLeft.rounded(.up))) s left"
  }

  private func short(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    return "\((value * 1000).rounded() / 1000)"
  }
}

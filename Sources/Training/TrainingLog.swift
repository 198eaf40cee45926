public import Losses

/// The course of the loss and the learning rate: means over consecutive steps.
public struct TrainingLog: Codable, Hashable, Sendable {
  /// The means over consecutive steps.
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
  /// Means over the steps since the last complete entry, in blocks of falling length.
  private var open: [Block] = []
  /// The number of steps of a complete entry: a power of two.
  private let interval: Int

  private struct Block: Codable, Hashable, Sendable {
    var entry: Entry
    /// The number of steps of the block: a power of two.
    var count: Int
  }

  /// Creates an empty log for a run of `steps` steps: at most 500 complete entries.
  package init(steps: Int) {
    var interval = 1
    while interval * 500 < steps { interval *= 2 }
    self.interval = interval
  }

  /// Adds a step; every `interval` steps an entry is complete, and the last step completes one of fewer steps.
  package mutating func add(step: Int, rate: Double, value: Double, terms: [TermValue], isLast: Bool) {
    add(Block(entry: Entry(step: step, rate: rate, value: value, terms: terms), count: 1))
    if isLast, let rest = mean(of: open) { entries.append(rest) }
  }

  /// Returns the log that a run of `steps` steps would have at this step.
  ///
  /// A mean is computed from the means of its two halves, recursively, so that the entries of a longer interval have the same
  /// bits whether they are computed from steps or from entries of a shorter one.
  package func continued(to steps: Int) -> TrainingLog {
    var log = TrainingLog(steps: steps)
    guard log.interval >= interval else { return self }
    // An incomplete entry at the end of a run is also in `open`.
    let whole = entries.prefix { $0.step % interval == 0 }
    for entry in whole { log.add(Block(entry: entry, count: interval)) }
    for block in open { log.add(block) }
    if let last = entries.last, last.step == steps, let rest = log.mean(of: log.open) {
      log.entries.append(rest)
    }
    return log
  }

  /// Adds a block, merges blocks of equal length, and completes an entry.
  private mutating func add(_ block: Block) {
    open.append(block)
    while open.count > 1, open[open.count - 2].count == open[open.count - 1].count {
      let pair = Array(open.suffix(2))
      guard let joined = mean(of: pair) else { return }
      open.removeLast(2)
      open.append(Block(entry: joined, count: 2 * pair[0].count))
    }
    guard let last = open.last, last.count == interval else { return }
    entries.append(last.entry)
    open = []
  }

  /// The mean over the steps of all blocks; nil without any.
  private func mean(of blocks: [Block]) -> Entry? {
    guard var mean = blocks.last?.entry else { return nil }
    let share = 1 / Double(blocks.reduce(0) { $0 + $1.count })
    mean.value = blocks.reduce(0) { $0 + $1.entry.value * Double($1.count) } * share
    for index in mean.terms.indices {
      mean.terms[index].value =
        blocks.reduce(0) { $0 + $1.entry.terms[index].value * Double($1.count) } * share
    }
    return mean
  }

  /// Returns the means of one term, with the last step of each.
  public func series(of term: String) -> [(step: Int, value: Double)] {
    entries.compactMap { entry in
      entry.terms.first { $0.name == term }.map { (entry.step, $0.value) }
    }
  }
}

/// The progress of a training run.
public struct TrainingProgress: Sendable, CustomStringConvertible {
  /// The recipe's name.
  public var recipe: String
  /// The number of steps taken.
  public var step: Int
  /// The number of steps of the run.
  public var stepCount: Int
  /// The learning rate of the step.
  public var rate: Double
  /// The objective of the step.
  public var value: Double
  /// Each term of the step, without its weight.
  public var terms: [TermValue]
  /// Samples per second since the run began or continued.
  public var samplesPerSecond: Double
  /// The estimated seconds until the last step, at that speed.
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

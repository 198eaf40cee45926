internal import Losses
internal import Networks
internal import Tensors

/// The predicted time of a step of one rank; see `ScalingBench` for the model.
struct ScalingPrediction {
  /// The connection between two ranks.
  struct Link {
    /// Seconds of a short message.
    var latency: Double
    var bytesPerSecond: Double
  }

  /// The whole step, in seconds.
  private(set) var seconds = 0.0
  /// A region of as many empty chunks as there are threads.
  private(set) var barrier = 0.0
  /// Outside of parallel regions.
  private(set) var serial = 0.0
  private(set) var regionCount = 0
  private(set) var sentBytes = 0
  /// Waiting for sums, rows and outputs of other ranks.
  private(set) var exchange = 0.0
  /// The time at which the link has nothing more on its way, and at which each message is there.
  private var linkIsFree = 0.0
  private var arrivals: [Int: (time: Double, what: String)] = [:]
  /// Waiting for gradients after the backward pass.
  private(set) var gradients = 0.0
  /// The places that lose most time, with the lost seconds and the largest number of chunks.
  private(set) var limits: [[String: Any]] = []

  private var lost: [String: (seconds: Double, chunks: Int)] = [:]

  /// The regions of a phase, and the seconds after the last one.
  private struct Trace {
    var regions: [RegionTrace.Region]
    var rest: Double
    var events: [SilentRank.Event]

    /// The seconds outside of regions; what tracing itself takes does not count.
    var outside: Double { regions.reduce(rest) { $0 + $1.gap } }

    /// Takes the faster of two times of each chunk: the other was disturbed.
    mutating func improve(by other: Trace) {
      rest = min(rest, other.rest)
      for (index, region) in other.regions.enumerated() where regions.indices.contains(index) {
        regions[index].seconds = zip(regions[index].seconds, region.seconds).map { min($0, $1) }
        regions[index].gap = min(regions[index].gap, region.gap)
      }
    }
  }

  /// Traces some steps; the fastest time of each chunk counts.
  init(_ step: ScalingStep, _ rank: SilentRank?, steps: Int, threads: Int, _ link: Link) {
    var traces: [ScalingStep.Phase: Trace] = [:]
    for _ in 0..<steps {
      rank?.reset()
      for phase in ScalingStep.Phase.allCases {
        let found = Self.trace(step, rank, phase, threads: threads)
        if traces[phase]?.improve(by: found) == nil { traces[phase] = found }
      }
    }
    var barriers: [Int: Double] = [1: 0]
    var phases: [(ScalingStep.Phase, Double)] = []
    for phase in ScalingStep.Phase.allCases {
      let start = seconds
      if let trace = traces[phase] { run(trace, of: phase, rank, threads: threads, link, &barriers) }
      phases.append((phase, seconds - start))
    }
    barrier = barriers[threads] ?? 0
    if let rank {
      let count = Double(rank.rankCount)
      addGradients(of: rank, link, backward: phases.first { $0.0 == .backward }?.1 ?? 0)
      for (phase, time) in phases where phase == .objective || phase == .update {
        lose("\(phase), which every rank computes as a whole", time * (1 - 1 / count))
      }
    }
    let worst = lost.sorted { ($1.value.seconds, $0.key) < ($0.value.seconds, $1.key) }
    limits = worst.prefix(8).filter { $0.value.seconds > 0 }.map {
      ["place": $0.key, "lostSeconds": $0.value.seconds, "chunks": $0.value.chunks]
    }
  }

  private mutating func lose(_ place: String, _ seconds: Double, chunks: Int = 1) {
    let old = lost[place] ?? (0, 0)
    lost[place] = (old.seconds + seconds, max(old.chunks, chunks))
  }

  private static func trace(
    _ step: ScalingStep,
    _ rank: SilentRank?,
    _ phase: ScalingStep.Phase,
    threads: Int
  ) -> Trace {
    let trace = RegionTrace()
    Parallel.withThreads(threads) { Parallel.$trace.withValue(trace) { step.run(phase) } }
    return Trace(regions: trace.regions, rest: trace.rest, events: rank?.takeEvents() ?? [])
  }

  /// Adds a phase on so many threads: its regions, what is outside of them, and waiting for other ranks.
  private mutating func run(
    _ trace: Trace,
    of phase: ScalingStep.Phase,
    _ rank: SilentRank?,
    threads: Int,
    _ link: Link,
    _ barriers: inout [Int: Double]
  ) {
    regionCount += trace.regions.count
    serial += trace.outside
    lose("\(phase), after the last region", trace.rest * (1 - 1 / Double(threads)))
    var events = trace.events[...]
    for (place, region) in trace.regions.enumerated() {
      while let event = events.first, event.regionCount <= place {
        exchange(events.removeFirst(), of: rank, link)
      }
      let workers = max(1, min(threads, region.seconds.count))
      let cost = barriers[workers] ?? Self.barrier(workers)
      barriers[workers] = cost
      let time = region.seconds(onThreads: threads) + cost
      seconds += region.gap + time
      lose("outside of regions, before \(region.name)", region.gap * (1 - 1 / Double(threads)))
      lose(region.name, time - region.work / Double(threads), chunks: region.seconds.count)
    }
    for event in events { exchange(event, of: rank, link) }
    seconds += trace.rest
  }

  /// Adds what a rank waits at an event. The other rank is taken to send when this one asks.
  private mutating func exchange(_ event: SilentRank.Event, of rank: SilentRank?, _ link: Link) {
    let count = Double(rank?.rankCount ?? 1)
    var wait = 0.0
    switch event.kind {
    case .ask(.rows, let bytes, let receipt):
      ask(bytes, receipt, "rows and outputs of other ranks", link)
    case .ask(.parts, let bytes, let receipt):
      ask(bytes, receipt, "parts of other ranks", link)
    case .ask(.sums, let bytes, _):
      // From rank to rank, then from the last one to all.
      wait = count * link.latency + 2 * (count - 1) * Double(bytes) / link.bytesPerSecond
      lose("sums from rank to rank", wait)
    case .wait(let receipt):
      guard let arrival = arrivals.removeValue(forKey: receipt) else { return }
      wait = max(0, arrival.time - seconds)
      lose(arrival.what, wait)
    case .ask(.partialGradients, _, _), .ask(.gradients, _, _): break
    }
    exchange += wait
    seconds += wait
  }

  /// Puts a message on the link, behind those that are on their way.
  private mutating func ask(_ bytes: Int, _ receipt: Int, _ what: String, _ link: Link) {
    linkIsFree = max(seconds, linkIsFree) + Double(bytes) / link.bytesPerSecond
    arrivals[receipt] = (linkIsFree + link.latency, what)
  }

  /// Adds what a rank waits for gradients after the backward pass.
  private mutating func addGradients(of rank: SilentRank, _ link: Link, backward: Double) {
    sentBytes = rank.sentByteCount
    // Partial sums and whole ones go in opposite directions.
    let bytes = max(rank.sent[.partialGradients]?.bytes ?? 0, rank.sent[.gradients]?.bytes ?? 0)
    gradients =
      max(0, Double(bytes) / link.bytesPerSecond - backward) + 2 * Double(rank.rankCount) * link.latency
    seconds += gradients
    lose("gradients of other ranks", gradients)
  }

  /// The median time of a region of so many empty chunks, in seconds.
  private static func barrier(_ threads: Int) -> Double {
    let clock = ContinuousClock()
    let times = (0..<201).map { _ in
      clock.measure { Parallel.withThreads(threads) { Parallel.forEach(threads) { _ in } } } / .seconds(1)
    }
    return times.sorted()[times.count / 2]
  }
}

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
  /// Waiting for gradients after the backward pass.
  private(set) var gradients = 0.0
  /// The places that lose most time, with the lost seconds and the largest number of chunks.
  private(set) var limits: [[String: Any]] = []

  private var lost: [String: (seconds: Double, chunks: Int)] = [:]

  /// The regions of a phase, and the seconds after the last one.
  private struct Trace {
    var regions: [RegionTrace.Region]
    var rest: Double

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
        let found = Self.trace(step, phase, threads: threads)
        if traces[phase]?.improve(by: found) == nil { traces[phase] = found }
      }
    }
    var barriers: [Int: Double] = [1: 0]
    let phases = ScalingStep.Phase.allCases.map { phase in
      (phase, traces[phase].map { seconds(of: $0, in: phase, threads: threads, &barriers) } ?? 0)
    }
    seconds = phases.reduce(0) { $0 + $1.1 }
    barrier = barriers[threads] ?? 0
    if let rank {
      let count = Double(rank.rankCount)
      addExchange(of: rank, link, backward: phases.first { $0.0 == .backward }?.1 ?? 0)
      for (phase, time) in phases where phase == .objective || phase == .update {
        lose("\(phase), which every rank computes as a whole", time * (1 - 1 / count))
      }
    }
    let worst = lost.sorted { ($1.value.seconds, $0.key) < ($0.value.seconds, $1.key) }
    limits = worst.prefix(5).filter { $0.value.seconds > 0 }.map {
      ["place": $0.key, "lostSeconds": $0.value.seconds, "chunks": $0.value.chunks]
    }
  }

  private mutating func lose(_ place: String, _ seconds: Double, chunks: Int = 1) {
    let old = lost[place] ?? (0, 0)
    lost[place] = (old.seconds + seconds, max(old.chunks, chunks))
  }

  private static func trace(_ step: ScalingStep, _ phase: ScalingStep.Phase, threads: Int) -> Trace {
    let trace = RegionTrace()
    Parallel.withThreads(threads) { Parallel.$trace.withValue(trace) { step.run(phase) } }
    return Trace(regions: trace.regions, rest: trace.rest)
  }

  /// Returns the seconds of a phase on so many threads.
  private mutating func seconds(
    of trace: Trace,
    in phase: ScalingStep.Phase,
    threads: Int,
    _ barriers: inout [Int: Double]
  ) -> Double {
    regionCount += trace.regions.count
    serial += trace.outside
    lose("\(phase), after the last region", trace.rest * (1 - 1 / Double(threads)))
    var sum = trace.outside
    for region in trace.regions {
      let workers = max(1, min(threads, region.seconds.count))
      let cost = barriers[workers] ?? Self.barrier(workers)
      barriers[workers] = cost
      let seconds = region.seconds(onThreads: threads) + cost
      sum += seconds
      lose("outside of regions, before \(region.name)", region.gap * (1 - 1 / Double(threads)))
      lose(region.name, seconds - region.work / Double(threads), chunks: region.seconds.count)
    }
    return sum
  }

  private mutating func addExchange(of rank: SilentRank, _ link: Link, backward: Double) {
    let count = Double(rank.rankCount)
    sentBytes = rank.sentByteCount
    // A turn is one message to the second rank, and one to the last. Rows go to ranks before, outputs to all.
    let turns = (rank.rank == 0 ? rank.sent[.sums] : rank.received[.sums]) ?? .init()
    let rows = (rank.rank == 0 ? rank.received[.rows] : rank.sent[.rows]) ?? .init()
    let hops =
      Double(turns.count) * count * link.latency + 2 * (count - 1) * Double(turns.bytes) / link.bytesPerSecond
    let whole = Double(rows.count) * link.latency + Double(rows.bytes) / link.bytesPerSecond
    exchange = hops + whole
    // Partial sums and whole ones go in opposite directions.
    let bytes = max(rank.sent[.partialGradients]?.bytes ?? 0, rank.sent[.gradients]?.bytes ?? 0)
    gradients = max(0, Double(bytes) / link.bytesPerSecond - backward) + 2 * count * link.latency
    seconds += exchange + gradients
    lose("sums from rank to rank", hops)
    lose("rows and outputs of other ranks", whole)
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

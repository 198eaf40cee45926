internal import Synchronization

/// The time of each chunk of parallel regions, to predict how a computation scales to more threads.
///
/// ```swift
/// let trace = RegionTrace()
/// Parallel.$trace.withValue(trace) { step() }
/// ```
///
/// While a trace is set, regions run on the calling thread, one chunk after the other. A region within a chunk belongs to
/// that chunk's time.
package final class RegionTrace: Sendable {
  /// A parallel region that ran once.
  package struct Region: Hashable, Sendable {
    /// File and line of the call, for example `Networks/ConvolutionOperation.swift:121`.
    package var name: String
    /// The time of each chunk in seconds, in the order of the chunks.
    package var seconds: [Double]
    /// The time since the end of the region before it, or since the beginning of the trace, in seconds.
    package var gap: Double

    package init(name: String, seconds: [Double], gap: Double = 0) {
      self.name = name
      self.seconds = seconds
      self.gap = gap
    }

    /// The time of all chunks together, in seconds.
    package var work: Double { seconds.reduce(0, +) }

    /// The time that the region takes on so many threads, without starting and ending them: each thread takes the next
    /// chunk in order as soon as it is free, as `Parallel.forEach` does.
    ///
    /// - Precondition: `threadCount` is above 0.
    package func seconds(onThreads threadCount: Int) -> Double {
      require(threadCount > 0, "\(threadCount) threads")
      guard seconds.count > threadCount else { return seconds.max() ?? 0 }
      var ends = Array(seconds.prefix(threadCount))
      for chunk in seconds.dropFirst(threadCount) {
        var first = 0
        for thread in 1..<threadCount where ends[thread] < ends[first] { first = thread }
        ends[first] += chunk
      }
      return ends.max() ?? 0
    }
  }

  private let found = Mutex<(regions: [Region], end: ContinuousClock.Instant)>(([], .now))

  package init() {}

  /// The regions so far, in the order in which they ran.
  package var regions: [Region] { found.withLock { $0.regions } }

  /// The time since the end of the last region, or since the beginning of the trace, in seconds.
  package var rest: Double { found.withLock { (.now - $0.end) / .seconds(1) } }

  func run(_ chunkCount: Int, _ name: String, _ body: (Int) -> Void) {
    let clock = ContinuousClock()
    let start = clock.now
    var seconds: [Double] = []
    seconds.reserveCapacity(max(0, chunkCount))
    Parallel.$trace.withValue(nil) {
      Parallel.withThreads(1) {
        var last = clock.now
        for chunk in 0..<max(0, chunkCount) {
          body(chunk)
          let now = clock.now
          seconds.append((now - last) / .seconds(1))
          last = now
        }
      }
    }
    found.withLock {
      $0.regions.append(Region(name: name, seconds: seconds, gap: (start - $0.end) / .seconds(1)))
      $0.end = clock.now
    }
  }
}

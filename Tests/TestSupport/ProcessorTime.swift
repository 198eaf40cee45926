internal import Foundation

/// The processor's time of this thread in seconds, which other programs do not lengthen.
public func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Seconds that the plan of 10,000 recipes may take. It takes about one or two; the limit leaves room for slow and busy
/// processors, and for code that is not optimised, yet a plan of quadratic time exceeds it.
public let planningLimit = 20.0

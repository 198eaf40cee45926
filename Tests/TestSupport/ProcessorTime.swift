internal import Foundation

/// The processor's time of this thread in seconds, which other programs do not lengthen.
public func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

#if DEBUG
  /// Seconds that the plan of 10,000 recipes may take. Code that is not optimised says nothing about the program's speed, but
  /// must not be quadratic.
  public let planningLimit = 20.0
#else
  /// Seconds that the plan of 10,000 recipes may take.
  public let planningLimit = 2.0
#endif

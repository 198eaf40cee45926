internal import Dispatch

extension Array where Element: Sendable {
  /// Returns what `transform` makes of each element, in the order of the elements: made on all cores, the same for
  /// any number of them.
  package func concurrentMap<Result: Sendable>(_ transform: @Sendable (Element) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, resultCount in
      // Each iteration writes a place of its own.
      nonisolated(unsafe) let places = results
      DispatchQueue.concurrentPerform(iterations: count) { index in
        places.initializeElement(at: index, to: transform(self[index]))
      }
      resultCount = count
    }
  }
}

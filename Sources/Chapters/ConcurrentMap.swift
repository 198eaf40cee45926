internal import Dispatch

extension Array where Element: Sendable {
  /// Returns what `transform` makes of each element, in the order of the elements: computed on all cores.
  package func concurrentMap<Result: Sendable>(_ transform: @Sendable (Element) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, resultCount in
      // Each iteration writes its own element.
      nonisolated(unsafe) let places = results
      DispatchQueue.concurrentPerform(iterations: count) { index in
        places.initializeElement(at: index, to: transform(self[index]))
      }
      resultCount = count
    }
  }
}

internal import Tensors
internal import Testing

@Suite("A trace of parallel regions")
struct RegionTraceTests {
  @Test("has every chunk of every region in order, whatever the number of threads, and changes no result")
  func regions() {
    let trace = RegionTrace()
    var sums = [Double](repeating: 0, count: 5)
    Parallel.withThreads(3) {
      Parallel.$trace.withValue(trace) {
        // A region within a chunk is a part of it.
        Parallel.forEach(5) { chunk in
          sums[chunk] += Double(chunk)
          Parallel.forEach(2) { _ in sums[chunk] += 1 }
        }
        Parallel.forEach(2) { _ in }
        Parallel.forEach(0) { _ in }
      }
    }
    #expect(sums == [2, 3, 4, 5, 6])
    #expect(trace.regions.map(\.seconds.count) == [5, 2, 0])
    #expect(trace.regions.allSatisfy { $0.name.hasPrefix("TensorsTests/RegionTraceTests.swift:") })
    #expect(trace.regions.flatMap(\.seconds).allSatisfy { $0 >= 0 })
    #expect(trace.regions.allSatisfy { $0.gap >= 0 } && trace.rest >= 0)
    Parallel.forEach(3) { _ in }
    #expect(trace.regions.count == 3)
  }

  @Test("predicts by list scheduling: a free thread takes the next chunk")
  func schedule() {
    let region = RegionTrace.Region(name: "a", seconds: [4, 1, 1, 1, 3])
    #expect(region.work == 10 && region.seconds(onThreads: 1) == 10)
    // Thread 1 takes 4; thread 2 takes 1, 1, 1, then 3: 6.
    #expect(region.seconds(onThreads: 2) == 6)
    // 4; 1 and 1; 1 and 3.
    #expect(region.seconds(onThreads: 3) == 4)
    #expect(region.seconds(onThreads: 64) == 4)
    #expect(RegionTrace.Region(name: "b", seconds: []).seconds(onThreads: 8) == 0)
  }
}

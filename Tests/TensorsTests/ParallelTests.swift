internal import Foundation
internal import Synchronization
internal import Tensors
internal import Testing

@Suite("Loops over chunks on several threads")
struct ParallelTests {
  @Test("every chunk is done once, whatever the threads", arguments: [1, 2, 3, 64], [0, 1, 2, 7, 1000])
  func everyChunk(threads: Int, chunks: Int) {
    for _ in 0..<50 {
      let counts = (0..<chunks).map { _ in Counter() }
      Parallel.withThreads(threads) { Parallel.forEach(chunks) { counts[$0].add() } }
      #expect(counts.allSatisfy { $0.value == 1 })
    }
  }

  @Test("no two threads have the same worker at a time")
  func workers() {
    let busy = (0..<8).map { _ in Counter() }
    let faults = Counter()
    Parallel.withThreads(8) {
      for _ in 0..<200 {
        Parallel.forEachWithWorker(40) { worker, _ in
          if busy[worker].add() != 1 { faults.add() }
          busy[worker].subtract()
        }
      }
    }
    #expect(faults.value == 0)
  }

  @Test("a thread that is held up does not hold up the others' chunks")
  func unevenChunks() {
    let left = Counter()
    Parallel.withThreads(2) {
      Parallel.forEach(64) { chunk in
        // The first chunk waits for all others, half of which are in its own share.
        if chunk == 0, Parallel.availableCoreCount > 1 {
          let end = Date().addingTimeInterval(20)
          while left.value < 63, Date() < end { usleep(100) }
        } else {
          left.add()
        }
      }
    }
    #expect(left.value >= 63)
  }

  @Test("loops within loops, and on many threads at once, all end")
  func nested() async {
    let total = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask {
          Parallel.withThreads(4) {
            Parallel.forEach(5) { _ in
              Parallel.withThreads(3) { Parallel.forEach(7) { _ in total.add() } }
            }
          }
        }
      }
    }
    #expect(total.value == 100 * 5 * 7)
  }

  @Test("a loop is found by helpers that have fallen asleep")
  func pauses() {
    let total = Counter()
    Parallel.withThreads(2) {
      for _ in 0..<20 {
        Parallel.forEach(8) { _ in total.add() }
        usleep(3000)
      }
    }
    #expect(total.value == 160)
  }
}

private final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .sequentiallyConsistent) }
  @discardableResult func add() -> Int { count.add(1, ordering: .sequentiallyConsistent).newValue }
  func subtract() { count.subtract(1, ordering: .sequentiallyConsistent) }
}

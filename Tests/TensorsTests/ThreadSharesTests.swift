internal import Synchronization
internal import Tensors
internal import Testing

@Suite("Threads are shared among jobs")
struct ThreadSharesTests {
  @Test("evenly, and again when one ends")
  func shares() {
    let shares = ThreadShares(of: 8)
    shares.run(4) {
      #expect(Parallel.threadCount == 8)
      shares.run(7) {
        shares.run(1) {
          #expect([4, 7, 1].map { shares.count(of: $0) } == [3, 3, 2])
          #expect(Parallel.threadCount == 2)
        }
        #expect([4, 7].map { shares.count(of: $0) } == [4, 4])
      }
      // The number stays while nothing asks for the latest share: scratch memory may be laid out by it.
      #expect(Parallel.threadCount == 8)
      #expect(Parallel.withLatestShare { Parallel.threadCount } == 8)
    }
  }

  @Test("at least one for each, also where there are more jobs than threads")
  func many() {
    let shares = ThreadShares(of: 2)
    shares.run(0) {
      shares.run(1) { shares.run(2) { #expect((0..<3).map { shares.count(of: $0) } == [1, 1, 1]) } }
    }
  }

  @Test("only within a job")
  func outside() {
    Parallel.withThreads(3) {
      #expect(Parallel.withLatestShare { Parallel.threadCount } == 3)
    }
  }
}

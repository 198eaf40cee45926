internal import Tensors
internal import Testing

@Suite("The number of parts of chunks")
struct PartCountTests {
  private func parts(
    _ chunks: Int,
    _ threads: Int,
    largest: Double = 1,
    upTo limit: Int,
    overhead: Double = 0
  ) -> Int {
    Parallel.withThreads(threads) {
      Parallel.partCount(ofEach: chunks, largest: largest, upTo: limit, overhead: overhead)
    }
  }

  @Test("fills the threads where chunks are few, and leaves many chunks whole")
  func fills() {
    #expect(parts(1, 1, upTo: 8) == 1)
    #expect(parts(1, 4, upTo: 4) == 4)
    #expect(parts(1, 64, upTo: 8) == 8)
    // 17 chunks on 16 threads take 2 rounds; in 16 parts 17.5 rounds of a sixteenth.
    #expect(parts(17, 16, upTo: 16) == 16)
    #expect(parts(6400, 64, upTo: 16, overhead: 0.01) == 1)
    #expect(parts(0, 64, upTo: 16) == 1)
  }

  @Test("is smaller where parts cost more, and larger where one chunk takes longer than the others")
  func costs() {
    // 2 rounds of 1.1, 3 of 0.6, 4 of 0.433, 5 of 0.35.
    #expect(parts(17, 16, upTo: 16, overhead: 0.1) == 3)
    #expect(parts(4, 4, upTo: 2, overhead: 0.4) == 1)
    #expect(parts(4, 4, largest: 3, upTo: 2, overhead: 0.4) == 2)
  }
}

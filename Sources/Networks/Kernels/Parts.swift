internal import Tensors

extension Parallel {
  /// Calls the body once for each chunk and each part of its channels, on several threads.
  ///
  /// Where there are few chunks for the threads, the channels of a chunk are shared out as well. The number of parts depends on
  /// the number of threads: the body must compute each channel by itself, so that the parts change no bits.
  ///
  /// - Parameters:
  ///   - largest: the time of the largest chunk over the mean.
  ///   - overhead: what a part costs beside its share of a chunk, as a fraction of the chunk's time.
  ///   - file: the file of the call, which names the region in a `RegionTrace`; leave it out.
  ///   - line: the line of the call.
  ///   - body: gets the number of the worker, as `forEachWithWorker` does, that of the chunk, and channels from a multiple of 16
  ///     on, as the kernels of `CKernels` take them.
  static func forEachPart(
    _ chunkCount: Int,
    largest: Double = 1,
    channels: Int,
    overhead: Double,
    file: StaticString = #fileID,
    line: UInt = #line,
    _ body: (_ worker: Int, _ chunk: Int, _ channels: Range<Int>) -> Void
  ) {
    let blocks = (channels + 15) / 16
    let parts = partCount(ofEach: chunkCount, largest: largest, upTo: blocks, overhead: overhead)
    forEachWithWorker(chunkCount * parts, file: file, line: line) { worker, index in
      let part = (0..<blocks).part(index % parts, of: parts)
      body(worker, index / parts, 16 * part.lowerBound..<min(channels, 16 * part.upperBound))
    }
  }
}

extension Range<Int> {
  /// One of some consecutive parts, whose lengths differ by at most 1.
  func part(_ number: Int, of count: Int) -> Range {
    lowerBound + self.count * number / count..<lowerBound + self.count * (number + 1) / count
  }
}

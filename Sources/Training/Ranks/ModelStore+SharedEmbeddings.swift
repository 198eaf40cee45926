internal import Digests
internal import Foundation
package import Networks
internal import Tensors

extension ModelStore {
  /// Makes the embeddings of samples by several ranks together, where the store lacks them; all ranks call it.
  ///
  /// In each round every rank embeds a batch of its own, and rank 0 takes all of them in their order: the batches are those of one
  /// process, and so are the bits and the file. A rank other than 0 holds one batch at a time. Rank 0 alone reads and writes the
  /// folder.
  ///
  /// - Parameters:
  ///   - program: the build of the program, which must be the same on all ranks.
  ///   - training: called after each step of training, where the model is missing.
  ///   - embedding: called on every rank after each round with the batches done and the samples a second.
  /// - Throws: also `TrainingError.ranks`.
  package func makeEmbeddings(
    of source: some TrainingSet,
    by recipe: Recipe,
    trainedOn set: some TrainingSet,
    withMirror: Bool,
    sharedBy ranks: any Communicator,
    program: String,
    training: (TrainingProgress) throws -> Void = { _ in },
    embedding: (_ batches: Int, _ samplesPerSecond: Double) throws -> Void = { _, _ in }
  ) throws {
    let (isFirst, batch) = (ranks.rank == 0, Model.embeddingBatch)
    let key = embeddingKey(ofSet: source.digest, by: recipe, trainedOn: set, withMirror: withMirror)
    func areKept() throws -> Bool {
      let answer = ranks.broadcast(isFirst && keptEmbeddings(key) != nil ? Data([1]) : Data())
      if let failure = ranks.failure { throw TrainingError.ranks(failure) }
      return !answer.isEmpty
    }
    if try areKept() { return }
    let model = try self.model(of: recipe, on: set, by: ranks, program: program, progress: training)
    let lock = isFirst ? KeyLock(key, in: folder) : nil
    defer { withExtendedLifetime(lock) {} }
    if try areKept() { return }
    try RankAgreement.check(
      [
        .init(name: "program", value: program), .init(name: "OpenBLAS kernel", value: openBLASKernel),
        .init(name: "embeddings", value: key.hex),
      ],
      by: ranks
    )
    let pass = try EmbeddingPass(of: source, by: model, withMirror: withMirror)
    var result = Tensor<Float>(zeros: [isFirst ? source.count : 0, pass.rowLength])
    let batchCount = (source.count + batch - 1) / batch
    func samples(_ place: Int) -> Range<Int> { place * batch..<min(source.count, (place + 1) * batch) }
    let began = ContinuousClock.now
    for first in stride(from: 0, to: batchCount, by: ranks.rankCount) {
      let end = min(batchCount, first + ranks.rankCount)
      let own = first + ranks.rank
      let rows = own < end ? try pass.rows(samples(own)) : nil
      if isFirst {
        if let rows { result.setRows(from: samples(own).lowerBound, to: rows) }
        for place in first + 1..<max(first + 1, end) {
          result.receiveRows(samples(place), from: place - first, ranks)
        }
      } else if let rows {
        rows.withUnsafePointer {
          ranks.send(UnsafeRawBufferPointer(UnsafeBufferPointer(start: $0, count: rows.count)), to: 0, .rows)
        }
      }
      // A rank that is ahead waits: what it sent is not heaped up, and a rank that is gone is noticed within a round.
      _ = ranks.broadcast(Data())
      if let failure = ranks.failure { throw TrainingError.ranks(failure) }
      let seconds = max(1e-9, (ContinuousClock.now - began) / .seconds(1))
      try embedding(end, Double(samples(end - 1).upperBound) / seconds)
    }
    if isFirst { try keep(result, key) }
  }
}

extension Tensor<Float> {
  fileprivate mutating func receiveRows(_ rows: Range<Int>, from rank: Int, _ ranks: any Communicator) {
    let width = rowLength
    withUnsafeMutablePointer {
      let target = UnsafeMutableBufferPointer(start: $0 + rows.lowerBound * width, count: rows.count * width)
      ranks.receive(UnsafeMutableRawBufferPointer(target), from: rank, .rows)
    }
  }
}

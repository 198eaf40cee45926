internal import Tensors

// What ranks that share a batch exchange for the gradients of a convolution's weights.

extension ConvolutionOperation {
  /// The groups that a rank sums: those whose first chunk begins in its images.
  func ownGroups(_ rank: Int, _ share: BatchShare<Element>) -> Range<Int> {
    let owned = share.owned(correlation.rowChunks, of: output, by: rank)
    func first(_ chunk: Int) -> Int {
      (0..<groupCount).first { chunks(of: $0).lowerBound >= chunk } ?? groupCount
    }
    return first(owned.lowerBound)..<first(owned.upperBound)
  }

  /// Gets the rows of input and slopes that this rank's groups need of other ranks.
  func completeGroups(_ run: Run<Element>, _ outputGradient: View) {
    guard run.share.ranks != nil else { return }
    run.share.complete(run.pointer(outputGradient), outputGradient, .moment) {
      slopesEnd(of: $0, run.share)
    }
    for view in recomputedInput?.inputs ?? [input] {
      run.share.complete(run.pointer(view), view, .step) { inputEnd(of: $0, run.share) }
    }
  }

  /// The last chunk of a rank's groups.
  private func lastChunk(of rank: Int, _ share: BatchShare<Element>) -> Int? {
    let groups = ownGroups(rank, share)
    return groups.isEmpty ? nil : chunks(of: groups.upperBound - 1).upperBound - 1
  }

  /// The end of the rows of slopes, and of the input, that a rank's groups read.
  private func slopesEnd(of rank: Int, _ share: BatchShare<Element>) -> Int {
    lastChunk(of: rank, share).map { correlation.rowChunks.range($0).upperBound } ?? 0
  }

  private func inputEnd(of rank: Int, _ share: BatchShare<Element>) -> Int {
    lastChunk(of: rank, share).map { correlation.sourceEnd(correlation.chunk($0)) } ?? 0
  }

  func traffic(_ share: BatchShare<Element>) -> (elements: Int, sums: Int) {
    guard let outputGradient else { return (0, 0) }
    let slopes =
      share.completedRows(outputGradient, .moment) { slopesEnd(of: $0, share) } * outputGradient.channels
    let inputs = (recomputedInput?.inputs ?? [input]).reduce(0) { sum, view in
      sum + share.completedRows(view, .step) { inputEnd(of: $0, share) } * view.channels
    }
    let messages = GradientRelay<Element>.messageCount(share)
    return (slopes + inputs + messages * (weight.count + (bias?.count ?? 0)), 0)
  }
}

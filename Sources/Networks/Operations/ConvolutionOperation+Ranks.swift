internal import Tensors

// What ranks that share a batch exchange for the gradients of a convolution's weights.

extension ConvolutionOperation {
  /// The groups that a rank sums: those whose first chunk begins in its images.
  func ownGroups(_ rank: Int, _ share: BatchShare<Element>) -> Range<Int> {
    let owned = share.owned(correlation.rowChunks, of: output, by: rank)
    let (chunkCount, groupCount) = (correlation.chunkCount, groupCount)
    /// The first group that begins at a chunk or behind it.
    func first(_ chunk: Int) -> Int { (chunk * groupCount + chunkCount - 1) / chunkCount }
    return first(owned.lowerBound)..<first(owned.upperBound)
  }

  /// What the groups read of the forward pass.
  private var groupInputs: [View] { recomputedInput?.inputs ?? [input] }

  /// Asks for the rows of the input that this rank's groups need of other ranks, in the forward pass.
  func beginInputs(_ run: Run<Element>) {
    guard run.share.ranks != nil, outputGradient != nil else { return }
    for view in groupInputs {
      run.share.begin(run.pointer(view), view, .step) { inputEnd(of: $0, run.share) }
    }
  }

  /// Asks for the slopes that this rank's groups need of other ranks.
  func beginSlopes(_ run: Run<Element>, _ outputGradient: View) {
    guard run.share.ranks != nil else { return }
    run.share.begin(run.pointer(outputGradient), outputGradient, .moment) { slopesEnd(of: $0, run.share) }
  }

  /// Waits for the rows of input and slopes that this rank's groups need of other ranks.
  func finishGroups(_ run: Run<Element>, _ outputGradient: View) {
    for view in groupInputs + [outputGradient] { run.share.finish(view) }
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
    let inputs = groupInputs.reduce(0) { sum, view in
      sum + share.completedRows(view, .step) { inputEnd(of: $0, share) } * view.channels
    }
    let messages = GradientRelay<Element>.messageCount(share)
    return (slopes + inputs + messages * (weight.count + (bias?.count ?? 0)), 0)
  }
}

internal import Tensors

// What ranks that share a batch exchange for the gradients of a convolution's weights.

extension ConvolutionOperation {
  /// The groups that a rank sums: those whose middle row is in its images, so that it lacks few of their rows. The first rank has
  /// the first group in any case: sums begin there.
  func ownGroups(_ rank: Int, _ share: BatchShare<Element>) -> Range<Int> {
    guard share.rankCount > 1 else { return 0..<groupCount }
    let own = share.rows(output, of: rank)
    let end = max(1, firstGroup(withMiddleFrom: own.upperBound))
    return rank == 0 ? 0..<end : max(1, firstGroup(withMiddleFrom: own.lowerBound))..<end
  }

  /// The first group whose middle row is a row or behind it; `groupCount` where there is none.
  private func firstGroup(withMiddleFrom row: Int) -> Int {
    var groups = 0..<groupCount
    while !groups.isEmpty {
      let middle = groups.lowerBound + groups.count / 2
      let rows = rows(of: middle..<middle + 1)
      if (rows.lowerBound + rows.upperBound) / 2 < row {
        groups = middle + 1..<groups.upperBound
      } else {
        groups = groups.lowerBound..<middle
      }
    }
    return groups.lowerBound
  }

  /// The chunks of some groups; empty without groups.
  private func chunks(of groups: Range<Int>) -> Range<Int> {
    guard !groups.isEmpty else { return 0..<0 }
    return chunks(of: groups.lowerBound).lowerBound..<chunks(of: groups.upperBound - 1).upperBound
  }

  /// The rows of the output that some groups sum.
  private func rows(of groups: Range<Int>) -> Range<Int> {
    let (chunks, rows) = (chunks(of: groups), correlation.rowChunks)
    return chunks.isEmpty
      ? 0..<0 : rows.range(chunks.lowerBound).lowerBound..<rows.range(chunks.upperBound - 1).upperBound
  }

  /// The rows of the input that some groups read.
  private func sourceRows(of groups: Range<Int>) -> Range<Int> {
    let chunks = chunks(of: groups)
    guard !chunks.isEmpty else { return 0..<0 }
    let (first, last) = (correlation.chunk(chunks.lowerBound), correlation.chunk(chunks.upperBound - 1))
    return correlation.sourceRows(first).lowerBound..<correlation.sourceRows(last).upperBound
  }

  /// What the groups read of the forward pass.
  private var groupInputs: [View] { recomputedInput?.inputs ?? [input] }

  /// Asks for the rows of the input that this rank's groups need of other ranks, in the forward pass.
  func beginInputs(_ run: Run<Element>) {
    guard run.share.ranks != nil, outputGradient != nil else { return }
    for view in groupInputs {
      run.share.begin(run.pointer(view), view, .step) { sourceRows(of: ownGroups($0, run.share)) }
    }
  }

  /// Asks for the slopes that this rank's groups need of other ranks.
  func beginSlopes(_ run: Run<Element>, _ outputGradient: View) {
    guard run.share.ranks != nil else { return }
    run.share.begin(run.pointer(outputGradient), outputGradient, .moment) {
      rows(of: ownGroups($0, run.share))
    }
  }

  /// Waits for the rows of input and slopes that this rank's groups need of other ranks.
  func finishGroups(_ run: Run<Element>, _ outputGradient: View) {
    for view in groupInputs + [outputGradient] { run.share.finish(view) }
  }

  func traffic(_ share: BatchShare<Element>) -> (elements: Int, sums: Int) {
    guard let outputGradient else { return (0, 0) }
    let slopes =
      share.lentRows(outputGradient, .moment) { rows(of: ownGroups($0, share)) } * outputGradient.channels
    let inputs = groupInputs.reduce(0) { sum, view in
      sum + share.lentRows(view, .step) { sourceRows(of: ownGroups($0, share)) } * view.channels
    }
    let messages = GradientRelay<Element>.messageCount(share)
    return (slopes + inputs + messages * (weight.count + (bias?.count ?? 0)), 0)
  }
}

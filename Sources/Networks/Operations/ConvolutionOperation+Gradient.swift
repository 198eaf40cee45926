internal import Tensors

// The gradient in a convolution's weights: sums over groups of chunks, which are added in order.

extension ConvolutionOperation {
  /// The chunks of a group.
  func chunks(of group: Int) -> Range<Int> { (0..<correlation.chunkCount).part(group, of: groupCount) }

  /// Sums ∂W and ∂b over the chunks of each group.
  ///
  /// - Parameter sums: of each group, `groupStride` apart.
  func sumGradients(
    _ run: Run<Element>,
    _ outputGradient: View,
    _ groups: Range<Int>,
    into sums: UnsafeMutablePointer<Element>
  ) {
    // Groups have so many chunks, or one fewer.
    let perGroup = Double(correlation.chunkCount) / Double(groupCount)
    Parallel.forEachPart(
      groups.count,
      largest: perGroup.rounded(.up) / perGroup,
      channels: output.channels,
      overhead: weightCorrelation.partOverhead
    ) { worker, place, units in
      let (group, scratch) = (groups.lowerBound + place, run.scratch(of: worker))
      sumGradients(run, outputGradient, group, units, scratch, into: sums + place * groupStride)
    }
  }

  /// Sums ∂W of some units, and with the first of them ∂b, over the chunks of a group.
  ///
  /// - Parameter units: from a multiple of 16 on.
  private func sumGradients(
    _ run: Run<Element>,
    _ outputGradient: View,
    _ group: Int,
    _ units: Range<Int>,
    _ scratch: UnsafeMutablePointer<Element>,
    into ofGroup: UnsafeMutablePointer<Element>
  ) {
    let dy = run.pointer(outputGradient)
    let source = source(run, isNormalised: true)
    let sums = ofGroup + correlation.sumsOffset(unit: units.lowerBound)
    let biasSums = bias != nil && units.lowerBound == 0 ? ofGroup + sumsCount : nil
    if let biasSums { clear(biasSums, count: output.channels) }
    let chunks = chunks(of: group)
    for number in chunks {
      let chunk = correlation.chunk(number)
      let count = correlation.placeCount(chunk)
      let given = dy + correlation.targetOffset(chunk)
      let stride = outputGradient.stride
      weightCorrelation.addWeightGradient(
        weightCorrelation.patches(chunk, source, scratch),
        given + units.lowerBound,
        to: sums,
        chunk,
        units: units.count,
        accumulates: number > chunks.lowerBound,
        work: scratch + weightCorrelation.workOffset
      )
      if let biasSums {
        addRows(
          given,
          to: biasSums,
          rows: count,
          channels: output.channels,
          stride: stride
        )
      }
    }
  }

  /// Adds the groups' sums, in order, into the gradients of weights and biases, or to them.
  func reduce(
    _ sums: UnsafeMutablePointer<Element>,
    _ groupCount: Int,
    continues: Bool,
    _ run: Run<Element>
  ) {
    guard groupCount > 0 else { return }
    let units = output.channels
    let (blocks, rows) = (correlation.paddedUnits / 16, correlation.sumsRowCount)
    // Some 32 Ki additions at a time: less does not make up for waking a thread.
    let additions = 16 * correlation.length * groupCount
    let piece = max(1, (1 << 15) / additions)
    let parts = min(rows, (additions + (1 << 15) - 1) / (1 << 15))
    Parallel.forEach((blocks + piece - 1) / piece * parts) { number in
      let first = number / parts * piece
      for block in first..<min(blocks, first + piece) {
        correlation.sumGroups(
          sums,
          groupCount,
          apart: groupStride,
          continues: continues,
          block: block,
          rows: (0..<rows).part(number % parts, of: parts),
          into: run.gradients + weight.lowerBound
        )
      }
    }
    guard let bias else { return }
    sumGroups(
      sums + sumsCount,
      groupCount,
      apart: groupStride,
      continues: continues,
      into: run.gradients + bias.lowerBound,
      count: units
    )
  }
}

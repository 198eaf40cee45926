internal import Tensors

// The gradient in a convolution's weights: sums over groups of chunks, which are added in order.

extension ConvolutionOperation {
  /// The chunks of a group.
  func chunks(of group: Int) -> Range<Int> {
    group * correlation.chunkCount / groupCount..<(group + 1) * correlation.chunkCount / groupCount
  }

  /// The number of blocks of units that sums of ∂W can be shared out by.
  private var unitBlockCount: Int {
    (correlation.paddedUnits + Self.unitsOfBlock - 1) / Self.unitsOfBlock
  }
  /// The units that the kernel of ∂W takes at once.
  private static var unitsOfBlock: Int { 16 }

  /// Sums ∂W and ∂b over the chunks of each group.
  ///
  /// - Parameter sums: of each group, `groupStride` apart.
  func sumGradients(
    _ run: Run<Element>,
    _ outputGradient: View,
    _ groups: Range<Int>,
    into sums: UnsafeMutablePointer<Element>
  ) {
    // Where more threads than groups run, the units of a group are shared out as well: each unit's sum stays the same.
    let wanted = (Parallel.threadCount + groups.count - 1) / max(1, groups.count)
    let partCount = min(unitBlockCount, max(1, wanted))
    Parallel.forEachWithWorker(groups.count * partCount) { worker, index in
      let (place, part) = (index / partCount, index % partCount)
      let blocks = part * unitBlockCount / partCount..<(part + 1) * unitBlockCount / partCount
      let group = groups.lowerBound + place
      let scratch = run.scratch(of: worker)
      sumGradients(run, outputGradient, group, blocks, scratch, into: sums + place * groupStride)
    }
  }

  /// Sums ∂W of some blocks of units, and with the first block ∂b, over the chunks of a group.
  ///
  /// - Parameter blocks: blocks of `unitsOfBlock` units.
  private func sumGradients(
    _ run: Run<Element>,
    _ outputGradient: View,
    _ group: Int,
    _ blocks: Range<Int>,
    _ scratch: UnsafeMutablePointer<Element>,
    into ofGroup: UnsafeMutablePointer<Element>
  ) {
    let dy = run.pointer(outputGradient)
    let source = recomputedInput.map { .normalised($0.rows(run)) } ?? PatchSource.stored(run.pointer(input))
    let firstUnit = blocks.lowerBound * Self.unitsOfBlock
    let endUnit = min(output.channels, blocks.upperBound * Self.unitsOfBlock)
    let sums = ofGroup + correlation.sumsOffset(unit: firstUnit)
    let biasSums = bias != nil && firstUnit == 0 ? ofGroup + sumsCount : nil
    clear(sums, count: correlation.sumsCount(units: endUnit - firstUnit))
    if let biasSums { clear(biasSums, count: output.channels) }
    for number in chunks(of: group) {
      let chunk = correlation.chunk(number)
      let count = correlation.placeCount(chunk)
      let given = dy + correlation.targetOffset(chunk)
      let stride = outputGradient.stride
      weightCorrelation.addWeightGradient(
        weightCorrelation.patches(chunk, source, scratch),
        given + firstUnit,
        to: sums,
        chunk,
        units: endUnit - firstUnit,
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
    let piece = max(1, (1 << 12) / correlation.length)
    let blocks = correlation.paddedUnits / 8
    Parallel.forEach((blocks + piece - 1) / piece) { number in
      for block in number * piece..<min(blocks, (number + 1) * piece) {
        correlation.sumGroups(
          sums,
          groupCount,
          apart: groupStride,
          continues: continues,
          block: block,
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

internal import Tensors

/// Loads samples into a batch for a network, cropped and mirrored.
struct BatchLoader<Source: SampleSource> {
  let source: Source
  /// The shape of the network's input.
  let input: [Int]

  /// The position of the network's window in a sample, and whether it is mirrored.
  struct View {
    var top: Int
    var left: Int
    var isMirrored: Bool
  }

  /// Why the samples do not fit the network; nil where they do.
  var problem: String? {
    let shape = source.sampleShape
    if shape == input { return nil }
    guard shape.count == 3, input.count == 3, shape[2] == input[2], shape[0] >= input[0], shape[1] >= input[1]
    else { return "samples are \(shape), the network takes \(input)" }
    return nil
  }

  /// Returns the view of the centre of a sample.
  func centre(isMirrored: Bool) -> View {
    let spare = spare
    return View(top: spare.height / 2, left: spare.width / 2, isMirrored: isMirrored)
  }

  /// Draws a view at random, as the augmentation says.
  func view(by augmentation: Augmentation, using generator: inout SeededGenerator) -> View {
    let isMirrored = augmentation.flips && input.count == 3 && generator.next() >> 63 == 1
    guard augmentation.randomCrop else { return centre(isMirrored: isMirrored) }
    let spare = spare
    return View(
      top: generator.index(below: spare.height + 1),
      left: generator.index(below: spare.width + 1),
      isMirrored: isMirrored
    )
  }

  /// The pixels by which a sample is larger than the network's input.
  private var spare: (height: Int, width: Int) {
    guard input.count == 3 else { return (0, 0) }
    return (source.sampleShape[0] - input[0], source.sampleShape[1] - input[1])
  }

  /// Returns the samples as a batch, `[sample]` + the network's input shape.
  ///
  /// - Parameter places: the samples that are read, by their places in the batch; the others are 0. Nil reads all.
  /// - Throws: `TrainingError.sample` for the first sample, in the order given, that cannot be read.
  func batch(
    _ samples: [Int],
    _ views: [View],
    places: Range<Int>? = nil
  ) throws(TrainingError) -> Tensor<Float> {
    let (shape, places) = ([samples.count] + input, places ?? 0..<samples.count)
    var batch = places.count == samples.count ? Tensor<Float>(uninitialized: shape) : Tensor(zeros: shape)
    var failures = [String?](repeating: nil, count: samples.count)
    let length = batch.rowLength
    batch.withUnsafeMutablePointer { target in
      failures.withUnsafeMutableBufferPointer { failures in
        nonisolated(unsafe) let (target, failures) = (target, failures)
        Parallel.forEach(places.count) { index in
          let place = places.lowerBound + index
          do {
            let buffer = UnsafeMutableBufferPointer(start: target + place * length, count: length)
            try show(samples[place], views[place], in: buffer)
          } catch {
            failures[place] = "\(error)"
          }
        }
      }
    }
    for (sample, failure) in zip(samples, failures) {
      if let failure { throw .sample(sample, problem: failure) }
    }
    return batch
  }

  private func show(_ sample: Int, _ view: View, in target: UnsafeMutableBufferPointer<Float>) throws {
    if source.sampleShape == input {
      try source.fill(sample, into: target)
      if view.isMirrored { mirror(target) }
      return
    }
    let (height, width, channels) = (input[0], input[1], input[2])
    let fullWidth = source.sampleShape[1]
    let whole = UnsafeMutableBufferPointer<Float>.allocate(capacity: source.sampleShape.reduce(1, *))
    defer { whole.deallocate() }
    try source.fill(sample, into: whole)
    for y in 0..<height {
      for x in 0..<width {
        let column = view.left + (view.isMirrored ? width - 1 - x : x)
        let place = ((view.top + y) * fullWidth + column) * channels
        for c in 0..<channels { target[(y * width + x) * channels + c] = whole[place + c] }
      }
    }
  }

  private func mirror(_ image: UnsafeMutableBufferPointer<Float>) {
    guard let pixels = image.baseAddress else { return }
    let (height, width, channels) = (input[0], input[1], input[2])
    for y in 0..<height {
      var (left, right) = (pixels + y * width * channels, pixels + ((y + 1) * width - 1) * channels)
      while left < right {
        for c in 0..<channels { (left[c], right[c]) = (right[c], left[c]) }
        left += channels
        right -= channels
      }
    }
  }
}

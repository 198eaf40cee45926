internal import CKernels
internal import Tensors

/// Maximum pooling; the gradient goes to the first place of a window that holds its maximum.
final class MaxPoolOperation<Element: Scalar>: Operation {
  private let input: View
  private let output: View
  private let outputGradient: View?
  private let inputTarget: GradientTarget?
  private let window: Window
  /// The input as the backward pass computes it anew; nil where it is kept.
  private let recomputedInput: RecomputedActivation<Element>?

  init(
    input: Value,
    recomputedInput: RecomputedActivation<Element>?,
    output: Value,
    window: Window
  ) {
    self.input = input.view
    self.recomputedInput = recomputedInput
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
    self.window = window
  }

  var forwardBuffers: [Int] { [input.buffer, output.buffer] }
  var backwardBuffers: [Int] {
    (recomputedInput?.buffers ?? [input.buffer]) + [output.buffer]
      + [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self)
  }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }
  /// The rows of the input under one line of windows, where they are computed anew.
  var scratchCount: Int {
    recomputedInput == nil ? 0 : window.kernelHeight * input.width * input.channels
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func forward(_ run: Run<Element>) {
    let (x, y) = (run.pointer(input), run.pointer(output))
    let shape = pooling_shape(window, from: input, to: output)
    forEachImage(run) { _, image in
      for line in 0..<output.height {
        let first = (image * input.height + line * window.stride) * input.width
        let place = (image * output.height + line) * output.width
        let target = y + place * output.stride
        poolLine(x + first * input.stride, input.stride, shape, into: target, output.stride)
      }
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func backward(_ run: Run<Element>) {
    guard let outputGradient, let inputTarget else { return }
    let (x, y, slope, target) = (
      run.pointer(input), run.pointer(output), run.pointer(outputGradient), run.pointer(inputTarget.view)
    )
    let normalised = recomputedInput?.rows(run)
    let shape = pooling_shape(window, from: input, to: output)
    let (size, targetStride) = (input.height * input.width, inputTarget.view.stride)
    forEachImage(run) { worker, image in
      if !inputTarget.accumulates {
        for row in image * size..<(image + 1) * size {
          clear(target + row * targetStride, count: input.channels)
        }
      }
      for line in 0..<output.height {
        let first = image * size + line * window.stride * input.width
        var (source, stride) = (UnsafePointer(x + first * input.stride), input.stride)
        if let normalised {
          let (scratch, rows) = (run.scratch(of: worker), first..<first + window.kernelHeight * input.width)
          for part in normalised { part.write(rows, into: scratch, stride: input.channels) }
          (source, stride) = (UnsafePointer(scratch), input.channels)
        }
        let place = (image * output.height + line) * output.width
        unpoolLine(
          source,
          y + place * output.stride,
          slope + place * outputGradient.stride,
          into: target + first * targetStride,
          shape,
          (stride, output.stride, targetStride)
        )
      }
    }
  }
}

/// Calls the body, in parallel, for the images of the batch that this process computes.
private func forEachImage<Element>(_ run: Run<Element>, _ body: (_ worker: Int, _ image: Int) -> Void) {
  let images = run.share.images
  Parallel.forEachWithWorker(images.count) { body($0, images.lowerBound + $1) }
}

/// Computes the maxima of one line of windows.
///
/// - Parameters:
///   - x: the input from the line's first window on, `[row·column, channel]`, `distance` apart.
///   - y: the maxima, `[window, channel]`, `maximumDistance` apart, overwritten.
private func poolLine<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ distance: Int,
  _ shape: pooling_shape,
  into y: UnsafeMutablePointer<Element>,
  _ maximumDistance: Int
) {
  if let x = x as? UnsafePointer<Float>, let y = y as? UnsafeMutablePointer<Float> {
    return pooling_maxima(x, distance, shape, y, maximumDistance)
  }
  for window in 0..<shape.windows {
    for channel in 0..<shape.channels {
      var largest = x[window * shape.stride * distance + channel]
      shape.forEachPlace(ofWindow: window) { place in
        let value = x[place * distance + channel]
        if largest < value { largest = value }
      }
      y[window * maximumDistance + channel] = largest
    }
  }
}

/// Adds the gradients in the maxima of one line of windows to the places of the maxima.
///
/// - Parameters:
///   - x: the input from the line's first window on, `[row·column, channel]`, `distances.input` apart.
///   - y: the maxima, `[window, channel]`, `distances.maximum` apart.
///   - slope: ∂y, laid out as y.
///   - target: ∂x from the line's first window on, `[row·column, channel]`, `distances.target` apart.
private func unpoolLine<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ y: UnsafePointer<Element>,
  _ slope: UnsafePointer<Element>,
  into target: UnsafeMutablePointer<Element>,
  _ shape: pooling_shape,
  _ distances: (input: Int, maximum: Int, target: Int)
) {
  if let x = x as? UnsafePointer<Float>, let y = y as? UnsafePointer<Float>,
    let slope = slope as? UnsafePointer<Float>, let target = target as? UnsafeMutablePointer<Float>
  {
    return pooling_slopes(x, distances.input, shape, y, slope, distances.maximum, target, distances.target)
  }
  for window in 0..<shape.windows {
    for channel in 0..<shape.channels {
      let maximum = window * distances.maximum + channel
      var rest = slope[maximum]
      shape.forEachPlace(ofWindow: window) { place in
        guard x[place * distances.input + channel] == y[maximum] else { return }
        target[place * distances.target + channel] += rest
        rest = 0
      }
    }
  }
}

extension pooling_shape {
  /// The shape of one line of windows.
  fileprivate init(_ window: Window, from input: View, to output: View) {
    self.init(
      channels: input.channels,
      windows: output.width,
      stride: window.stride,
      kernel_height: window.kernelHeight,
      kernel_width: window.kernelWidth,
      line: input.width
    )
  }

  /// Calls the body for the places of a window, counted from the first place of the line's first window on.
  fileprivate func forEachPlace(ofWindow window: Int, _ body: (_ place: Int) -> Void) {
    for row in 0..<kernel_height {
      for column in 0..<kernel_width { body(row * line + window * stride + column) }
    }
  }
}

/// Global average pooling: the mean of each channel over height and width; each place gets an equal share of the gradient.
final class AveragePoolOperation<Element: Scalar>: Operation {
  private let input: View
  private let output: View
  private let outputGradient: View?
  private let inputTarget: GradientTarget?

  init(input: Value, output: Value) {
    self.input = input.view
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
  }

  var forwardBuffers: [Int] { [input.buffer, output.buffer] }
  var backwardBuffers: [Int] { [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self) }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }

  private var places: Int { input.height * input.width }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func forward(_ run: Run<Element>) {
    let (x, y) = (run.pointer(input), run.pointer(output))
    let share = 1 / Element(places)
    forEachImage(run) { _, image in
      let target = y + image * output.stride
      clear(target, count: input.channels)
      let source = x + image * places * input.stride
      addRows(source, to: target, rows: places, channels: input.channels, stride: input.stride)
      for channel in 0..<input.channels { target[channel] *= share }
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func backward(_ run: Run<Element>) {
    guard let outputGradient, let inputTarget else { return }
    let (slope, target) = (run.pointer(outputGradient), run.pointer(inputTarget.view))
    let share = 1 / Element(places)
    forEachImage(run) { _, image in
      // The same row again and again.
      scaleMaskedRows(
        slope + image * outputGradient.stride,
        by: nil,
        factor: share,
        accumulates: inputTarget.accumulates,
        into: target + image * places * inputTarget.view.stride,
        Rows(count: places, channels: input.channels, from: 0, to: inputTarget.view.stride)
      )
    }
  }
}

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
    forEachImage(run) { _, image in poolImage(image, x, input, into: y, output, window) }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func backward(_ run: Run<Element>) {
    guard let outputGradient, let inputTarget else { return }
    let (x, y, slope, target) = (
      run.pointer(input), run.pointer(output), run.pointer(outputGradient), run.pointer(inputTarget.view)
    )
    let normalised = recomputedInput?.rows(run)
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
          input,
          output,
          window,
          strides: (stride, targetStride)
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

/// Computes the maxima of the windows of one image.
///
/// - Parameters:
///   - x: `[image, row, column, channel]` of `input`.
///   - y: `[image, row, column, channel]` of `output`, overwritten.
private func poolImage<Element: Scalar>(
  _ image: Int,
  _ x: UnsafePointer<Element>,
  _ input: View,
  into y: UnsafeMutablePointer<Element>,
  _ output: View,
  _ window: Window
) {
  let whole = input.channels / 8 * 8
  for row in 0..<output.height {
    for column in 0..<output.width {
      let target = y + ((image * output.height + row) * output.width + column) * output.stride
      let corner = (image * input.height + row * window.stride) * input.width + column * window.stride
      for channel in stride(from: 0, to: whole, by: 8) {
        var largest = load(x + corner * input.stride, channel)
        for kernelRow in 0..<window.kernelHeight {
          for kernelColumn in 0..<window.kernelWidth {
            let value = load(x + (corner + kernelRow * input.width + kernelColumn) * input.stride, channel)
            largest = Element.raise(largest, to: value)
          }
        }
        store(largest, target, channel)
      }
      for channel in whole..<input.channels {
        var largest = x[corner * input.stride + channel]
        for kernelRow in 0..<window.kernelHeight {
          for kernelColumn in 0..<window.kernelWidth {
            let value = x[(corner + kernelRow * input.width + kernelColumn) * input.stride + channel]
            if largest < value { largest = value }
          }
        }
        target[channel] = largest
      }
    }
  }
}

/// Adds the gradients in the maxima of one line of windows to the places of the maxima.
///
/// - Parameters:
///   - x: the input from the line's first window on, `[row·column, channel]`, `strides.input` apart.
///   - y: the maxima, `[column, channel]` of `output`.
///   - slope: ∂y, laid out as y.
///   - target: ∂x from the line's first window on, `[row·column, channel]`, `strides.target` apart.
private func unpoolLine<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ y: UnsafePointer<Element>,
  _ slope: UnsafePointer<Element>,
  into target: UnsafeMutablePointer<Element>,
  _ input: View,
  _ output: View,
  _ window: Window,
  strides: (input: Int, target: Int)
) {
  let whole = input.channels / 8 * 8
  for column in 0..<output.width {
    let (largest, given) = (y + column * output.stride, slope + column * output.stride)
    // A slope that has been added becomes 0, so that later places of the window with the same value get nothing.
    for channel in stride(from: 0, to: whole, by: 8) {
      let maximum = load(largest, channel)
      var rest = load(given, channel)
      for kernelRow in 0..<window.kernelHeight {
        for kernelColumn in 0..<window.kernelWidth {
          let place = kernelRow * input.width + column * window.stride + kernelColumn
          let part = Element.pass(rest, where: load(x, place * strides.input + channel), equals: maximum)
          let result = place * strides.target + channel
          store(load(target, result) + part, target, result)
          rest -= part
        }
      }
    }
    for channel in whole..<input.channels {
      search: for kernelRow in 0..<window.kernelHeight {
        for kernelColumn in 0..<window.kernelWidth {
          let place = kernelRow * input.width + column * window.stride + kernelColumn
          if x[place * strides.input + channel] == largest[channel] {
            target[place * strides.target + channel] += given[channel]
            break search
          }
        }
      }
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
      spreadRow(
        slope + image * outputGradient.stride,
        factor: share,
        accumulates: inputTarget.accumulates,
        into: target + image * places * inputTarget.view.stride,
        Rows(count: places, channels: input.channels, from: 0, to: inputTarget.view.stride)
      )
    }
  }
}

/// Computes `factor·source` for every row of the target, or adds it.
///
/// - Parameters:
///   - source: `[channel]`.
///   - target: `[row, channel]`, `rows.to` apart.
private func spreadRow<Element: Scalar>(
  _ source: UnsafePointer<Element>,
  factor: Element,
  accumulates: Bool,
  into target: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  for row in 0..<rows.count {
    let result = target + row * rows.to
    for channel in 0..<rows.channels {
      let value = factor * source[channel]
      result[channel] = accumulates ? result[channel] + value : value
    }
  }
}

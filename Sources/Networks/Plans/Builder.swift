internal import Tensors

/// Turns layers into operations for one batch size and mode, and lists their parameters and statistics.
///
/// The layers' shapes have been checked before, so that nothing here fails.
struct Builder<Element: Scalar> {
  let isTraining: Bool
  private(set) var operations: [any Operation<Element>] = []
  private(set) var bufferCounts: [Int] = []
  private(set) var parameters = TensorList()
  private(set) var statistics = TensorList()
  private var dropoutCount = 0
  /// The batch norms that write to each buffer.
  private(set) var norms: [Int: [BatchNormOperation<Element>]] = [:]

  init(isTraining: Bool) {
    self.isTraining = isTraining
  }

  /// Returns the whole plan of a network.
  static func plan(
    _ layers: [Layer],
    input shape: ImageShape,
    batch: Int,
    isTraining: Bool,
    wantsInputGradient: Bool
  ) -> (plan: Plan<Element>, parameters: TensorList, statistics: TensorList) {
    var builder = Builder(isTraining: isTraining)
    let input = builder.value(batch, shape, withGradient: wantsInputGradient)
    let output = builder.append(layers, to: input, scope: "")
    builder.fuseNorms(before: output)
    let plan = Plan(
      operations: builder.operations,
      input: input,
      output: output,
      outputShape: output.view.isVector
        ? [output.view.channels] : [output.view.height, output.view.width, output.view.channels],
      bufferCounts: builder.bufferCounts,
      isTraining: isTraining
    )
    return (plan, builder.parameters, builder.statistics)
  }

  /// Appends the operations of a list; the last one writes into `target` where there is one.
  private mutating func append(
    _ layers: [Layer],
    to input: Value,
    into target: Value? = nil,
    scope: String
  ) -> Value {
    var value = input
    var position = 0
    while position < layers.count {
      let layer = layers[position]
      let next = position + 1 < layers.count ? layers[position + 1] : nil
      var consumed = 1
      if next == .relu, layer.fusesWithReLU { consumed = 2 }
      let isLast = position + consumed == layers.count
      value = append(layer, next: next, to: value, into: isLast ? target : nil, scope: scope)
      position += consumed
    }
    return value
  }

  private mutating func append(
    _ layer: Layer,
    next: Layer?,
    to input: Value,
    into target: Value?,
    scope: String
  ) -> Value {
    let hasReLU = next == .relu
    switch layer {
    case .dense(let units, let bias):
      let shape = ImageShape(height: 1, width: 1, channels: units)
      return appendProduct(of: input.flattened, shape, window: nil, bias, next, target, scope, layer)
    case .convolution(let channels, let height, let width, let stride, let padding, let bias):
      let window = Window(
        kernelHeight: height,
        kernelWidth: width,
        stride: stride,
        padding: padding,
        input: input.view.shape
      )
      let shape = input.view.shape(after: window, padding, channels: channels)
      return appendProduct(of: input, shape, window: window, bias, next, target, scope, layer)
    case .batchNorm(let epsilon, let decay):
      return appendBatchNorm(of: input, epsilon, decay, hasReLU: hasReLU, target, scope)
    case .relu:
      return appendUnary(input, input.view.shape, target) { ReLUOperation(input: $0, output: $1) }
    case .maxPool(let size, let stride):
      let window = Window(
        kernelHeight: size,
        kernelWidth: size,
        stride: stride,
        padding: .valid,
        input: input.view.shape
      )
      let shape = input.view.shape(after: window, .valid, channels: input.view.channels)
      let recomputed = recomputed(input.view)
      return appendUnary(input, shape, target) {
        MaxPoolOperation(input: $0, recomputedInput: recomputed, output: $1, window: window)
      }
    case .globalAveragePool:
      let shape = ImageShape(height: 1, width: 1, channels: input.view.channels)
      return appendUnary(input, shape, target) { AveragePoolOperation(input: $0, output: $1) }
    case .dropout(let keep):
      dropoutCount += 1
      let (stream, training) = (UInt64(dropoutCount), isTraining)
      return appendUnary(input, input.view.shape, target) {
        DropoutOperation(input: $0, output: $1, keep: keep, stream: stream, isTraining: training)
      }
    case .residual(let scale, let layers):
      let branch = append(layers, to: input, scope: scope)
      let output = target ?? value(input.view.batch, input.view.shape)
      operations.append(
        ResidualOperation(
          input: input,
          branch: branch,
          output: output,
          scale: Element(scale),
          hasReLU: hasReLU
        )
      )
      return output
    case .parallel(let branches):
      return appendParallel(branches, to: input, target, scope)
    case .named(let name, let layers):
      return append(layers, to: input, into: target, scope: scope.isEmpty ? name : scope + "/" + name)
    }
  }

  private mutating func appendUnary(
    _ input: Value,
    _ shape: ImageShape,
    _ target: Value?,
    _ make: (Value, Value) -> any Operation<Element>
  ) -> Value {
    let output = target ?? value(input.view.batch, shape)
    operations.append(make(input, output))
    return output
  }

  private mutating func appendProduct(
    of input: Value,
    _ shape: ImageShape,
    window: Window?,
    _ bias: Bool,
    _ next: Layer?,
    _ target: Value?,
    _ scope: String,
    _ layer: Layer
  ) -> Value {
    let output: Value
    if let target {
      output = target
    } else {
      var isNormalised = false
      if case .batchNorm = next { isNormalised = true }
      output = value(input.view.batch, shape, gradientInPlace: isNormalised)
    }
    let weights = [input.view.channels, shape.channels]
    let weight = parameters.add(
      "weight",
      window.map { [$0.kernelHeight, $0.kernelWidth] + weights } ?? weights,
      true,
      scope,
      layer.kind
    )
    let biasRange = bias ? parameters.add("bias", [shape.channels], false, scope, layer.kind) : nil
    operations.append(
      ConvolutionOperation(
        input: input,
        recomputedInput: recomputed(input.view),
        output: output,
        window: window,
        weight: weight,
        bias: biasRange
      )
    )
    return output
  }

  private mutating func appendBatchNorm(
    of input: Value,
    _ epsilon: Double,
    _ decay: Double,
    hasReLU: Bool,
    _ target: Value?,
    _ scope: String
  ) -> Value {
    let output = target ?? value(input.view.batch, input.view.shape)
    let channels = [input.view.channels]
    let beta = parameters.add("beta", channels, false, scope, "batchNorm")
    let mean = statistics.add("movingMean", channels, false, scope, "batchNorm")
    let variance = statistics.add("movingVariance", channels, false, scope, "batchNorm")
    let operation = BatchNormOperation<Element>(
      input: input,
      output: output,
      beta: beta,
      movingMean: mean,
      movingVariance: variance,
      epsilon: epsilon,
      decay: decay,
      hasReLU: hasReLU,
      isTraining: isTraining
    )
    let isAbsorbed = (operations.last as? ConvolutionOperation<Element>)?.absorb(operation) ?? false
    if isTraining || !isAbsorbed { operations.append(operation) }
    norms[output.view.buffer, default: []].append(operation)
    return output
  }

  private mutating func appendParallel(
    _ branches: [[Layer]],
    to input: Value,
    _ target: Value?,
    _ scope: String
  ) -> Value {
    let shapes = branches.compactMap { try? Layer.shape(after: $0, input.view.shape, place: "") }
    require(shapes.count == branches.count, "the branches' shapes were not checked")
    let shape = ImageShape(
      height: shapes[0].height,
      width: shapes[0].width,
      channels: shapes.map(\.channels).reduce(0, +)
    )
    let whole = target ?? value(input.view.batch, shape)
    var first = 0
    for (branch, part) in zip(branches, shapes) {
      _ = append(branch, to: input, into: whole.slice(first: first, count: part.channels), scope: scope)
      first += part.channels
    }
    return whole
  }

  /// Returns a value in a buffer of its own.
  ///
  /// - Parameter gradientInPlace: whether the gradient may overwrite the value: true where the only operation that reads the
  ///   value computes the gradient elementwise.
  private mutating func value(
    _ batch: Int,
    _ shape: ImageShape,
    withGradient: Bool = true,
    gradientInPlace: Bool = false
  ) -> Value {
    let view = buffer(batch, shape)
    guard isTraining, withGradient else { return Value(view: view, gradient: nil) }
    return Value(view: view, gradient: gradientInPlace ? view : buffer(batch, shape))
  }

  private mutating func buffer(_ batch: Int, _ shape: ImageShape) -> View {
    bufferCounts.append(batch * shape.count)
    return View(
      buffer: bufferCounts.count - 1,
      batch: batch,
      height: shape.height,
      width: shape.width,
      channels: shape.channels
    )
  }
}

extension Layer {
  /// Whether a ReLU that follows is computed in the same pass.
  fileprivate var fusesWithReLU: Bool {
    switch self {
    case .batchNorm, .residual: true
    case .dense, .convolution, .relu, .maxPool, .globalAveragePool, .dropout, .parallel, .named: false
    }
  }
}

extension View {
  var shape: ImageShape { ImageShape(height: height, width: width, channels: channels) }
  var isVector: Bool { shape.isVector }

  fileprivate func shape(after window: Window, _ padding: Layer.Padding, channels: Int) -> ImageShape {
    let kernel = (window.kernelHeight, window.kernelWidth)
    let output = try? Window.output(
      of: shape,
      kernel: kernel,
      stride: window.stride,
      padding,
      channels: channels,
      place: ""
    )
    guard let output else { preconditionFailure("the window's shape was not checked") }
    return output
  }
}

extension Value {
  var flattened: Value { Value(view: view.flattened, gradient: gradient?.flattened) }

  func slice(first: Int, count: Int) -> Value {
    Value(view: view.slice(first: first, count: count), gradient: gradient?.slice(first: first, count: count))
  }
}

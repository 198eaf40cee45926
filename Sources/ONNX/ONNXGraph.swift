internal import Networks
internal import Tensors

/// The graph of a network in ONNX: its nodes and constants, for inference.
///
/// Pictures become `[batch, channel, height, width]`, as ONNX has them; weights are transposed. Batch norm uses the moving
/// statistics, dropout is left out.
struct ONNXGraph {
  private(set) var nodes: [ONNXNode] = []
  private(set) var constants: [ONNXConstant] = []
  let input: ONNXValueInfo
  private(set) var output = ONNXValueInfo(name: "features", shape: [])
  private var constantNames: Set<String> = []
  private var parameters: TensorQueue
  private var statistics: TensorQueue

  /// What an activation looks like.
  private enum Form {
    /// `[batch, channel, height, width]`.
    case picture
    /// The same with height and width 1.
    case point
    /// `[batch, feature]`.
    case vector
  }

  private struct Value {
    var name: String
    var form: Form
  }

  init(_ network: Network<Float>) {
    parameters = TensorQueue(network.parameters)
    statistics = TensorQueue(network.statistics)
    let isPicture = network.inputShape.count == 3
    input = ONNXValueInfo(
      name: isPicture ? "pictures" : "vectors",
      shape: Self.channelsFirst(network.inputShape)
    )
    var value = Value(name: input.name, form: isPicture ? .picture : .vector)
    value = append(network.layers, to: value, scope: "")
    if network.outputShape.count == 1 { value = flattened(value, scope: "output") }
    output.shape = Self.channelsFirst(network.outputShape)
    add("Identity", [value.name], "features")
  }

  private static func channelsFirst(_ shape: [Int]) -> [Int] {
    shape.count == 3 ? [shape[2], shape[0], shape[1]] : shape
  }

  // MARK: Layers

  private mutating func append(_ layers: [Layer], to input: Value, scope: String) -> Value {
    var value = input
    for (place, layer) in layers.enumerated() {
      value = append(layer, to: value, scope: scope.isEmpty ? "\(place + 1)" : "\(scope)/\(place + 1)")
    }
    return value
  }

  private mutating func append(_ layer: Layer, to input: Value, scope: String) -> Value {
    switch layer {
    case .dense(_, let hasBias): return dense(flattened(input, scope: scope), hasBias, scope)
    case .convolution(_, let height, let width, let stride, let padding, let hasBias):
      let (weight, name) = parameters.next()
      var inputs = [spatial(input, scope: scope).name, constant(weight.outputsFirst, name)]
      if hasBias { inputs.append(nextParameter()) }
      // An odd row or column of zeros goes below or to the right.
      let pad = padding == .same ? "SAME_UPPER" : "VALID"
      add(
        "Conv",
        inputs,
        scope,
        [
          ("auto_pad", .text(pad)), ("kernel_shape", .integers([height, width])),
          ("strides", .integers([stride, stride])),
        ]
      )
      return Value(name: scope, form: .picture)
    case .batchNorm(let epsilon, _):
      let (beta, name) = parameters.next()
      let ones = Tensor([Float](repeating: 1, count: beta.count), shape: beta.shape)
      let scale = constant(ones, "ones/\(beta.count)")
      let inputs = [input.name, scale, constant(beta, name), nextStatistic(), nextStatistic()]
      add("BatchNormalization", inputs, scope, [("epsilon", .real(Float(epsilon)))])
      return Value(name: scope, form: input.form)
    case .relu:
      add("Relu", [input.name], scope)
      return Value(name: scope, form: input.form)
    case .maxPool(let size, let stride):
      let sides = ONNXAttribute.integers([size, size])
      let pooled = spatial(input, scope: scope).name
      add("MaxPool", [pooled], scope, [("kernel_shape", sides), ("strides", .integers([stride, stride]))])
      return Value(name: scope, form: .picture)
    case .globalAveragePool:
      add("GlobalAveragePool", [spatial(input, scope: scope).name], scope)
      return Value(name: scope, form: .point)
    case .dropout: return input
    case .residual(let scale, let layers): return residual(scale, layers, input, scope)
    case .parallel(let branches):
      let values = branches.enumerated().map { append($1, to: input, scope: "\(scope)/branch\($0)") }
      let alike = matched(values, scope: scope)
      add("Concat", alike.map(\.name), scope, [("axis", .integer(1))])
      return Value(name: scope, form: alike[0].form)
    case .named(let name, let layers): return append(layers, to: input, scope: "\(scope)/\(name)")
    }
  }

  private mutating func dense(_ input: Value, _ hasBias: Bool, _ scope: String) -> Value {
    var inputs = [input.name, nextParameter()]
    if hasBias { inputs.append(nextParameter()) }
    add("Gemm", inputs, scope)
    return Value(name: scope, form: .vector)
  }

  private mutating func residual(_ scale: Double, _ layers: [Layer], _ input: Value, _ scope: String) -> Value
  {
    var branch = append(layers, to: input, scope: scope)
    if scale != 1 {
      let factor = constant(Tensor([Float(scale)], shape: [1]), "scale/\(Float(scale))")
      add("Mul", [branch.name, factor], scope + "/scaled")
      branch.name = scope + "/scaled"
    }
    let alike = matched([input, branch], scope: scope)
    add("Add", alike.map(\.name), scope)
    return Value(name: scope, form: alike[0].form)
  }

  // MARK: Forms

  /// The value as `[batch, feature]`, in the order height, width, channel of the network.
  private mutating func flattened(_ value: Value, scope: String) -> Value {
    var name = value.name
    switch value.form {
    case .vector: return value
    case .point: break
    case .picture:
      add("Transpose", [name], scope + "/channels last", [("perm", .integers([0, 2, 3, 1]))])
      name = scope + "/channels last"
    }
    add("Flatten", [name], scope + "/flat", [("axis", .integer(1))])
    return Value(name: scope + "/flat", form: .vector)
  }

  /// The value as `[batch, channel, height, width]`.
  private mutating func spatial(_ value: Value, scope: String) -> Value {
    guard value.form == .vector else { return value }
    add("Reshape", [value.name, constant(shape: [0, -1, 1, 1], "shape/point")], scope + "/spatial")
    return Value(name: scope + "/spatial", form: .point)
  }

  /// Values in one form.
  private mutating func matched(_ values: [Value], scope: String) -> [Value] {
    if values.allSatisfy({ $0.form == values[0].form }) { return values }
    let isPicture = values.contains { $0.form == .picture }
    return values.enumerated().map { place, value in
      Value(name: spatial(value, scope: "\(scope)/\(place)").name, form: isPicture ? .picture : .point)
    }
  }

  // MARK: Nodes and constants

  private mutating func add(
    _ operation: String,
    _ inputs: [String],
    _ output: String,
    _ attributes: [(name: String, value: ONNXAttribute)] = []
  ) {
    nodes.append(ONNXNode(operation: operation, inputs: inputs, output: output, attributes: attributes))
  }

  private mutating func nextParameter() -> String {
    let (tensor, name) = parameters.next()
    return constant(tensor, name)
  }

  private mutating func nextStatistic() -> String {
    let (tensor, name) = statistics.next()
    return constant(tensor, name)
  }

  private mutating func constant(_ tensor: Tensor<Float>, _ name: String) -> String {
    if constantNames.insert(name).inserted { constants.append(ONNXConstant(tensor, name: name)) }
    return name
  }

  private mutating func constant(shape: [Int], _ name: String) -> String {
    if constantNames.insert(name).inserted { constants.append(ONNXConstant(shape, name: name)) }
    return name
  }
}

/// The tensors of a set of parameters, in the order of the layers.
private struct TensorQueue {
  private let parameters: Parameters<Float>
  private var place = 0

  init(_ parameters: Parameters<Float>) { self.parameters = parameters }

  mutating func next() -> (tensor: Tensor<Float>, name: String) {
    defer { place += 1 }
    return (parameters.value(at: place), parameters.entries[place].name)
  }
}

extension Tensor<Float> {
  /// A kernel `[height, width, input, output]` as `[output, input, height, width]`.
  fileprivate var outputsFirst: Tensor {
    let (height, width, inputs, outputs) = (shape[0], shape[1], shape[2], shape[3])
    var result = Tensor(zeros: [outputs, inputs, height, width])
    withUnsafePointer { source in
      result.withUnsafeMutablePointer { target in
        for place in 0..<height * width {
          for input in 0..<inputs {
            for output in 0..<outputs {
              target[(output * inputs + input) * height * width + place] =
                source[(place * inputs + input) * outputs + output]
            }
          }
        }
      }
    }
    return result
  }
}

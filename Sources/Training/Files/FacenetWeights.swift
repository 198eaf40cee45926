internal import Losses
internal import Networks
internal import Tensors

/// The weights of facenet-pytorch's `InceptionResnetV1`, taken from a safetensors file of that class's `state_dict`.
///
/// ```python
/// safetensors.torch.save_file(InceptionResnetV1(pretrained="vggface2").state_dict(), "facenet.safetensors")
/// ```
/// Embeddings of the model equal PyTorch's to about 1e-6 once both have unit length; PyTorch's class gives them unit length
/// itself.
public struct FacenetWeights: Sendable {
  /// The model; its recipe says where the weights came from and cannot be trained anew.
  public let model: Model
  /// How many tensors of the file were used.
  public let usedCount: Int
  /// How many batch norms had a learned scale other than 1, which went into the weights before them.
  public let foldedCount: Int
  /// Names in the file that were not used.
  public let ignoredNames: [String]

  /// The number of classes of the classifier; `nil` where the file has none.
  public var classCount: Int? { model.classifier?.classCount }

  /// Takes the tensors of a file.
  ///
  /// - Parameters:
  ///   - name: what the model is called.
  ///   - size: height and width of the images that it takes, 75 or more; facenet-pytorch's models were trained at 160.
  /// - Throws: `TensorFileError` that names the tensors that are missing or of another shape.
  public init(_ tensors: SafeTensors, file: String, name: String, size: Int = 160) throws {
    let prefix = Self.prefix(of: tensors)
    guard let last = tensors[prefix + "last_linear.weight"], last.shape.count == 2 else {
      throw TensorFileError(
        file: file,
        problem: "holds no 'last_linear.weight': these are not facenet-pytorch's names"
      )
    }
    let recipe = Recipe(
      name,
      network: .inceptionResNetV1(embedding: last.rowCount),
      input: [size, size, 3],
      objective: Objective(.softmax),
      schedule: .constant(0.05),
      steps: 0,
      sampling: .shuffled(batch: 90),
      seed: 0
    )
    let network = try Network<Float>(recipe.network, input: recipe.input, seed: 0)
    var reader = FacenetReader(
      tensors: tensors,
      prefix: prefix,
      parameters: network.parameters,
      statistics: network.statistics
    )
    for unit in FacenetNames.units { reader.take(unit) }
    guard reader.problems.isEmpty else {
      let more = reader.problems.count > 5 ? ", and \(reader.problems.count - 5) more" : ""
      throw TensorFileError(file: file, problem: reader.problems.prefix(5).joined(separator: "; ") + more)
    }
    var classifier: Classifier<Float>?
    let (weight, bias) = (prefix + "logits.weight", prefix + "logits.bias")
    if let weights = tensors[weight], weights.shape.count == 2, weights.rowLength == last.rowCount,
      let biases = tensors[bias], biases.shape == [weights.rowCount]
    {
      classifier = Classifier(weights: weights, bias: biases)
      reader.used.formUnion([weight, bias])
    }
    model = Model(
      recipe: recipe,
      log: TrainingLog(steps: 0),
      parameters: reader.parameters,
      statistics: reader.statistics,
      classifier: classifier,
      centres: nil
    )
    usedCount = reader.used.count
    foldedCount = reader.foldedCount
    ignoredNames = tensors.names.filter { !reader.used.contains($0) && !FacenetNames.isCounter($0) }
  }

  /// The prefix that wrappers put before every name: `module.` (DataParallel), `backbone.`, …
  private static func prefix(of tensors: SafeTensors) -> String {
    let end = "conv2d_1a.conv.weight"
    return tensors.names.first { $0.hasSuffix(end) }.map { String($0.dropLast(end.count)) } ?? ""
  }
}

extension Model {
  /// The model's tensors under facenet-pytorch's names, for `InceptionResnetV1(classify=…).load_state_dict`.
  ///
  /// - Throws: `TensorFileError` where the network is not Inception-ResNet-v1.
  public func facenetTensors() throws -> SafeTensors {
    let width = parameters.entries.last?.shape.last ?? 0
    let expected = try Network<Float>(.inceptionResNetV1(embedding: width), input: [160, 160, 3], seed: 0)
    guard expected.parameters.entries.map(\.shape) == parameters.entries.map(\.shape),
      expected.statistics.entries.map(\.shape) == statistics.entries.map(\.shape)
    else {
      throw TensorFileError(
        file: recipe.name,
        problem: "its network is not Inception-ResNet-v1, for which alone facenet-pytorch has names"
      )
    }
    var tensors = SafeTensors(metadata: ["format": "pt"])
    var (parameter, statistic) = (0, 0)
    func nextParameter() -> Tensor<Float> {
      defer { parameter += 1 }
      return parameters.value(at: parameter)
    }
    func nextStatistic() -> Tensor<Float> {
      defer { statistic += 1 }
      return statistics.value(at: statistic)
    }
    for unit in FacenetNames.units {
      tensors[unit.weight] = nextParameter().withOutputsFirst
      if let bias = unit.bias { tensors[bias] = nextParameter() }
      guard let norm = unit.norm else { continue }
      let parts = FacenetNames.Unit.normParts
      let shift = nextParameter()
      tensors[norm + parts.scale] = Tensor([Float](repeating: 1, count: shift.count), shape: shift.shape)
      tensors[norm + parts.shift] = shift
      tensors[norm + parts.mean] = nextStatistic()
      tensors[norm + parts.variance] = nextStatistic()
    }
    tensors["logits.weight"] = classifier?.weights
    tensors["logits.bias"] = classifier?.bias
    return tensors
  }
}

/// Fills a network's tensors in the order of its layers.
private struct FacenetReader {
  let tensors: SafeTensors
  let prefix: String
  var parameters: Parameters<Float>
  var statistics: Parameters<Float>
  var used: Set<String> = []
  var foldedCount = 0
  var problems: [String] = []
  private var parameter = 0
  private var statistic = 0

  init(tensors: SafeTensors, prefix: String, parameters: Parameters<Float>, statistics: Parameters<Float>) {
    self.tensors = tensors
    self.prefix = prefix
    self.parameters = parameters
    self.statistics = statistics
  }

  mutating func take(_ unit: FacenetNames.Unit) {
    let scale = unit.norm.flatMap { take($0 + FacenetNames.Unit.normParts.scale, shape: nil) }
    let shape = parameters.entries[parameter].shape
    // `[height, width, input, output]` or `[input, output]`: the axes of the other order.
    let given = shape.count == 4 ? [shape[3], shape[2], shape[0], shape[1]] : [shape[1], shape[0]]
    if let scale, scale.shape != [given[0]] {
      problems.append(
        "'\(unit.norm ?? "")\(FacenetNames.Unit.normParts.scale)' is \(scale.shape), not [\(given[0])]"
      )
    }
    if var weight = take(unit.weight, shape: given) {
      if let scale, scale.count == given[0] { weight = weight.scaledRows(by: scale) }
      parameters.setValue(weight.withOutputsLast(shape), at: parameter)
    }
    parameter += 1
    if let bias = unit.bias { fillParameter(bias) }
    guard let norm = unit.norm else { return }
    let parts = FacenetNames.Unit.normParts
    fillParameter(norm + parts.shift)
    let count = statistics.entries[statistic].shape
    if var mean = take(norm + parts.mean, shape: count) {
      if let scale, scale.count == mean.count { mean = mean.scaledRows(by: scale) }
      statistics.setValue(mean, at: statistic)
    }
    if let variance = take(norm + parts.variance, shape: count) {
      statistics.setValue(variance, at: statistic + 1)
    }
    statistic += 2
    if scale?.elements.contains(where: { $0 != 1 }) == true { foldedCount += 1 }
  }

  private mutating func fillParameter(_ name: String) {
    if let tensor = take(name, shape: parameters.entries[parameter].shape) {
      parameters.setValue(tensor, at: parameter)
    }
    parameter += 1
  }

  private mutating func take(_ name: String, shape: [Int]?) -> Tensor<Float>? {
    guard let tensor = tensors[prefix + name] else {
      problems.append("'\(name)' is missing")
      return nil
    }
    used.insert(prefix + name)
    guard let shape, tensor.shape != shape else { return tensor }
    problems.append("'\(name)' is \(tensor.shape), not \(shape)")
    return nil
  }
}

extension Tensor<Float> {
  /// Returns the elements with each step along axis 0 multiplied by a number of its own.
  fileprivate func scaledRows(by scale: Tensor<Float>) -> Tensor<Float> {
    var result = self
    let length = count / Swift.max(1, rowCount)
    let factors = scale.elements
    result.withUnsafeMutablePointer { elements in
      for row in 0..<rowCount {
        for index in 0..<length { elements[row * length + index] *= factors[row] }
      }
    }
    return result
  }

  /// Returns `[output, input, height, width]` as `[height, width, input, output]`, or `[output, input]` transposed.
  fileprivate func withOutputsLast(_ target: [Int]) -> Tensor<Float> {
    let (outputs, inputs) = (shape[0], shape[1])
    let places = count / Swift.max(1, outputs * inputs)
    var result = Tensor(uninitialized: target)
    withUnsafePointer { source in
      result.withUnsafeMutablePointer { elements in
        for output in 0..<outputs {
          for input in 0..<inputs {
            for place in 0..<places {
              elements[(place * inputs + input) * outputs + output] =
                source[(output * inputs + input) * places + place]
            }
          }
        }
      }
    }
    return result
  }

  /// Returns `[height, width, input, output]` as `[output, input, height, width]`, or `[input, output]` transposed.
  fileprivate var withOutputsFirst: Tensor<Float> {
    let places = shape.count == 4 ? shape[0] * shape[1] : 1
    let (inputs, outputs) = (shape[shape.count - 2], shape[shape.count - 1])
    var result = Tensor(
      uninitialized: shape.count == 4 ? [outputs, inputs, shape[0], shape[1]] : [outputs, inputs]
    )
    withUnsafePointer { source in
      result.withUnsafeMutablePointer { target in
        for output in 0..<outputs {
          for input in 0..<inputs {
            for place in 0..<places {
              target[(output * inputs + input) * places + place] =
                source[(place * inputs + input) * outputs + output]
            }
          }
        }
      }
    }
    return result
  }
}

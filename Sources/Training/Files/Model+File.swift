internal import Foundation
internal import Losses
internal import Networks
internal import Tensors

extension Model {
  /// Reads a model that `write` wrote.
  ///
  /// - Throws: `TensorFileError` where the file is damaged, or holds something else.
  public init(contentsOf path: String) throws {
    let archive = try TensorArchive(.model, contentsOf: path)
    try self.init(archive, recipe: try archive.value(Recipe.self, of: "recipe"))
  }

  /// The name of the recipe of a model's file, from its header alone; `nil` for another file.
  package static func recipeName(inFile path: String) -> String? {
    guard let metadata = SafeTensors.metadata(ofFile: path),
      metadata["format"] == TensorArchive.Form.model.rawValue
    else { return nil }
    struct Named: Decodable { var name: String }
    return try? JSONDecoder().decode(Named.self, from: Data((metadata["recipe"] ?? "").utf8)).name
  }

  /// Creates the model of a recipe from tensors of another origin, for example from Python.
  ///
  /// The names are those of a written model: `network/…` and `statistics/…` followed by the names in the network,
  /// `classifier/weight`, `classifier/bias`, `centres`.
  ///
  /// - Throws: `TensorFileError` where a tensor of the recipe's network is missing, too many, or of another shape.
  public init(_ recipe: Recipe, tensors: SafeTensors, file: String = "tensors") throws {
    var archive = TensorArchive(.model)
    archive.tensors = tensors
    archive.file = file
    try self.init(archive, recipe: recipe)
  }

  init(_ archive: TensorArchive, recipe: Recipe) throws {
    let network = try Network<Float>(recipe.network, input: recipe.input, seed: 0)
    try archive.fill(&network.parameters, under: "network")
    try archive.fill(&network.statistics, under: "statistics")
    let width = network.outputShape.reduce(1, *)
    self.recipe = recipe
    parameters = network.parameters
    statistics = network.statistics
    classifier = try Self.classifier(in: archive, featureCount: width)
    centres = try Self.centres(in: archive, featureCount: width)
    let hasLog = archive.tensors.metadata["log"] != nil
    log = hasLog ? try archive.value(TrainingLog.self, of: "log") : TrainingLog(steps: recipe.steps)
  }

  static func classifier(in archive: TensorArchive, featureCount: Int) throws(TensorFileError) -> Classifier<
    Float
  >? {
    guard let weights = archive.tensors["classifier/weight"] else { return nil }
    guard weights.shape.count == 2, weights.rowLength == featureCount else {
      throw archive.error("tensor 'classifier/weight' is \(weights.shape), not [class, \(featureCount)]")
    }
    return Classifier(weights: weights, bias: try archive.tensor("classifier/bias", of: [weights.rowCount]))
  }

  static func centres(in archive: TensorArchive, featureCount: Int) throws(TensorFileError) -> Centres<Float>?
  {
    guard let values = archive.tensors["centres"] else { return nil }
    guard values.shape.count == 2, values.rowLength == featureCount else {
      throw archive.error("tensor 'centres' is \(values.shape), not [class, \(featureCount)]")
    }
    return Centres(values)
  }

  /// Writes the model as a safetensors file, which atomically replaces an older one.
  ///
  /// - Throws: `TensorFileError` where it cannot be written.
  public func write(to path: String) throws { try archive().write(to: path) }

  func archive() throws -> TensorArchive {
    var archive = TensorArchive(.model)
    try archive.set(self)
    return archive
  }
}

extension TensorArchive {
  /// Adds a model: its tensors, its recipe and its log.
  mutating func set(_ model: Model) throws {
    set(model.parameters, under: "network")
    set(model.statistics, under: "statistics")
    tensors["classifier/weight"] = model.classifier?.weights
    tensors["classifier/bias"] = model.classifier?.bias
    tensors["centres"] = model.centres?.values
    try set(model.recipe, as: "recipe")
    try set(model.log, as: "log")
  }
}

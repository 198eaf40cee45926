internal import ArgumentParser
internal import Chapters
internal import Engine
internal import Faces
internal import Foundation
internal import ONNX
internal import Tensors
internal import Training

/// Imports weights from PyTorch and exports them.
struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Import weights from PyTorch, export them, or list the models of a store.",
    subcommands: [WeightsImport.self, WeightsExport.self, WeightsList.self]
  )
}

struct WeightsImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a model of facenet-pytorch's weights of Inception-ResNet-v1.",
    discussion: """
      The file is the state_dict of facenet-pytorch's InceptionResnetV1, written by safetensors.torch.save_file. \
      Convolutions are transposed, and the scale of each batch norm goes into the weights before it. Embeddings \
      equal PyTorch's to about 1e-6.
      """
  )

  @Argument(help: "A safetensors file.")
  var file: String

  @Option(help: "The model's file to write; it must not exist.")
  var output: String

  @Option(help: "Height and width of the images that the model takes, in pixels.")
  var size = 160

  func validate() throws {
    if !(75...1024).contains(size) { throw ValidationError("--size must be within 75 and 1024.") }
  }

  func run() throws {
    try refuseExisting(output)
    try refuseOtherKinds(file, expected: "a safetensors file: safetensors.torch.save_file(state_dict, FILE)")
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let tensors = try SafeTensors(contentsOf: file)
    let weights = try FacenetWeights(tensors, file: file, name: name, size: size)
    try Self.check(tensors, except: Set(weights.ignoredNames), file: file)
    try writing { try weights.model.write(to: output) }
    print(
      "\(weights.usedCount) tensors used; the scale of \(weights.foldedCount) batch norms was multiplied into the weights"
    )
    if let classes = weights.classCount { print("with the classifier of \(classes) classes") }
    for name in weights.ignoredNames { print("not used: \(name)") }
    print("wrote \(output)")
  }

  /// Throws an error if a tensor that was taken has a NaN or an infinity, or a variance below 0, of which embeddings become NaN.
  private static func check(_ tensors: SafeTensors, except ignored: Set<String>, file: String) throws {
    for name in tensors.names where !ignored.contains(name) {
      guard let elements = tensors[name]?.elements else { continue }
      let isVariance = name.hasSuffix(".running_var")
      guard let place = elements.firstIndex(where: { !$0.isFinite || isVariance && $0 < 0 }) else { continue }
      let found = "\(elements[place]) at place \(place) (counted from 0) of the tensor '\(name)'"
      let expected = "finite numbers" + (isVariance ? " of 0 or more" : "") + ": export the weights again"
      throw DataError(.format(found: found, expected: expected), file: file)
    }
  }
}

struct WeightsExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model for PyTorch or for ONNX runtimes.",
    discussion: """
      A file.safetensors holds a model of Inception-ResNet-v1 under facenet-pytorch's names: \
      InceptionResnetV1().load_state_dict(safetensors.torch.load_file(FILE)). A file.onnx (opset 13) holds any model: its \
      input 'pictures' is [batch, channel, height, width] of RGB as (x - 127.5) / 128, its output 'features' is not \
      normalised.
      """
  )

  @OptionGroup var choice: ModelChoice

  @Option(help: "The file to write, .safetensors or .onnx; it must not exist.")
  var output: String

  func validate() throws {
    guard output.hasSuffix(".safetensors") || output.hasSuffix(".onnx") else {
      throw ValidationError("--output must end in .safetensors or .onnx.")
    }
  }

  func run() throws {
    try refuseExisting(output)
    let model = try choice.read().model
    if output.hasSuffix(".onnx") {
      let file = ONNXFile(try model.makeNetwork(), name: model.recipe.name)
      try AtomicFile.write(file.data, to: output)
      print("\(file.nodeCount) operations in \(output)")
      return
    }
    let tensors = try model.facenetTensors()
    try writing { try tensors.write(to: output) }
    print("\(tensors.names.count) tensors in \(output)")
  }
}

struct WeightsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show the models that chapters have trained."
  )

  @Option(help: "The folder of models.")
  var store = StoredModel.folder

  func run() throws {
    guard let models = StoredModel.all(in: store) else {
      throw ValidationError(
        "There is no folder '\(store)' that can be read: name the folder of models, 'checkpoints' in the store of a book, with "
          + "--store."
      )
    }
    for model in models { print("\(model.name.prefix(12))  \(model.recipe)") }
    print("\(counted(models.count, "model")) in \(store)")
  }
}

/// Runs a step that writes a file by the laboratory, whose errors say why it cannot be written.
func writing<Value>(_ step: () throws -> Value) throws -> Value {
  do { return try step() } catch {
    Console.complain("\(error)")
    throw ExitCode(ExitStatus.engine)
  }
}

/// Throws an error if a file exists already, or the folder that it would be in does not: before any long work.
func refuseExisting(_ path: String) throws {
  try requireFolders(of: [path])
  if FileManager.default.fileExists(atPath: path) {
    throw ValidationError("'\(path)' exists. Name a file that does not, so that nothing is lost.")
  }
}

/// Throws an error if the folder of a file that will be written does not exist, or if the file must not be replaced.
func requireFolders(of paths: [String?]) throws {
  for path in paths.compactMap(\.self) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard !FileManager.default.fileExists(atPath: folder) else { continue }
    throw ValidationError("'\(path)' cannot be written: there is no folder '\(folder)'. Make it first.")
  }
  try OutputFile.check(paths)
}

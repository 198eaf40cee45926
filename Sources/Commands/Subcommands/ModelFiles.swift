internal import ArgumentParser
internal import Evaluation
internal import Faces
internal import Foundation
internal import Training

/// A model by its file, or by its recipe's name or the first digits of its digest in a store.
struct ModelChoice: ParsableArguments {
  @Option(
    help: "A model: its file, or the name of its recipe or the first digits of its file's name in the store."
  )
  var model: String

  @Option(help: "The folder of models that chapters trained.")
  var store = StoredModel.folder

  /// Reads the model.
  ///
  /// - Throws: `ValidationError` where no model, or more than one, is meant; `TensorFileError` for a damaged file.
  func read() throws -> (model: Model, path: String) {
    if FileManager.default.fileExists(atPath: model) {
      try refuseOtherKinds(
        model,
        expected: "a model: the file that 'weights import' wrote, or one of a store"
      )
      return (try Model(contentsOf: model), model)
    }
    let files = StoredModel.all(in: store) ?? []
    let found = files.filter { $0.name.hasPrefix(model) || $0.recipe == model }
    guard let file = found.first else {
      throw ValidationError(
        "There is no file '\(model)', and of the \(files.count) models in '\(store)' none has this name. 'marginalia"
          + " weights list' shows them."
      )
    }
    guard found.count == 1 else {
      let names = found.map { String($0.name.prefix(12)) }.joined(separator: ", ")
      throw ValidationError("'\(model)' may be \(names) in '\(store)'. Name one of them.")
    }
    return (try Model(contentsOf: file.path), file.path)
  }
}

/// A model in a store, by its file's header.
struct StoredModel {
  /// The folder of models in the store of a book in the working folder.
  static let folder = ".marginalia/checkpoints"

  var path: String
  /// The file's name without its ending: a digest.
  var name: String
  /// The name of the recipe.
  var recipe: String

  /// The models of a folder, by the names of their recipes; `nil` where no folder can be read.
  static func all(in folder: String) -> [StoredModel]? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
    return names.filter { $0.hasSuffix(".safetensors") }.compactMap { name in
      let path = "\(folder)/\(name)"
      guard let recipe = Model.recipeName(inFile: path) else { return nil }
      return StoredModel(path: path, name: String(name.dropLast(12)), recipe: recipe)
    }.sorted { ($0.recipe, $0.name) < ($1.recipe, $1.name) }
  }
}

/// Throws an error that says what a file is, if it is no safetensors file.
func refuseOtherKinds(_ path: String, expected: String) throws {
  guard let kind = FileKind(ofFileAt: path), kind != .safetensors else { return }
  throw DataError(.format(found: kind.name, expected: expected), file: path)
}

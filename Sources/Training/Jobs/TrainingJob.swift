public import Digests
internal import Faces
internal import Files
internal import Foundation
package import Networks
internal import Tensors

/// A model to be trained by any process on any machine that shares the store's folder: a recipe, and the digest of a set whose
/// description lies in the folder.
///
/// ```swift
/// let model = try job.run(in: folder)    // what `ModelStore.model(of:on:)` gives, bit for bit
/// ```
/// A job file has one job a line, in JSON; set descriptions are `sets/<digest>.json` in the folder.
public struct TrainingJob: Codable, Hashable, Sendable {
  /// The key of the model in its store: see ``ModelStore/key(of:on:)``.
  public let key: Digest
  /// The recipe's name and seed, for people.
  public let title: String
  /// The key of the model that the recipe starts from, where it is also still to be trained.
  public let start: Digest?
  /// The recipe.
  public let recipe: Recipe
  /// The digest of the training set.
  public let set: Digest
  /// The digest of the code that training depends on.
  public let build: String
  /// The OpenBLAS kernel.
  public let kernel: String

  init(_ recipe: Recipe, key: Digest, start: Digest?, set: Digest, build: String) {
    self.key = key
    title = "\(recipe.name), seed \(recipe.seed)"
    self.start = start
    self.recipe = recipe
    self.set = set
    self.build = build
    kernel = openBLASKernel
  }

  /// Reads a job file, or one of its lines.
  ///
  /// - Parameter element: the number of the line, from 0; nil reads all.
  /// - Throws: `TrainingError.job` for a line that is missing or no job, or the error of reading the file.
  public static func read(_ path: String, element: Int? = nil) throws -> [TrainingJob] {
    let lines = try Data(contentsOf: URL(fileURLWithPath: path)).lines
    if let element, !lines.indices.contains(element) {
      throw TrainingError.job(
        "\(element) of '\(path)'",
        problem: "the file has the jobs 0 to \(lines.count - 1)"
      )
    }
    return try (element.map { [$0] } ?? Array(lines.indices)).map { index in
      do { return try JobCoding.decoder.decode(TrainingJob.self, from: lines[index]) } catch {
        throw TrainingError.job("'\(path):\(index + 1)'", problem: "the line is not a job: \(error)")
      }
    }
  }

  /// Returns the model: reads it if the folder has it, else trains it, and first the model that it starts from.
  ///
  /// - Parameters:
  ///   - folder: the store's folder, where the model is written under its key, by rename.
  ///   - roots: the folders that pictures of the set may lie in.
  /// - Throws: `TrainingError`; `DataError` where the set cannot be made; `TensorFileError` where a file cannot be written.
  public func run(
    in folder: String,
    filesUnder roots: [String] = [],
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Model {
    let (store, faces) = try open(folder, filesUnder: roots)
    return try store.model(of: recipe, on: faces, progress: progress)
  }

  /// Returns the model as `run(in:filesUnder:progress:)` does, trained by several ranks together; all of them call it.
  ///
  /// Rank 0 writes the model. All ranks read the description of the set, and its pictures where it has any.
  ///
  /// - Parameter program: the build of the program, which must be the same on all ranks.
  /// - Throws: also `TrainingError.ranks`.
  package func run(
    in folder: String,
    filesUnder roots: [String] = [],
    by ranks: any Communicator,
    program: String,
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Model {
    do {
      let (store, faces) = try open(folder, filesUnder: roots)
      return try store.model(of: recipe, on: faces, by: ranks, program: program, progress: progress)
    } catch {
      ranks.fail("rank \(ranks.rank) on \(ranks.host) ended: \(error)")
      throw error
    }
  }

  /// The store in a folder, and the set.
  private func open(_ folder: String, filesUnder roots: [String]) throws -> (ModelStore, FaceSet) {
    guard kernel == openBLASKernel else {
      throw TrainingError.job(
        title,
        problem:
          "it needs the OpenBLAS kernel \(kernel), and this process has \(openBLASKernel): start it with"
          + " OPENBLAS_CORETYPE=\(kernel) on a processor that has its instructions"
      )
    }
    let file = Self.setFile(set, in: folder)
    let description: FaceSetDescription
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: file))
      description = try JobCoding.decoder.decode(FaceSetDescription.self, from: data)
    } catch { throw TrainingError.job(title, problem: "'\(file)' does not describe its set: \(error)") }
    let faces = try description.makeSet(filesUnder: roots, digest: set, file: file)
    let store = ModelStore(folder: folder, build: build)
    guard store.key(of: recipe, on: faces) == key else {
      throw TrainingError.job(title, problem: "its key is not that of its recipe and set: plan it again")
    }
    return (store, faces)
  }

  /// The file that describes a set.
  static func setFile(_ set: Digest, in folder: String) -> String { "\(folder)/sets/\(set).json" }
}

/// The JSON of recipes and jobs: sorted keys, and infinite numbers and NaN as words.
enum JobCoding {
  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    return encoder
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    return decoder
  }
}

public import Digests
internal import Faces
internal import Files
internal import Foundation
internal import Tensors

/// Something to be made for a store by any process on any machine that shares the store's folder: a model, embeddings by a model,
/// or the counts of an identification.
///
/// ```swift
/// let model = try job.run(in: folder)    // what `ModelStore.model(of:on:)` gives, bit for bit
/// ```
/// A job file has one job a line, in JSON; set descriptions are `sets/<digest>.json` in the folder.
public struct TrainingJob: Codable, Hashable, Sendable {
  /// What a job makes.
  public enum Work: Codable, Hashable, Sendable {
    /// The model of a recipe and the set of a digest.
    case training(recipe: Recipe, set: Digest)
    /// The embeddings of samples, the set of another digest, by that model.
    case embedding(recipe: Recipe, set: Digest, samples: Digest, withMirror: Bool)
    /// The counts of a search among stored embeddings.
    case identification(search: GallerySearch)
  }

  /// The key of what is made in its store, such as ``ModelStore/key(of:on:)``.
  public let key: Digest
  /// What is made, for people: the recipe's name and seed.
  public let title: String
  /// The file that is made, in the store's folder.
  public let file: String
  /// The keys of what this job reads and other jobs are still to make.
  public let needs: [Digest]
  /// What is made.
  public let work: Work
  /// The digest of the code that training depends on.
  public let build: String
  /// The OpenBLAS kernel.
  public let kernel: String

  init(_ work: Work, title: String, key: Digest, file: String, needs: [Digest], build: String) {
    self.key = key
    self.title = title
    self.file = file
    self.needs = needs
    self.work = work
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

  /// Refuses a process with another OpenBLAS kernel.
  package func checkKernel() throws {
    guard kernel == openBLASKernel else {
      throw TrainingError.job(
        title,
        problem:
          "it needs the OpenBLAS kernel \(kernel), and this process has \(openBLASKernel): start it with"
          + " OPENBLAS_CORETYPE=\(kernel) on a processor that has its instructions"
      )
    }
  }

  /// The set of a digest, as its description in a folder says.
  func set(_ digest: Digest, in folder: String, filesUnder roots: [String]) throws -> FaceSet {
    let file = Self.setFile(digest, in: folder)
    let description: FaceSetDescription
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: file))
      description = try JobCoding.decoder.decode(FaceSetDescription.self, from: data)
    } catch { throw TrainingError.job(title, problem: "'\(file)' does not describe its set: \(error)") }
    return try description.makeSet(filesUnder: roots, digest: digest, file: file)
  }

  /// The file that describes a set.
  static func setFile(_ set: Digest, in folder: String) -> String { "\(folder)/sets/\(set).json" }
}

/// A search of probes among distractors, as one job counts it; the benchmarks say by which rules.
public struct GallerySearch: Codable, Hashable, Sendable {
  /// The key of the probes' stored embeddings.
  package let probes: Digest
  /// The person of each probe.
  package let identities: [Int]
  /// The key of the distractors' stored embeddings.
  package let distractors: Digest
  /// How many of the distractors are in each gallery, ascending.
  package let sizes: [Int]
  /// The digest of the code that counts.
  package let laboratory: String

  package init(
    probes: Digest,
    identities: [Int],
    distractors: Digest,
    sizes: [Int],
    laboratory: String
  ) {
    self.probes = probes
    self.identities = identities
    self.distractors = distractors
    self.sizes = sizes
    self.laboratory = laboratory
  }

  /// The key of the counts, which covers all that they depend on.
  package var key: Digest {
    var hasher = Hasher256()
    let lists = [identities, sizes].map { $0.map(String.init).joined(separator: " ") }
    for field in ["identification 1", probes.hex, distractors.hex, openBLASKernel, laboratory] + lists {
      hasher.field(field)
    }
    return hasher.finish()
  }
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

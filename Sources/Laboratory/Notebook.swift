public import Findings
internal import Digests
public import Foundation
internal import Synchronization
internal import Tensors
public import Training

/// The run that a cell is part of: profile, seed, parameters, data roots, findings of other cells and trained models.
///
/// A chapter's process has no environment variables except those that the book declares. Everything that a cell reads
/// here is recorded as one of its inputs.
public struct Notebook: Sendable {
  /// The notebook of this process.
  public static let current = Notebook(environment: ProcessInfo.processInfo.environment)

  /// The profile's name, for example `smoke`, `small` or `large`.
  public let profile: String
  /// The book's seed for this profile, from which all random numbers follow.
  public let seed: UInt64
  /// The folder of the book.
  public let folder: String
  /// The folder of checkpoints and models, which stay between runs.
  public let store: String

  private let environment: [String: String]
  private let needed: [String: [Finding]]
  private let skipped: [String]
  private let roots: [String: String]
  let parameters: [String: ParameterValue]
  private let firstLines: [String: Int]
  private let state = CellState()
  /// Takes what other processes are to make; nil makes it in this one.
  private let plan: TrainingPlan?

  package init(environment: [String: String]) {
    self.environment = environment
    profile = environment["MARGINALIA_PROFILE"] ?? "small"
    seed = environment["MARGINALIA_SEED"].flatMap { UInt64($0) } ?? 1
    folder = environment["MARGINALIA_BOOK"] ?? FileManager.default.currentDirectoryPath
    store = environment["MARGINALIA_STORE"] ?? FileManager.default.temporaryDirectory.path
    needed = Self.decode(
      environment["MARGINALIA_FINDINGS"].flatMap { FileManager.default.contents(atPath: $0) }
    )
    skipped = environment["MARGINALIA_SKIPPED"]?.split(separator: ",").map(String.init) ?? []
    roots = Self.decode(environment["MARGINALIA_DATA"].map { Data($0.utf8) })
    parameters = Self.decode(environment["MARGINALIA_PARAMETERS"].map { Data($0.utf8) })
    firstLines = Self.decode(environment["MARGINALIA_FIRST_LINES"].map { Data($0.utf8) })
    plan = environment["MARGINALIA_PLAN"].map { file in
      TrainingPlan(file: file) { notRun("other processes make first what it needs") }
    }
  }

  /// Ends the program where the cell has asked for something that other processes are to make.
  func endPlan() { plan?.end() }

  private static func decode<Value: Decodable>(_ data: Data?) -> [String: Value] {
    guard let data else { return [:] }
    do { return try FindingsCoding.decode([String: Value].self, from: data) } catch {
      fatalError("the engine's own message to the chapter cannot be read: \(error)")
    }
  }

  /// Returns the value for this profile: `smoke` for a quick look, `small` for the default, `large` for more, `paper` for
  /// the setting of the reproduced paper.
  ///
  /// Without a value of its own, `paper` takes that of `large`, and `large` that of `small`. Any other profile takes
  /// `small`.
  public func scaled<Value>(smoke: Value, small: Value, large: Value? = nil, paper: Value? = nil) -> Value {
    switch profile {
    case "smoke": smoke
    case "large": large ?? small
    case "paper": paper ?? large ?? small
    default: small
    }
  }

  /// Returns the finding `cell.name` of a cell that this one `needs`.
  ///
  /// If that cell was skipped by ``notRun(_:)``, this one is skipped too; ask ``wasRun(_:)`` first to do without.
  ///
  /// - Throws: `NotebookError` if the cell is not among the `needs`, or has no such finding.
  public func finding(_ reference: String) throws -> Finding {
    let parts = reference.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw NotebookError.notAReference(reference) }
    guard try wasRun(parts[0]) else { notRun("it needs '\(parts[0])', which was not run") }
    let findings = needed[parts[0]] ?? []
    guard let finding = findings.first(where: { $0.name == parts[1] }) else {
      throw NotebookError.noFinding(reference, known: findings.map(\.name))
    }
    if finding.tolerance.standardErrors != nil { state.noteModel() }
    return finding
  }

  /// Returns whether a cell that this one `needs` was run; `false` if it was skipped by ``notRun(_:)``.
  ///
  /// - Throws: `NotebookError.notNeeded`.
  public func wasRun(_ cell: String) throws -> Bool {
    if skipped.contains(cell) {
      EventChannel.shared.send(.read(.init(kind: .finding, name: cell, digest: "not run")))
      return false
    }
    guard let findings = needed[cell] else {
      throw NotebookError.notNeeded(cell: cell, known: (needed.keys + skipped).sorted())
    }
    let digest = try Digest(of: FindingsCoding.encode(findings))
    EventChannel.shared.send(.read(.init(kind: .finding, name: cell, digest: digest.hex)))
    return true
  }

  /// Returns the measured value `cell.name` of a cell that this one `needs`.
  public func measurement(_ reference: String) throws -> Measured {
    guard case .measurement(let measurement) = try finding(reference).content else {
      throw NotebookError.notAMeasurement(reference)
    }
    return measurement
  }

  /// The store of trained models, which finds a model by its recipe and keeps new ones.
  public var models: ModelStore {
    ModelStore(
      folder: store,
      build: environment["MARGINALIA_TRAINING"] ?? "",
      laboratory: environment["MARGINALIA_LABORATORY"] ?? "",
      plan: plan
    ) { [state] use in
      switch use {
      case .model(let recipe, let data):
        state.noteModel()
        let name =
          "\(recipe.name) \(recipe.digest.short): \(recipe.steps) steps, seed \(recipe.seed), data \(data.short)"
        EventChannel.shared.send(.read(.init(kind: .recipe, name: name, digest: recipe.digest.hex)))
      case .samples(let data, let count):
        let name = "data \(data.short): \(count) samples"
        EventChannel.shared.send(.read(.init(kind: .data, name: name, digest: data.hex)))
      }
    }
  }

  /// Returns the folder of a data root given as `--data name=DIR`; `nil` if it was not given.
  public func dataRoot(_ name: String) -> String? { roots[name] }

  /// Reads a file of the book that the cell declares by `reads=`.
  public func data(contentsOf path: String) throws -> Data {
    let url = URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
    guard let data = FileManager.default.contents(atPath: url.path) else {
      throw NotebookError.unreadable(path, exists: FileManager.default.fileExists(atPath: url.path))
    }
    EventChannel.shared.send(.read(.init(kind: .file, name: path, digest: Digest(of: data).hex)))
    return data
  }

  /// Returns an environment variable that `book.yml` declares; `nil` if it is not set.
  public func variable(_ name: String) -> String? {
    let value = environment[name]
    EventChannel.shared.send(
      .read(.init(kind: .variable, name: name, digest: value.map { Digest(of: $0).hex }))
    )
    return value
  }

  package func begin(_ cell: String) { state.begin(cell) }

  func record(
    _ name: String,
    _ content: Finding.Content,
    _ caption: String,
    _ tolerance: Tolerance?,
    _ file: StaticString,
    _ line: UInt
  ) {
    guard Finding.isName(name) else {
      fatalError(
        "'\(name)' cannot name a finding: use lower-case letters, digits and single hyphens, a letter first",
        file: file,
        line: line
      )
    }
    let cell = state.add(name)
    guard let cell else {
      fatalError(
        "this cell already recorded '\(name)': give each finding its own name",
        file: file,
        line: line
      )
    }
    let lineInCell = max(1, Int(line) - (firstLines[cell] ?? Int(line)) + 1)
    EventChannel.shared.send(
      .found(
        .init(
          name: name,
          caption: caption,
          content: content,
          lineInCell: lineInCell,
          tolerance: tolerance ?? (state.usesModels ? .trained : .init())
        )
      )
    )
  }
}

/// The running cell, the names of its findings, and whether the chapter has used a trained model so far.
private final class CellState: Sendable {
  private struct Names: Sendable {
    var cell = ""
    var used: Set<String> = []
    var usesModels = false
  }

  private let names = Mutex(Names())

  package func begin(_ cell: String) {
    names.withLock { $0 = Names(cell: cell, usesModels: $0.usesModels) }
  }

  // Results of a model may be in variables that all cells below can read, so this is never reset.
  func noteModel() { names.withLock { $0.usesModels = true } }

  var usesModels: Bool { names.withLock { $0.usesModels } }

  /// Returns the running cell, or `nil` where the name was used in it.
  func add(_ name: String) -> String? {
    names.withLock { $0.used.insert(name).inserted ? $0.cell : nil }
  }
}

/// An error of a cell's request to the notebook.
public enum NotebookError: Error, Hashable, CustomStringConvertible {
  case notAReference(String)
  case notNeeded(cell: String, known: [String])
  case noFinding(String, known: [String])
  case notAMeasurement(String)
  case unreadable(String, exists: Bool)
  case noParameter(String, known: [String])
  case otherParameter(String, kind: String, wanted: String)

  public var description: String {
    switch self {
    case .notAReference(let text): "'\(text)' is not of the form cell.name"
    case .notNeeded(let cell, let known):
      "the findings of '\(cell)' are not available here: add needs=\(cell) to the cell"
        + (known.isEmpty ? "" : " (available: \(known.joined(separator: ", ")))")
    case .noFinding(let reference, let known):
      "there is no finding '\(reference)'"
        + (known.isEmpty ? "" : " (its cell has: \(known.joined(separator: ", ")))")
    case .noParameter(let name, let known):
      "the book declares no parameter '\(name)': add it to parameters: in book.yml"
        + (known.isEmpty ? "" : " (there are: \(known.joined(separator: ", ")))")
    case .otherParameter(let name, let kind, let wanted):
      "the parameter '\(name)' is declared as \(kind), and cannot be read as \(wanted)"
    case .notAMeasurement(let reference): "'\(reference)' is not a measurement"
    case .unreadable(let path, let exists):
      exists
        ? "'\(path)' may not be read: add reads=\(path) to the cell"
        : "'\(path)' is not there, or may not be read: check the path, and add reads=\(path) to the cell"
    }
  }
}

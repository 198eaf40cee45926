/// What is remembered of one run of one cell.
public struct CellRecord: Codable, Hashable, Sendable {
  /// The cell's id, unique in the book.
  public var cell: String
  /// The digest of all that the outcome depends on, as 64 hexadecimal digits.
  public var key: String
  public var outcome: Outcome
  public var findings: [Finding]
  /// What the cell wrote on standard output and error, capped.
  public var output: String
  /// Whether `output` was cut at its cap.
  public var outputWasCut: Bool
  /// Files and environment variables that the cell read, each with the digest of what it found.
  public var inputs: [Input]
  public var provenance: Provenance

  /// Creates a record.
  public init(
    cell: String,
    key: String,
    outcome: Outcome,
    findings: [Finding] = [],
    output: String = "",
    outputWasCut: Bool = false,
    inputs: [Input] = [],
    provenance: Provenance
  ) {
    self.cell = cell
    self.key = key
    self.outcome = outcome
    self.findings = findings
    self.output = output
    self.outputWasCut = outputWasCut
    self.inputs = inputs
    self.provenance = provenance
  }

  /// Returns the finding of a name.
  public func finding(named name: String) -> Finding? { findings.first { $0.name == name } }

  /// How a cell ended.
  public enum Outcome: Codable, Hashable, Sendable {
    case succeeded
    case failed(Failure)
    /// Never started: an earlier cell of its chapter failed, or what it needs has no findings.
    case notRun(reason: String)
  }

  /// Something read that the outcome depends on.
  public struct Input: Codable, Hashable, Sendable {
    public var kind: Kind
    /// A path relative to the book or a data root, a variable's name, the id of a cell whose findings were read, or what
    /// people call a model and the data it was trained on.
    public var name: String
    /// SHA-256 of the content, for a model of its recipe, for a set of samples of its manifest; `nil` where it did not
    /// exist.
    public var digest: String?

    /// Creates an input.
    public init(kind: Kind, name: String, digest: String?) {
      self.kind = kind
      self.name = name
      self.digest = digest
    }

    public enum Kind: String, Codable, Hashable, Sendable { case file, variable, finding, recipe, data }
  }
}

/// Why a cell failed and where.
public struct Failure: Codable, Hashable, Sendable {
  public var kind: Kind
  /// What happened, for people: a sentence, without the place.
  public var message: String
  /// The line of the cell's code, counted from 1; `nil` where it is not known.
  public var lineInCell: Int?
  /// Compiler text or backtrace, as it came.
  public var details: String

  /// Creates a failure.
  public init(kind: Kind, message: String, lineInCell: Int? = nil, details: String = "") {
    self.kind = kind
    self.message = message
    self.lineInCell = lineInCell
    self.details = details
  }

  public enum Kind: String, Codable, Hashable, Sendable {
    case compilation, trap, thrown, timeout, exit, output, memory, engine
  }
}

/// Under which conditions a record was made. Times live here and nowhere else.
public struct Provenance: Codable, Hashable, Sendable {
  /// When the cell ended, ISO 8601 in UTC.
  public var date: String
  /// How long it ran, in seconds.
  public var seconds: Double
  public var profile: String
  public var seed: UInt64
  /// Processor, OpenBLAS kernel and thread count.
  public var machine: String
  /// Compiler and digest of the laboratory.
  public var toolchain: String
  /// The commit of the book's repository, with `+` where files differed from it; empty outside one.
  public var commit: String
  /// Whether the kernel kept the cell from what the book does not declare; `nil` where that is not known.
  public var isConfined: Bool?

  /// Creates a provenance.
  public init(
    date: String,
    seconds: Double,
    profile: String,
    seed: UInt64,
    machine: String,
    toolchain: String,
    commit: String = "",
    isConfined: Bool? = nil
  ) {
    self.date = date
    self.seconds = seconds
    self.profile = profile
    self.seed = seed
    self.machine = machine
    self.toolchain = toolchain
    self.commit = commit
    self.isConfined = isConfined
  }
}

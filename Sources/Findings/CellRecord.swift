/// The result of one cell: its outcome, its findings and the conditions under which they were made.
///
/// The same value goes from the chapter's process to the store, the console, `findings.json` and the page.
package struct CellRecord: Codable, Hashable, Sendable {
  /// The cell's id, unique in the book.
  package var cell: String
  /// The digest of all that the outcome depends on, as 64 hexadecimal digits.
  package var key: String
  package var outcome: Outcome
  package var findings: [Finding]
  /// What the cell wrote on standard output and error, truncated at 64 KiB.
  package var output: String
  /// Whether `output` was truncated.
  package var outputWasCut: Bool
  /// Files and environment variables that the cell read, each with the digest of what it found.
  package var inputs: [Input]
  package var provenance: Provenance

  /// Creates a record.
  package init(
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
  package func finding(named name: String) -> Finding? { findings.first { $0.name == name } }

  /// Something read that the outcome depends on.
  package struct Input: Codable, Hashable, Sendable {
    package var kind: Kind
    /// A path relative to the book or a data root, the name of a variable or a parameter, the id of a cell whose findings
    /// were read, or the name of a model or of the data it was trained on.
    package var name: String
    /// SHA-256 of the content or value, of a model's recipe or of a data set's manifest; `nil` where the input did not exist.
    package var digest: String?

    /// Creates an input.
    package init(kind: Kind, name: String, digest: String?) {
      self.kind = kind
      self.name = name
      self.digest = digest
    }

    package enum Kind: String, Codable, Hashable, Sendable {
      case file, variable, parameter, finding, recipe, data
    }
  }
}

/// The conditions under which a record was made. It is the only part of a record that holds times.
package struct Provenance: Codable, Hashable, Sendable {
  /// When the cell ended, ISO 8601 in UTC.
  package var date: String
  /// How long it ran, in seconds.
  package var seconds: Double
  package var profile: String
  package var seed: UInt64
  /// Processor, OpenBLAS kernel and thread count.
  package var machine: String
  /// Compiler and digest of the laboratory.
  package var toolchain: String
  /// The commit of the book's repository, with `+` where files differed from it; empty outside one.
  package var commit: String
  /// Whether the cell ran in the sandbox; `nil` where that is not known.
  package var isConfined: Bool?

  /// Creates a provenance.
  package init(
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

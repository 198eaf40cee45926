package import Chapters
internal import Digests
package import Findings
internal import Foundation

/// The metadata of an archive as a Workflow Run RO-Crate: `ro-crate-metadata.json`.
///
/// Sources: RO-Crate 1.1; Workflow RO-Crate 1.0; Process and Workflow Run Crate 0.5. The book is the workflow, its chapters
/// are parts of it, and each cell that ran is an action of its own beside that of the whole run.
package struct ResearchCrate: Sendable {
  /// The path of the metadata in the archive.
  package static let path = "ro-crate-metadata.json"
  /// The folders of the archive that hold the book and its report.
  package static let folders = (book: "book", report: "report")

  let book: Book
  let chapters: [Chapter]
  let records: [String: CellRecord]
  /// The files of the archive, without the metadata and the manifest.
  let files: [ArchivedFile]
  /// What `SignedArchive` signs beside the files.
  let description: ArchiveDescription

  /// - Parameters:
  ///   - records: the record that the report shows for each cell.
  ///   - files: all files of the archive but the metadata and the manifest.
  package init(
    book: Book,
    chapters: [Chapter],
    records: [String: CellRecord],
    files: [ArchivedFile],
    description: ArchiveDescription
  ) {
    self.book = book
    self.chapters = chapters
    self.records = records
    self.files = files
    self.description = description
  }

  /// An entity of the graph.
  typealias Entity = [String: Any]

  /// The bytes of the metadata; the same values give the same bytes.
  package var bytes: [UInt8] {
    get throws {
      // A list of one is written as its item, except the graph itself.
      let crate: Entity = [
        "@context": "https://w3id.org/ro/crate/1.1/context", "@graph": entities.map { Self.single($0) },
      ]
      let options: JSONSerialization.WritingOptions = [
        .sortedKeys, .withoutEscapingSlashes, .prettyPrinted,
      ]
      return Array(try JSONSerialization.data(withJSONObject: crate, options: options)) + [10]
    }
  }

  private static func single(_ value: Any) -> Any {
    if let list = value as? [Any] { return list.count == 1 ? single(list[0]) : list.map(single) }
    return (value as? Entity)?.mapValues(single) ?? value
  }

  private var entities: [Entity] {
    [
      [
        "@id": Self.path, "@type": "CreativeWork", "about": reference("./"),
        "conformsTo": [
          reference("https://w3id.org/ro/crate/1.1"),
          reference("https://w3id.org/workflowhub/workflow-ro-crate/1.0"),
        ],
      ],
      root, workflow, program,
    ] + people + organizations + license + profiles + parameters + RunActions(crate: self).entities
      + fileEntities
  }

  /// The path of a file of the book in the archive.
  static func path(ofBookFile file: String) -> String { "\(folders.book)/\(file)" }

  static let workflowPath = path(ofBookFile: Book.file)
  static let findingsPath = "\(folders.report)/findings.json"
  static let programID = "#marginalia"

  private var root: Entity {
    var root: Entity = [
      "@id": "./", "@type": "Dataset", "name": book.title,
      "description": book.metadata.abstract.isEmpty
        ? "The book “\(book.title)” with its report, its findings and their provenance."
        : book.metadata.abstract,
      "datePublished": datePublished,
      "license": licenseValue,
      "mainEntity": reference(Self.workflowPath),
      "conformsTo": Self.profileEntities.map { reference($0.id) },
      "mentions": RunActions(crate: self).ids.map(reference),
      "hasPart": ([SignedArchive.manifest] + files.map(\.path)).map { reference(Self.id(of: $0)) },
    ]
    root["author"] = people.isEmpty ? nil : people.compactMap { $0["@id"] as? String }.map(reference)
    root["keywords"] = book.metadata.keywords.isEmpty ? nil : book.metadata.keywords.joined(separator: ", ")
    root["identifier"] = book.metadata.doi.isEmpty ? nil : "https://doi.org/\(book.metadata.doi)"
    root["url"] = book.metadata.url.isEmpty ? nil : book.metadata.url
    return root
  }

  /// The day that the book states, or that of the last cell.
  private var datePublished: String {
    if !book.metadata.date.isEmpty { return book.metadata.date }
    let last = records.values.map(\.provenance.date).max() ?? ""
    return last.isEmpty ? "1970-01-01" : String(last.prefix(10))
  }

  private var workflow: Entity {
    [
      "@id": Self.workflowPath,
      "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
      "name": book.title,
      "description": "The settings of the book, which name its chapters and what they use.",
      "encodingFormat": "application/yaml",
      "programmingLanguage": reference(Self.programID),
      "version": version(of: Self.workflowPath),
      "license": licenseValue,
      "conformsTo": reference("https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"),
      "input": inputs.map { reference($0.id) },
      "output": [reference("#output-findings")],
      "hasPart": chapters.filter { !$0.cells.isEmpty }.map {
        reference(Self.id(of: Self.path(ofBookFile: $0.file)))
      },
    ]
  }

  private var program: Entity {
    [
      "@id": Self.programID, "@type": ["ComputerLanguage", "SoftwareApplication"], "name": "Marginalia",
      "version": description.program.split(separator: " ").last.map(String.init) ?? "",
      "description": "A literate notebook engine: chapters in Markdown with cells of Swift.",
    ]
  }

  /// The beginning of a file's SHA-256: books have no version numbers.
  func version(of path: String) -> String {
    files.first { $0.path == path }.map { Digest(of: $0.bytes).short } ?? ""
  }

  private var people: [Entity] {
    book.authors.enumerated().map { index, author in
      var person: Entity = [
        "@id": author.orcid.isEmpty ? "#author-\(index + 1)" : "https://orcid.org/\(author.orcid)",
        "@type": author.isGroup ? "Organization" : "Person", "name": author.name,
      ]
      person["affiliation"] =
        author.affiliation.isEmpty ? nil : reference(Self.organization(author.affiliation))
      return person
    }
  }

  private var organizations: [Entity] {
    Set(book.authors.map(\.affiliation)).filter { !$0.isEmpty }.sorted().map {
      ["@id": Self.organization($0), "@type": "Organization", "name": $0]
    }
  }

  private static func organization(_ name: String) -> String { "#organization-" + id(of: name) }

  /// A reference to the licence that the book states.
  private var licenseValue: Any {
    licenseAddress.map(reference) ?? "The book states no licence."
  }

  private var licenseAddress: String? {
    let license = book.metadata.license
    if license.isEmpty { return nil }
    if license.hasPrefix("https://") || license.hasPrefix("http://") { return license }
    return "https://spdx.org/licenses/" + Self.id(of: license)
  }

  private var license: [Entity] {
    licenseAddress.map { address in
      [
        [
          "@id": address, "@type": "CreativeWork", "name": book.metadata.license, "url": address,
          "description": "The licence of the book.",
        ]
      ]
    } ?? []
  }

  private static let profileEntities = [
    (id: "https://w3id.org/ro/wfrun/process/0.5", name: "Process Run Crate", version: "0.5"),
    (id: "https://w3id.org/ro/wfrun/workflow/0.5", name: "Workflow Run Crate", version: "0.5"),
    (id: "https://w3id.org/workflowhub/workflow-ro-crate/1.0", name: "Workflow RO-Crate", version: "1.0"),
  ]

  private var profiles: [Entity] {
    Self.profileEntities.map {
      ["@id": $0.id, "@type": "CreativeWork", "name": $0.name, "version": $0.version]
    }
  }

  /// What a run of the book takes besides its files, with the value of this run.
  var inputs: [Input] {
    [
      Input(
        name: "profile",
        type: "Text",
        meaning: "The profile of book.yml: how large the experiments are.",
        value: description.profile
      ),
      // As a text, since JSON's numbers may end at 2^53.
      Input(
        name: "seed",
        type: "Text",
        meaning: "The seed of all random numbers.",
        value: "\(description.seed)"
      ),
    ] + book.parameters.map(Input.init)
  }

  /// A value that a run takes.
  struct Input {
    var name: String
    /// A type of schema.org.
    var type: String
    var meaning: String
    var value: String
    /// Whether the book declares it; its name may be that of an input which every book has.
    var isOfBook = false

    var id: String { isOfBook ? "#parameter-\(name)" : "#input-\(name)" }
    /// The id of its value in the run.
    var valueID: String { isOfBook ? "#value-parameter-\(name)" : "#value-\(name)" }
  }

  private var parameters: [Entity] {
    let profile = reference("https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE")
    let taken: [Entity] = inputs.map { input in
      [
        "@id": input.id, "@type": "FormalParameter", "name": input.name, "additionalType": input.type,
        "description": input.meaning, "conformsTo": profile, "valueRequired": "True",
      ]
    }
    let findings: Entity = [
      "@id": "#output-findings", "@type": "FormalParameter", "name": "findings", "additionalType": "File",
      "description": "Every finding of the book, as JSON.", "conformsTo": profile,
      "encodingFormat": "application/json",
    ]
    return taken + [findings]
  }

  /// A path or an address as the id of an entity: what a URI may not hold is percent-encoded.
  static func id(of path: String) -> String {
    path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }
}

/// A reference to an entity of the graph.
func reference(_ id: String) -> [String: Any] { ["@id": id] }

extension ResearchCrate.Input {
  fileprivate init(_ parameter: Book.Parameter) {
    name = parameter.name
    type =
      switch parameter.standard.kind {
      case .number: "Float"
      case .integer: "Integer"
      case .boolean: "Boolean"
      case .text: "Text"
      }
    meaning = parameter.meaning.isEmpty ? "A parameter of the book." : parameter.meaning
    value = parameter.standard.text
    isOfBook = true
  }
}

internal import Chapters
internal import Findings
internal import Foundation
internal import Planning
internal import Typesetting

/// `claims.json`: every claim of the book as data, with both verdicts and the numbers that they rest on, without times.
///
/// Its format is described by `claims.schema.json` beside it.
struct ClaimsFile: Encodable {
  static let path = "claims.json"
  /// The file of the report that holds the JSON Schema of the format.
  static let schemaPath = "claims.schema.json"
  /// Raised when the meaning of a field changes.
  static let version = 1

  var schemaAddress = Self.schemaPath
  var schema = Self.version
  var book: String
  /// The work whose claims these are.
  var work: Work?
  /// In the order of the book.
  var claims: [Entry]

  private enum CodingKeys: String, CodingKey {
    case schemaAddress = "$schema"
    case schema, book, work, claims
  }

  /// A work of the bibliography.
  struct Work: Encodable {
    var key: String
    /// The reference as the citation style sets it; absent where nothing set it.
    var reference: String?
    var url: String?
  }

  /// One claim.
  struct Entry: Encodable {
    /// The address of the finding, `cell.name`.
    var id: String
    var statement: String
    /// Where the work says it.
    var place: String
    /// The number of the work.
    var published: Claim.Published?
    /// The rule for the verdict, written down before the run.
    var rule: String
    /// The verdict on the comparison that the work makes.
    var asCompared: Claim.Judged
    /// The verdict where both sides are trained equally.
    var atEqualTraining: Claim.Judged?
    /// What the book says beneath it.
    var remark: String?
    /// The page of the report and the place on it.
    var page: String
    var provenance: Provenance
  }

  /// Where a claim was judged; times and machines are in `provenance.json` under the cell.
  struct Provenance: Encodable {
    var cell: String
    var chapter: String
    /// The line of the chapter that recorded it.
    var line: Int
    var profile: String?
    var seed: UInt64?
    /// The recorded run that the claim is shown from, where the cell was not run here.
    var recorded: FindingsFile.Recorded?
  }
}

extension Report {
  /// Every claim of the book with its address, in reading order.
  func claims(_ catalogue: Catalogue) -> [ClaimsFile.Entry] {
    cells.flatMap { chapter, cell -> [ClaimsFile.Entry] in
      guard let record = records[cell.id] else { return [] }
      let run = recorded[cell.id]?.provenance
      return record.findings.compactMap { finding in
        guard case .claim(let claim) = finding.content else { return nil }
        let id = "\(cell.id).\(finding.name)"
        return .init(
          id: id,
          statement: claim.statement,
          place: claim.place,
          published: claim.published,
          rule: claim.rule,
          asCompared: .init(verdict: claim.verdict, reproduced: claim.reproduced),
          atEqualTraining: claim.atEqualTraining,
          remark: finding.caption.isEmpty ? nil : catalogue.captions[id]?.text ?? finding.caption,
          page: catalogue.findings[id]?.address ?? "",
          provenance: .init(
            cell: cell.id,
            chapter: chapter.file,
            line: cell.location.line + finding.lineInCell,
            profile: run == nil ? record.provenance.profile : nil,
            seed: run == nil ? record.provenance.seed : nil,
            recorded: run.map { .init(date: $0.date, profile: $0.profile, seed: $0.seed) }
          )
        )
      }
    }
  }

  /// The work whose claims the book checks; `nil` where `book.yml` names none.
  var reproducedWork: ClaimsFile.Work? {
    book.reproduces.map { reference in
      let entry = citations.entries.first { $0.key == reference.target }
      return .init(
        key: reference.target,
        reference: citations.summaries[reference.target],
        url: entry?.text.lazy.compactMap(\.address).first
      )
    }
  }

  /// The file; `nil` where the book checks no claim.
  func claimsFile(_ catalogue: Catalogue) -> ClaimsFile? {
    let claims = claims(catalogue)
    return claims.isEmpty ? nil : ClaimsFile(book: book.title, work: reproducedWork, claims: claims)
  }
}

internal import Chapters
internal import Findings
internal import Foundation

extension Report {
  static let dataPackagePath = "datapackage.json"

  /// The files of all findings, and the package that lists them; nothing where no finding has a file.
  func downloads(_ catalogue: Catalogue) -> [Draft] {
    var drafts: [Draft] = []
    var lists: [@Sendable () throws -> [UInt8]] = []
    for (chapter, cell) in cells {
      if let drawn = drawn[cell.id] {
        guard !drawn.files.isEmpty else { continue }
        drafts += drawn.files.map { file in Draft(path: file.path) { file.bytes } }
        lists.append { drawn.resources }
      } else if let record = records[cell.id] {
        let phrases = book.phrases(of: chapter.file)
        let files = record.findings.flatMap {
          catalogue.markup(of: $0, cell: cell.id, phrases: phrases).downloads
        }
        guard !files.isEmpty else { continue }
        drafts += files.map { file in Draft(path: file.path) { file.draw() } }
        lists.append { try DataPackage.resources(files) }
      }
    }
    guard !lists.isEmpty else { return [] }
    drafts.append(
      Draft(path: Self.dataPackagePath) { [lists] in
        let resources = try lists.flatMap { list in
          try FindingsCoding.decode([DataPackage.Resource].self, from: Data(try list()))
        }
        return Array(try FindingsCoding.encode(DataPackage(book, resources), pretty: true)) + [10]
      }
    )
    return drafts
  }
}

extension DataPackage {
  /// The entries of files, as a JSON array.
  static func resources(_ files: [Download]) throws -> [UInt8] {
    Array(try FindingsCoding.encode(files.map { Resource($0) }))
  }
}

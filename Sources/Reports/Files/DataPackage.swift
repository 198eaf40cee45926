internal import Chapters
internal import Findings
internal import Foundation
internal import Markup

/// `datapackage.json`: every file of data and every picture of the report, as Frictionless' Data Package describes them.
struct DataPackage: Encodable {
  var profile = "data-package"
  var name: String
  var title: String
  var description: String?
  var homepage: String?
  var keywords: [String]?
  var licenses: [License]?
  var contributors: [Contributor]?
  var resources: [Resource]

  struct License: Encodable {
    var name: String?
    var path: String?
  }

  struct Contributor: Encodable {
    var title: String
    var role = "author"
    var organization: String?
    var path: String?
  }

  struct Resource: Codable {
    var name: String
    var path: String
    var title: String
    var description: String?
    var profile: String
    var format: String
    var mediatype: String
    var encoding: String?
    var schema: Schema?
  }

  struct Schema: Codable {
    var fields: [Field]
    var missingValues = [""]

    struct Field: Codable {
      var name: String
      var type: String
      var description: String?
    }
  }

  init(_ book: Book, _ resources: [Resource]) {
    let metadata = book.metadata
    name = SectionList.slug(book.title).utf8.allSatisfy { $0 < 128 } ? SectionList.slug(book.title) : "report"
    title = book.title
    description = metadata.abstract.isEmpty ? nil : metadata.abstract
    homepage = metadata.url.isEmpty ? nil : metadata.url
    keywords = metadata.keywords.isEmpty ? nil : metadata.keywords
    if !metadata.license.isEmpty {
      let isAddress = WebAddress.web(metadata.license) != nil
      licenses = [
        License(name: isAddress ? nil : metadata.license, path: isAddress ? metadata.license : nil)
      ]
    }
    let people = book.authors.map { author in
      Contributor(
        title: author.name,
        organization: author.affiliation.isEmpty ? nil : author.affiliation,
        path: author.orcid.isEmpty ? nil : "https://orcid.org/\(author.orcid)"
      )
    }
    contributors = people.isEmpty ? nil : people
    self.resources = resources
  }
}

extension DataPackage.Resource {
  init(_ file: Download) {
    let name = file.path.dropFirst(Download.folder.count + 1)
    self.init(
      // Names of a package are unique, so that the table and the picture of a figure differ in their endings.
      name: String(name),
      path: file.path,
      title: file.title,
      description: file.description.isEmpty ? nil : file.description,
      profile: file.csv == nil ? "data-resource" : "tabular-data-resource",
      format: file.format.rawValue,
      mediatype: MediaType.of(file.path) ?? "application/octet-stream",
      encoding: file.csv == nil ? nil : "utf-8",
      schema: file.csv.map { csv in
        .init(fields: csv().fields.map { .init(name: $0.name, type: $0.type, description: $0.description) })
      }
    )
  }
}

package import Faces
internal import Foundation

/// The images of IJB-B or IJB-C by template, the templates of each gallery and the probes: the 1:N protocol.
package struct SearchList: Sendable {
  /// The images in the order of their features.
  package let images: [IJBList.Entry]
  /// The templates of each gallery, with their subjects.
  package let galleries: [[Entry]]
  /// The templates that are searched in each gallery.
  package let probes: [Entry]

  /// A template and its subject.
  package struct Entry: Hashable, Sendable {
    package var template: Int
    package var subject: Int
  }

  /// Reads the official form: a CSV file for each gallery (`ijbc_1N_gallery_G1.csv`, `G2`) and files of probes
  /// (`ijbc_1N_probe_mixed.csv`), a line an image, with the columns `TEMPLATE_ID`, `SUBJECT_ID`, `FILENAME` and a medium
  /// (`SIGHTING_ID`, `VIDEO_ID` or `MEDIA_ID`). The features' rows are in the order of the files, galleries first.
  ///
  /// - Throws: a ``DataError`` with the line, also for a template with two subjects and a subject with two templates in a
  ///   gallery.
  package init(galleries galleryPaths: [String], probes probePaths: [String]) throws {
    var images: [IJBList.Entry] = []
    var subjects: [Int: Int] = [:]
    func templates(_ path: String) throws -> [Entry] {
      var templates: [Entry] = []
      for (line, image, subject) in try SearchList.lines(path) {
        if let other = subjects.updateValue(subject, forKey: image.template) {
          guard other == subject else {
            let found = "subject \(subject) for template \(image.template)"
            throw DataError(
              .format(found: found, expected: "subject \(other) as before"),
              file: path,
              line: line
            )
          }
          if templates.last?.template != image.template,
            !templates.contains(where: { $0.template == image.template })
          {
            throw DataError(.duplicate("template \(image.template)", firstLine: 1), file: path, line: line)
          }
        } else {
          templates.append(Entry(template: image.template, subject: subject))
        }
        images.append(image)
      }
      return templates
    }
    galleries = try galleryPaths.map { path in
      let entries = try templates(path)
      var templateOf: [Int: Int] = [:]
      for entry in entries {
        guard let other = templateOf.updateValue(entry.template, forKey: entry.subject) else { continue }
        let found = "templates \(other) and \(entry.template) of subject \(entry.subject)"
        throw DataError(.format(found: found, expected: "one template a subject in a gallery"), file: path)
      }
      return entries
    }
    probes = try probePaths.flatMap(templates)
    self.images = images
  }

  /// The images of a file with their lines, counted from 1, and subjects.
  private static func lines(_ path: String) throws -> [(line: Int, image: IJBList.Entry, subject: Int)] {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(validating: data, as: UTF8.self)
    else {
      throw DataError(.unreadable(reason: "there is no such file, or it is not text in UTF-8"), file: path)
    }
    var rows = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    while rows.last?.isEmpty == true { rows.removeLast() }
    let header = fields(rows.first ?? "").map { $0.uppercased() }
    let wanted = [
      ["TEMPLATE_ID"], ["SUBJECT_ID"], ["FILENAME", "FILE"], ["SIGHTING_ID", "VIDEO_ID", "MEDIA_ID"],
    ]
    let places = wanted.compactMap { names in names.lazy.compactMap { header.firstIndex(of: $0) }.first }
    guard places.count == wanted.count else {
      let expected = "a header with TEMPLATE_ID, SUBJECT_ID, FILENAME and SIGHTING_ID, VIDEO_ID or MEDIA_ID"
      throw DataError(
        .header(found: String((rows.first ?? "").prefix(80)), expected: expected),
        file: path,
        line: 1
      )
    }
    return try rows.indices.dropFirst().map { index in
      let values = fields(rows[index])
      guard values.count == header.count else {
        throw DataError(
          .columns(found: values.count, expected: "\(header.count) as the header has"),
          file: path,
          line: index + 1
        )
      }
      func number(_ column: Int) throws -> Int {
        guard let number = Int(values[places[column]]) else {
          throw DataError(
            .notANumber(values[places[column]], column: wanted[column][0]),
            file: path,
            line: index + 1
          )
        }
        return number
      }
      let image = IJBList.Entry(path: values[places[2]], template: try number(0), medium: try number(3))
      return (index + 1, image, try number(1))
    }
  }

  private static func fields(_ line: Substring) -> [String] {
    line.split(separator: ",", omittingEmptySubsequences: false).map { field in
      field.trimmingCharacters(in: .whitespaces.union(["\"", "\u{FEFF}"]))
    }
  }
}

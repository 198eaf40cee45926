/// The images of IJB-B or IJB-C by template, the templates of each gallery and the probes: the 1:N protocol.
package struct IJBSearchList: Hashable, Sendable {
  /// The images in the order of their features.
  package let images: [IJBList.Entry]
  /// The templates of each gallery.
  package let galleries: [[Entry]]
  /// The templates that are searched in each gallery.
  package let probes: [Entry]

  /// A template and its subject.
  package struct Entry: Hashable, Sendable {
    package var template: Int
    package var subject: Int
  }

  /// Reads the official form: a CSV file for each gallery (`ijbc_1N_gallery_G1.csv` and `G2`) and files of probes
  /// (`ijbc_1N_probe_mixed.csv`), one line an image, with the columns of ``IJBList/official(images:matches:missing:)``.
  ///
  /// - Parameters:
  ///   - images: InsightFace's list of all images (`ijbc_face_tid_mid.txt`), if the features are in its order; then the
  ///     CSV files need no columns but `TEMPLATE_ID` and `SUBJECT_ID`. `nil` if the features are in the order of the CSV
  ///     files, galleries first.
  /// - Throws: a ``DataError`` with the line: a template with two subjects or in two files, a subject with two templates
  ///   in a gallery, a template that the list of images does not have; and for a file that is given twice.
  package static func official(
    galleries: [String],
    probes: [String],
    images imageFile: String? = nil
  ) throws -> IJBSearchList {
    try requireDistinct(galleries + probes, expected: "each file once, as a gallery or as probes")
    var reader = try Reader(images: imageFile)
    let galleries = try galleries.map { path in
      var templateOfSubject: [Int: Int] = [:]
      return try reader.templates(path) { entry in
        guard let other = templateOfSubject.updateValue(entry.template, forKey: entry.subject) else {
          return nil
        }
        let found = "templates \(other) and \(entry.template) for subject \(entry.subject)"
        return .format(found: found, expected: "one template of each subject in a gallery")
      }
    }
    let probes = try probes.flatMap { try reader.templates($0) { _ in nil } }
    return IJBSearchList(images: reader.images, galleries: galleries, probes: probes)
  }

  /// Reads files one after the other, and knows what the earlier ones had.
  private struct Reader {
    /// The list of all images, or the images of the files so far.
    var images: [IJBList.Entry] = []
    /// The templates of the list of all images; `nil` without one.
    let known: IDTable?
    private var subjects: [Int: Int] = [:]
    private var files: [Int: String] = [:]

    init(images path: String?) throws {
      if let path { images = try IJBList.insightFaceImages(path) }
      known = path == nil ? nil : IDTable(images.lazy.map(\.template))
    }

    /// Returns the templates of a file in the order of their first lines.
    ///
    /// - Parameter problem: what is wrong with a new template.
    mutating func templates(_ path: String, problem: (Entry) -> DataError.Problem?) throws -> [Entry] {
      var entries: [Entry] = []
      let columns = known == nil ? IJBList.officialColumns : Array(IJBList.officialColumns[..<2])
      try SeparatedTable(path, columns: columns).forEach { row in
        let entry = Entry(template: try row.number(0), subject: try row.number(1))
        if known == nil {
          let image = IJBList.Entry(
            path: try row.text(2),
            template: entry.template,
            medium: try row.number(3)
          )
          images.append(image)
        }
        guard entry != entries.last else { return }
        if let other = subjects[entry.template], other != entry.subject {
          throw row.twoSubjects(of: entry.template, entry.subject, before: other)
        }
        if let file = files[entry.template] {
          guard file != path else { return }
          let expected = "templates that no other file has"
          throw row.error(.format(found: "template \(entry.template) of \(file)", expected: expected))
        }
        if let known, known[entry.template] == nil { throw row.error(.missingTemplate(entry.template)) }
        if let problem = problem(entry) { throw row.error(problem) }
        subjects[entry.template] = entry.subject
        files[entry.template] = path
        entries.append(entry)
      }
      guard !entries.isEmpty else {
        throw DataError(
          .format(found: "no rows after its header", expected: "one for each image"),
          file: path
        )
      }
      return entries
    }
  }
}

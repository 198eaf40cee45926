/// The images of IJB-B or IJB-C by template and medium, and the pairs of templates to verify.
public struct IJBList: Hashable, Sendable {
  /// The images in the order of their features.
  public let images: [Entry]
  /// The pairs of template ids, and whether they show one person.
  public let pairs: Pairs
  /// The pairs that repeat an earlier one; `nil` where none does.
  package let repeats: RepeatedPairs?

  /// Creates a list of images and pairs.
  public init(images: [Entry], pairs: [Pair]) { self.init(images: images, pairs: Pairs(pairs)) }

  package init(images: [Entry], pairs: Pairs, repeats: RepeatedPairs? = nil) {
    self.images = images
    self.pairs = pairs
    self.repeats = repeats
  }

  /// An image in a template.
  public struct Entry: Hashable, Sendable {
    public var path: String
    public var template: Int
    /// The id of the still or the video; the frames of one video share it.
    public var medium: Int

    /// Creates an entry.
    public init(path: String, template: Int, medium: Int) {
      self.path = path
      self.template = template
      self.medium = medium
    }
  }

  /// Two templates.
  public struct Pair: Hashable, Sendable {
    public var first: Int
    public var second: Int
    public var isSame: Bool

    /// Creates a pair.
    public init(first: Int, second: Int, isSame: Bool) {
      self.first = first
      self.second = second
      self.isSame = isSame
    }
  }

  /// Reads InsightFace's form: lines of image, template, medium (`ijbc_face_tid_mid.txt`) and lines of template, template,
  /// 0 or 1 (`ijbc_template_pair_label.txt`). Fields lie between spaces, tabs, commas or semicolons, and may stand in
  /// double quotes; headers and index columns are left out.
  ///
  /// - Parameter missing: allows pairs whose templates have no image to be left out, and counts them.
  /// - Throws: a ``DataError`` with the line, also for a pair whose template has no image, and for one that stands there with
  ///   both labels, either way round. A pair that repeats another with its label is counted as often as it stands there.
  public static func insightFace(
    images imageFile: String,
    pairs pairFile: String,
    missing: MissingTally? = nil
  ) throws -> IJBList {
    let images = try insightFaceImages(imageFile)
    let templates = IDTable(images.lazy.map(\.template))
    var pairs = Pairs(of: templates)
    let lines = NumberLines(path: pairFile, count: 3, expected: "template, template, 0 or 1")
    try lines.read { index, numbers in
      guard numbers[2] == 0 || numbers[2] == 1 else {
        throw DataError(
          .value(String(numbers[2]), column: "the label", expected: "0 or 1"),
          file: pairFile,
          line: index + 1
        )
      }
      if let first = templates[numbers[0]], let second = templates[numbers[1]] {
        pairs.append(first: first, second: second, isSame: numbers[2] == 1)
        return
      }
      let unknown = numbers[templates[numbers[0]] == nil ? 0 : 1]
      guard let missing else {
        throw DataError(.missingTemplate(unknown), file: pairFile, line: index + 1)
      }
      missing.countOne()
    }
    return IJBList(
      images: images,
      pairs: pairs,
      repeats: try repeats(of: pairs, templates, lines, missing)
    )
  }

  /// Reads InsightFace's list of images: image, template, medium on each line; a header of names is left out, and so are
  /// comments: lines that begin with # and are no such record.
  static func insightFaceImages(_ path: String) throws -> [Entry] {
    let file = try ListFile(path)
    let records = try file.records(
      of: 3,
      "image, template, medium",
      isRecord: { $0.dropFirst().allSatisfy { Int($0) != nil } },
      isHeader: { $0.allSatisfy(isColumnName) }
    )
    return try records.rows.map { index, fields in
      Entry(
        path: fields[0],
        template: try file.number(fields[1], "the template", at: index),
        medium: try file.number(fields[2], "the medium", at: index)
      )
    }
  }

  /// Reads the official form: CSV files of images (galleries and probes), and a file of matches, two template ids a line
  /// with or without header. A pair is of one person if its templates have one subject.
  ///
  /// Columns: `TEMPLATE_ID`, `SUBJECT_ID`, `FILENAME` or `FILE`, and the medium, `MEDIA_ID` (IJB-A, older IJB-B) or
  /// `SIGHTING_ID` (IJB-B, IJB-C) or `VIDEO_ID`; others are ignored.
  ///
  /// - Parameter missing: allows pairs whose templates have no image to be left out, and counts them.
  /// - Throws: a ``DataError`` with the line, also for a template with two subjects.
  public static func official(
    images imageFiles: [String],
    matches: String,
    missing: MissingTally? = nil
  ) throws -> IJBList {
    try requireDistinct(imageFiles, expected: "each file of images once")
    var images: [Entry] = []
    var subjects: [Int: Int] = [:]
    for path in imageFiles {
      let table = try SeparatedTable(path, columns: officialColumns)
      var last: (template: Int, subject: Int)?
      try table.forEach { row in
        let (template, subject) = (try row.number(0), try row.number(1))
        // The images of a template follow each other: most rows need no look at the table of subjects.
        if last?.template != template || last?.subject != subject {
          if let other = subjects.updateValue(subject, forKey: template), other != subject {
            throw row.twoSubjects(of: template, subject, before: other)
          }
          last = (template, subject)
        }
        images.append(Entry(path: try row.text(2), template: template, medium: try row.number(3)))
      }
    }
    let templates = IDTable(subjects.keys)
    let subjectOfPlace = templates.ids.map { subjects[$0] ?? 0 }
    var pairs = Pairs(of: templates)
    let lines = NumberLines(path: matches, count: 2, expected: "template, template")
    try lines.read { index, numbers in
      if let first = templates[numbers[0]], let second = templates[numbers[1]] {
        let isSame = subjectOfPlace[first] == subjectOfPlace[second]
        pairs.append(first: first, second: second, isSame: isSame)
        return
      }
      let unknown = numbers[templates[numbers[0]] == nil ? 0 : 1]
      guard let missing else {
        throw DataError(.missingTemplate(unknown), file: matches, line: index + 1)
      }
      missing.countOne()
    }
    return IJBList(
      images: images,
      pairs: pairs,
      repeats: try repeats(of: pairs, templates, lines, missing)
    )
  }

  /// Template, subject, image and medium by the names that they have in the official files.
  static let officialColumns = [
    ["TEMPLATE_ID"], ["SUBJECT_ID"], ["FILENAME", "FILE", "FILE_NAME"],
    ["MEDIA_ID", "SIGHTING_ID", "VIDEO_ID"],
  ]
}

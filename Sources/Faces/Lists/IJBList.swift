/// The images of IJB-B or IJB-C by template and medium, and the pairs of templates to verify.
public struct IJBList: Hashable, Sendable {
  /// The images in the order of their features.
  public let images: [Entry]
  /// The pairs of template ids, and whether they show one person.
  public let pairs: [Pair]

  /// Puts a list together.
  public init(images: [Entry], pairs: [Pair]) {
    self.images = images
    self.pairs = pairs
  }

  /// An image in a template.
  public struct Entry: Hashable, Sendable {
    public var path: String
    public var template: Int
    /// A still or a video: the frames of one video share it.
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

  /// Reads InsightFace's form: lines of image, template, medium (`ijbc_face_tid_mid.txt`) and lines of template,
  /// template, 0 or 1 (`ijbc_template_pair_label.txt`), between spaces and without headers.
  ///
  /// - Parameter missing: allows pairs whose templates have no image to be left out, and counts them.
  /// - Throws: a ``DataError`` with the line, also for a pair whose template has no image.
  public static func insightFace(
    images imageFile: String,
    pairs pairFile: String,
    missing: MissingTally? = nil
  ) throws -> IJBList {
    let file = try ListFile(imageFile)
    let images = try file.lines.indices.map { index in
      let words = file.words(index)
      guard words.count == 3 else {
        throw file.error(.columns(found: words.count, expected: "3: image, template, medium"), at: index)
      }
      return Entry(
        path: String(words[0]),
        template: try file.number(words[1], "the template", at: index),
        medium: try file.number(words[2], "the medium", at: index)
      )
    }
    let templates = IDTable(images.lazy.map(\.template))
    var pairs: [Pair] = []
    try NumberLines(path: pairFile, count: 3, expected: "template, template, 0 or 1").read { index, numbers in
      guard numbers[2] == 0 || numbers[2] == 1 else {
        throw DataError(
          .notANumber(String(numbers[2]), column: "the label, 0 or 1"),
          file: pairFile,
          line: index + 1
        )
      }
      let absent = templates[numbers[0]] == nil ? numbers[0] : templates[numbers[1]] == nil ? numbers[1] : nil
      guard let absent else {
        pairs.append(Pair(first: numbers[0], second: numbers[1], isSame: numbers[2] == 1))
        return
      }
      guard let missing else {
        throw DataError(.missingTemplate(absent), file: pairFile, line: index + 1)
      }
      missing.countOne()
    }
    return IJBList(images: images, pairs: pairs)
  }

  /// Reads the official form: CSV files of images (galleries and probes) with the columns `TEMPLATE_ID`,
  /// `SUBJECT_ID`, `FILENAME` and `SIGHTING_ID` (IJB-C) or `VIDEO_ID` or `MEDIA_ID`, and a file of matches, two
  /// template ids a line without header. A pair is of one person if its templates have one subject.
  ///
  /// - Parameter missing: allows pairs whose templates have no image to be left out, and counts them.
  /// - Throws: a ``DataError`` with the line, also for a template with two subjects.
  public static func official(
    images imageFiles: [String],
    matches: String,
    missing: MissingTally? = nil
  ) throws -> IJBList {
    var images: [Entry] = []
    var subjects: [Int: Int] = [:]
    for path in imageFiles {
      let file = try ListFile(path)
      let medium = try mediumColumn(of: file)
      let table = try SeparatedTable(file, columns: ["TEMPLATE_ID", "SUBJECT_ID", "FILENAME", medium])
      for row in table.rows {
        let template = try file.number(row.values[0], "TEMPLATE_ID", at: row.index)
        let subject = try file.number(row.values[1], "SUBJECT_ID", at: row.index)
        if let other = subjects.updateValue(subject, forKey: template), other != subject {
          let found = "subject \(subject) for template \(template)"
          throw file.error(.format(found: found, expected: "subject \(other) as before"), at: row.index)
        }
        let mediumID = try file.number(row.values[3], medium, at: row.index)
        images.append(Entry(path: row.values[2], template: template, medium: mediumID))
      }
    }
    let list = try ListFile(matches)
    let pairs = try list.lines.indices.compactMap { index -> Pair? in
      let fields = list.fields(index, separator: ",")
      guard fields.count == 2 else {
        throw list.error(.columns(found: fields.count, expected: "2: template, template"), at: index)
      }
      let numbers = try fields.map { try list.number($0, "a template", at: index) }
      if let first = subjects[numbers[0]], let second = subjects[numbers[1]] {
        return Pair(first: numbers[0], second: numbers[1], isSame: first == second)
      }
      let unknown = numbers[subjects[numbers[0]] == nil ? 0 : 1]
      guard let missing else { throw list.error(.missingTemplate(unknown), at: index) }
      missing.countOne()
      return nil
    }
    return IJBList(images: images, pairs: pairs)
  }

  private static func mediumColumn(of file: ListFile) throws -> String {
    let header = file.lines.first.map(String.init)?.uppercased() ?? ""
    let names = header.split(separator: ",").map { $0.filter { $0 != " " } }
    guard let name = ["SIGHTING_ID", "VIDEO_ID", "MEDIA_ID"].first(where: { names.contains($0) }) else {
      let expected = "a header with SIGHTING_ID, VIDEO_ID or MEDIA_ID"
      throw file.error(.header(found: String(header.prefix(80)), expected: expected), at: 0)
    }
    return name
  }
}

internal import Findings
internal import Foundation

extension Book {
  /// The name of the file that describes a book.
  package static let file = "book.yml"

  /// Reads `book.yml` in a folder and looks for the files that it names.
  ///
  /// - Throws: every error of the file at once.
  package init(readingFolder folder: String) throws(BookErrors) {
    let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
    let path = folder + "/" + Self.file
    let text: String
    do {
      text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      let reason =
        exists ? "it is not UTF-8, or you may not read it" : "a book's folder needs a file of this name"
      throw BookErrors([.unreadable(path: path, reason: reason)])
    }
    let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    try self.init(parsing: text, folder: folder, files: files)
  }

  /// Reads the text of a `book.yml`.
  ///
  /// - Parameters:
  ///   - text: the YAML.
  ///   - folder: absolute path of the book.
  ///   - files: every file of the folder by its relative path. Without `chapters:`, those in the folder
  ///     itself that end in `.md` are the chapters, in the order of their numbers and names.
  package init(parsing text: String, folder: String, files: [String]) throws(BookErrors) {
    var reader = YAMLReader(file: Self.file)
    let settings = reader.settings(in: text, known: Self.settings)
    guard let settings else { throw BookErrors(reader.errors) }
    self.init(folder: folder, title: "", chapterFiles: [])
    let files = Set(files)
    if let value = settings["title"] {
      title = reader.text(value, key: "title") ?? ""
    } else {
      reader.add(.missingKey("title", settings.location))
    }
    subtitle = settings["subtitle"].flatMap { reader.text($0, key: "subtitle") } ?? ""
    readMetadata(settings, &reader)
    readPhrases(settings, &reader)
    let listed = listedChapters(settings, &reader)
    chapterFiles = Self.chapters(listed, settings, files, &reader)
    let bibliographies = settings["bibliography"].map { reader.oneOrMoreTexts($0, key: "bibliography") } ?? []
    self.bibliographies = bibliographies.compactMap {
      Self.bibliography($0.text, $0.location, files, &reader)
    }
    citationStyle = settings["csl"].flatMap { value in
      reader.text(value, key: "csl").flatMap { Self.style($0, value.location, files, &reader) }
    }
    hasDollarMath = settings["math"].map { Self.hasDollars($0, &reader) } ?? false
    readMacros(settings, &reader)
    readSources(settings, files, &reader)
    environment = Self.names(settings, "environment", "the name of an environment variable", &reader) {
      !$0.contains("=") && !$0.contains(" ")
    }
    dataRoots = Self.names(settings, "data", "a name in kebab-case, such as lfw", &reader) {
      Finding.isName($0)
    }
    slurm = Self.names(
      settings,
      "slurm",
      "an option of sbatch such as --time=2:00:00",
      &reader,
      where: Self.isSlurmOption
    )
    readParameters(settings, &reader)
    readFirstPage(settings, &reader)
    readProfiles(settings, &reader)
    if !reader.errors.isEmpty {
      throw BookErrors(reader.errors.sorted { $0.location < $1.location })
    }
  }

  private static let settings =
    [
      "title", "subtitle", "authors", "chapters", "bibliography", "csl", "math", "macros", "sources",
      "profiles", "default-profile", "environment", "data", "lang", "dir", "phrases", "first-page",
      "slurm", "parameters",
    ] + metadataSettings

  /// The entries of `chapters:`, each a file or a mapping of a file with its language; `nil` without the setting.
  private mutating func listedChapters(
    _ settings: YAMLReader.Settings,
    _ reader: inout YAMLReader
  ) -> [(text: String, location: SourceLocation)]? {
    guard let value = settings["chapters"] else { return nil }
    return reader.values(value, key: "chapters").compactMap { value in
      guard value.isMapping else {
        return reader.text(value, key: "chapters").map { (text: $0, location: value.location) }
      }
      guard let chapter = reader.settings(value, key: "chapters", known: ["file", "lang", "dir"]),
        let file = chapter["file"].flatMap({ reader.text($0, key: "file") })
      else {
        reader.add(.missingKey("file", value.location))
        return nil
      }
      if let language = Self.language(chapter, &reader) {
        languages[BookPath.normalised(file) ?? file] = language
      }
      return (text: file, location: value.location)
    }
  }

  private static func chapters(
    _ named: [(text: String, location: SourceLocation)]?,
    _ settings: YAMLReader.Settings,
    _ files: Set<String>,
    _ reader: inout YAMLReader
  ) -> [String] {
    let listed: [(text: String, location: SourceLocation)]
    if let named {
      listed = named
    } else {
      let found = files.lazy.filter {
        $0.hasSuffix(".md") && !$0.utf8.contains(UInt8(ascii: "/")) && !$0.hasPrefix(".")
      }
      listed = ChapterFile.sorted(Array(found)).map { ($0, settings.location) }
    }
    var chapters: [String] = []
    var ids: [String: String] = [:]
    var pages: [String: String] = [:]
    for (text, location) in listed {
      guard let file = existing(text, location, key: "chapters", files, &reader) else { continue }
      let id = ChapterFile.numberAndID(file).id
      if let first = ids[id] {
        if first == file {
          reader.add(.repeatedChapter(file, location))
          continue
        }
        reader.add(.sameChapterID(id, first: first, second: file, location))
      } else if let first = pages.updateValue(file, forKey: ChapterFile.page(of: file)) {
        reader.add(.samePage(ChapterFile.page(of: file), first: first, second: file, location))
      } else {
        chapters.append(file)
        ids[id] = file
      }
    }
    return chapters
  }

  static func existing(
    _ text: String,
    _ location: SourceLocation,
    key: String,
    _ files: Set<String>,
    _ reader: inout YAMLReader
  ) -> String? {
    guard let path = BookPath.normalised(text) else {
      let expected = "a path inside the book's folder"
      reader.add(.badValue(key: key, value: text, expected: expected, suggestion: nil, location))
      return nil
    }
    if files.contains(path) { return path }
    reader.add(.missingFile(path, suggestion: Spelling.nearest(to: path, in: files.sorted()), location))
    return nil
  }

  private static func bibliography(
    _ text: String,
    _ location: SourceLocation,
    _ files: Set<String>,
    _ reader: inout YAMLReader
  ) -> String? {
    guard let path = existing(text, location, key: "bibliography", files, &reader) else { return nil }
    if Bibliography.formats.contains(Bibliography.File(name: path, text: "").format) { return path }
    let expected = "a file in BibTeX or BibLaTeX (.bib), BibTeX alone (.bibtex) or CSL-JSON (.json)"
    reader.add(.badValue(key: "bibliography", value: text, expected: expected, suggestion: nil, location))
    return nil
  }

  /// A file ends in `.csl`; anything else is the name of an installed style, which the renderer looks for.
  private static func style(
    _ text: String,
    _ location: SourceLocation,
    _ files: Set<String>,
    _ reader: inout YAMLReader
  ) -> String? {
    if text.hasSuffix(".csl") { return existing(text, location, key: "csl", files, &reader) }
    if Finding.isName(text) { return text }
    let expected = "a file that ends in .csl, or the name of an installed style such as apa"
    reader.add(.badValue(key: "csl", value: text, expected: expected, suggestion: nil, location))
    return nil
  }

  private static func hasDollars(_ value: YAMLReader.Value, _ reader: inout YAMLReader) -> Bool {
    guard let text = reader.text(value, key: "math") else { return false }
    if text == "dollars" { return true }
    if text == "code" { return false }
    let expected = "'code' for $`x`$ and math fences alone, or 'dollars' for $x$ and $$x$$ as well"
    let nearest = Spelling.nearest(to: text, in: ["code", "dollars"])
    reader.add(.badValue(key: "math", value: text, expected: expected, suggestion: nearest, value.location))
    return false
  }

  private static func names(
    _ settings: YAMLReader.Settings,
    _ key: String,
    _ expected: String,
    _ reader: inout YAMLReader,
    where isGood: (String) -> Bool
  ) -> [String] {
    guard let value = settings[key] else { return [] }
    return reader.texts(value, key: key).compactMap { text, location in
      if isGood(text) { return text }
      reader.add(.badValue(key: key, value: text, expected: expected, suggestion: nil, location))
      return nil
    }
  }

  /// Reads `first-page:`, a list of findings as `cell.name`. Whether the cells exist is checked with the chapters.
  private mutating func readFirstPage(_ settings: YAMLReader.Settings, _ reader: inout YAMLReader) {
    let key = "first-page"
    guard let value = settings[key] else { return }
    for (text, location) in reader.texts(value, key: key) {
      var expected: String?
      if Reference.Kind.finding.expectation(of: text) != nil {
        expected = "a finding as cell.name, such as lfw.accuracy"
      } else if firstPage.contains(where: { $0.target == text }) {
        expected = "each finding once"
      }
      if let expected {
        reader.add(.badValue(key: key, value: text, expected: expected, suggestion: nil, location))
      } else {
        firstPage.append(Reference(kind: .finding, target: text, text: [], location: location))
      }
    }
  }

  /// Reads `profiles:` and `default-profile:`; without any there is one, `small`.
  private mutating func readProfiles(_ settings: YAMLReader.Settings, _ reader: inout YAMLReader) {
    var order: [String] = []
    if let value = settings["profiles"],
      let profiles = reader.settings(value, key: "profiles", known: nil)
    {
      for name in profiles.keys {
        guard let value = profiles[name] else { continue }
        if !Finding.isName(name) {
          let expected = "a name in kebab-case, such as small"
          let place = value.location
          reader.add(.badValue(key: "profiles", value: name, expected: expected, suggestion: nil, place))
        }
        order.append(name)
        self.profiles[name] = Self.profile(value, name: name, &reader)
      }
    }
    if order.isEmpty {
      order = ["small"]
      profiles["small"] = Profile()
    }
    defaultProfile = order[0]
    guard let value = settings["default-profile"], let name = reader.text(value, key: "default-profile")
    else {
      if order.contains("small") { defaultProfile = "small" }
      return
    }
    defaultProfile = name
    if order.contains(name) { return }
    let suggestion = Spelling.nearest(to: name, in: order)
    let expected = "one of the profiles: " + order.joined(separator: ", ")
    reader.add(
      .badValue(
        key: "default-profile",
        value: name,
        expected: expected,
        suggestion: suggestion,
        value.location
      )
    )
  }

  private static func profile(_ value: YAMLReader.Value, name: String, _ reader: inout YAMLReader) -> Profile
  {
    var profile = Profile()
    let settings = reader.settings(value, key: "profiles: \(name)", known: ["seed", "timeout"])
    func read<Value>(_ key: String, expected: String, _ parse: (String) -> Value?) -> Value? {
      guard let value = settings?[key], let text = reader.text(value, key: key) else { return nil }
      if let parsed = parse(text) { return parsed }
      reader.add(.badValue(key: key, value: text, expected: expected, suggestion: nil, value.location))
      return nil
    }
    let seed = read("seed", expected: "a whole number from 0 to 18446744073709551615") { UInt64($0) }
    if let seed { profile.seed = seed }
    let timeout = read("timeout", expected: TimeText.expected, TimeText.seconds)
    if let timeout { profile.timeout = timeout }
    return profile
  }
}

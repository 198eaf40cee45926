extension Book {
  /// What catalogues and reference managers ask of a publication.
  package struct Metadata: Hashable, Sendable {
    package var abstract = ""
    /// The day of publication, as `2026-05-31`; a year or a year and a month are enough.
    package var date = ""
    /// An SPDX identifier such as `CC-BY-4.0`, or the address of a licence.
    package var license = ""
    /// Without the address in front, for example `10.1000/182`.
    package var doi = ""
    /// The address under which the report can be read.
    package var url = ""
    package var keywords: [String] = []
    package var funding: [String] = []

    package init() {}

    /// The paragraphs of the abstract, which blank lines divide.
    package var paragraphs: [String] {
      abstract.split(separator: /\n[ \t]*\n\s*/).map(String.init)
    }
  }

  /// A person who wrote the book, or a group.
  package struct Author: Hashable, Sendable, ExpressibleByStringLiteral {
    package var name: String
    /// Whether the name is one of a group, which has no family's name: written in braces, as in BibTeX.
    package var isGroup = false
    package var affiliation: String
    /// Sixteen digits in groups of four, for example `0000-0002-1825-0097`.
    package var orcid: String

    package init(name: String, affiliation: String = "", orcid: String = "") {
      isGroup = name.hasPrefix("{") && name.hasSuffix("}") && name.count > 2
      self.name = isGroup ? String(name.dropFirst().dropLast()).trimming() : name
      self.affiliation = affiliation
      self.orcid = orcid
    }

    package init(stringLiteral value: String) { self.init(name: value) }
  }
}

extension Book {
  static let metadataSettings = [
    "abstract", "date", "license", "doi", "url", "keywords", "funding", "reproduces",
  ]

  /// Reads language, authors and what else describes the publication.
  mutating func readMetadata(_ settings: YAMLReader.Settings, _ reader: inout YAMLReader) {
    language = Self.language(settings, &reader) ?? .english
    for value in settings["authors"].map({ reader.values($0, key: "authors") }) ?? [] {
      if let author = Self.author(value, &reader) { authors.append(author) }
    }
    func text(_ key: String) -> String { settings[key].flatMap { reader.text($0, key: key) } ?? "" }
    metadata.abstract = text("abstract").trimming()
    metadata.license = text("license")
    metadata.keywords = settings["keywords"].map { reader.texts($0, key: "keywords").map(\.text) } ?? []
    metadata.funding = settings["funding"].map { reader.texts($0, key: "funding").map(\.text) } ?? []
    metadata.date = Self.checked(settings, "date", "a day such as 2026-05-31", &reader, Self.isDate)
    metadata.doi = Self.checked(settings, "doi", "a DOI such as 10.1000/182", &reader) {
      $0.hasPrefix("10.") && $0.contains("/") && !$0.contains(" ")
    }
    metadata.url = Self.checked(settings, "url", "an address of https", &reader) {
      $0.hasPrefix("https://") || $0.hasPrefix("http://")
    }
    if let value = settings["reproduces"], let key = reader.text(value, key: "reproduces") {
      reproduces = Reference(kind: .cite, target: key, text: [], location: value.location)
    }
  }

  private static func author(_ value: YAMLReader.Value, _ reader: inout YAMLReader) -> Author? {
    guard value.isMapping else { return reader.text(value, key: "authors").map { .init(name: $0) } }
    guard let settings = reader.settings(value, key: "authors", known: ["name", "affiliation", "orcid"])
    else { return nil }
    guard let name = settings["name"].flatMap({ reader.text($0, key: "name") }) else {
      reader.add(.missingKey("name", settings.location))
      return nil
    }
    let affiliation = settings["affiliation"].flatMap { reader.text($0, key: "affiliation") } ?? ""
    let orcid = checked(settings, "orcid", "an ORCID such as 0000-0002-1825-0097", &reader, isORCID)
    return .init(name: name, affiliation: affiliation, orcid: orcid)
  }

  /// Reads `lang:` and `dir:` of a book or a chapter; `nil` where neither is given.
  static func language(_ settings: YAMLReader.Settings, _ reader: inout YAMLReader) -> Language? {
    let tag = checked(settings, "lang", "a language tag such as en, pt-BR or he", &reader, Language.isTag)
    let direction = checked(settings, "dir", "ltr or rtl", &reader) { ["ltr", "rtl"].contains($0) }
    if tag.isEmpty && direction.isEmpty { return nil }
    return Language(tag.isEmpty ? "en" : tag, isRightToLeft: direction.isEmpty ? nil : direction == "rtl")
  }

  private static func checked(
    _ settings: YAMLReader.Settings,
    _ key: String,
    _ expected: String,
    _ reader: inout YAMLReader,
    _ isGood: (String) -> Bool
  ) -> String {
    guard let value = settings[key], let text = reader.text(value, key: key) else { return "" }
    if isGood(text) { return text }
    reader.add(.badValue(key: key, value: text, expected: expected, suggestion: nil, value.location))
    return ""
  }

  /// A year, a month or a day in the form of ISO 8601.
  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), parts.count <= 3,
      parts[0].count == 4, parts.dropFirst().allSatisfy({ $0.count == 2 })
    else { return false }
    let numbers = parts.compactMap { Int($0) }
    return (numbers.count < 2 || (1...12).contains(numbers[1]))
      && (numbers.count < 3 || (1...days(inMonth: numbers[1], of: numbers[0])).contains(numbers[2]))
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Whether a text is an ORCID whose last digit is the check digit of the others (ISO 7064, MOD 11-2).
  private static func isORCID(_ text: String) -> Bool {
    let digits = text.replacing("-", with: "")
    guard text.count == 19, digits.count == 16, text.split(separator: "-").allSatisfy({ $0.count == 4 }),
      digits.dropLast().allSatisfy({ $0.isASCII && $0.isNumber })
    else { return false }
    let sum = digits.dropLast().reduce(0) { ($0 + ($1.wholeNumberValue ?? 0)) * 2 % 11 }
    let check = (12 - sum) % 11
    return digits.last == (check == 10 ? "X" : Character("\(check)"))
  }
}

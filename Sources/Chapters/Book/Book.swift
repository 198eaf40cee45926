/// A book: a folder of chapters with the settings of its `book.yml`.
package struct Book: Hashable, Sendable {
  /// Absolute path of the folder that holds `book.yml`.
  package var folder: String
  package var title: String
  package var subtitle: String
  package var authors: [Author]
  /// What catalogues ask of it: abstract, date, licence and the like.
  package var metadata = Metadata()
  /// The language of the book.
  package var language = Language.english
  /// The languages of chapters that are in another than the book, by file.
  package var languages: [String: Language] = [:]
  /// The author's own words for phrases that pages add, in the language of the book.
  package var phrases: [Phrase: String] = [:]
  /// File names in reading order.
  package var chapterFiles: [String]
  /// Files in BibTeX, BibLaTeX or CSL-JSON, relative to the folder.
  package var bibliographies: [String]
  /// The citation style: a CSL file relative to the folder, or the name of an installed style; `nil` for the default.
  package var citationStyle: String?
  /// Whether `$x$` and `$$x$$` are formulas.
  package var hasDollarMath: Bool
  /// Commands that every formula of the book may use.
  package var macros = FormulaMacros()
  /// Swift files that chapters share, relative to the folder.
  package var sources: [String]
  /// Profiles by name.
  package var profiles: [String: Profile]
  package var defaultProfile: String
  /// Environment variables that cells may read.
  package var environment: [String]
  /// Names of data roots that `--data NAME=DIR` may give.
  package var dataRoots: [String]
  /// What `render --set NAME=VALUE` may change, in the order of the file.
  package var parameters: [Parameter] = []
  /// The findings that the first page shows, in its order; all are of the kind `finding`.
  package var firstPage: [Reference] = []
  /// Options of `sbatch` for the training jobs of a render on a Slurm cluster.
  package var slurm: [String] = []
  /// The work whose claims the book checks: a key of its bibliography; `nil` where it names none.
  package var reproduces: Reference?

  package init(
    folder: String,
    title: String,
    subtitle: String = "",
    authors: [Author] = [],
    chapterFiles: [String],
    bibliographies: [String] = [],
    citationStyle: String? = nil,
    hasDollarMath: Bool = false,
    profiles: [String: Profile] = [:],
    defaultProfile: String = "small",
    environment: [String] = [],
    dataRoots: [String] = [],
    sources: [String] = []
  ) {
    self.folder = folder
    self.title = title
    self.subtitle = subtitle
    self.authors = authors
    self.chapterFiles = chapterFiles
    self.bibliographies = bibliographies
    self.citationStyle = citationStyle
    self.hasDollarMath = hasDollarMath
    self.profiles = profiles
    self.defaultProfile = defaultProfile
    self.environment = environment
    self.dataRoots = dataRoots
    self.sources = sources
  }

  /// Whether a text is an option of `sbatch` that a book may set: the render itself sets array, dependency, name and files.
  package static func isSlurmOption(_ text: String) -> Bool {
    let name = text.prefix { $0 != "=" }
    let isName =
      name.hasPrefix("--") && name.count > 2
      && name.utf8.dropFirst(2).allSatisfy {
        $0 == 45 || (97...122).contains($0)
      }
    return isName && text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
      && ![
        "--array", "--job-name", "--output", "--error", "--input", "--chdir", "--dependency", "--wrap",
        "--parsable",
        "--open-mode", "--wait", "--test-only", "--help", "--usage", "--version",
      ].contains(String(name))
  }

  /// The settings of a profile, for every cell.
  package struct Profile: Hashable, Sendable {
    package var seed: UInt64
    /// The longest that a cell may run, in seconds, where it has no `timeout=`.
    package var timeout: Double

    package init(seed: UInt64 = 1, timeout: Double = 600) {
      self.seed = seed
      self.timeout = timeout
    }
  }
}

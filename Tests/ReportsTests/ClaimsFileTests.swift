import Chapters
import Findings
import Foundation
import Reports
import TestSupport
import Testing
import Typesetting

@Suite("The claims of a report as data")
struct ClaimsFileTests {
  /// A report with a claim that has two verdicts and a remark.
  private func report() throws -> Report {
    var report = try Fixture.report()
    let judged = Claim(
      statement: "A margin of <280> is best.",
      place: "table 1",
      published: .init(0.9946, unit: .fraction, standing: .read),
      reproduced: .init(
        0.012,
        unit: .fraction,
        spread: 0.004,
        sampleCount: 5,
        interval: .init(0.007, 0.017),
        values: [0.01, 0.011, 0.012, 0.013, 0.014]
      ),
      rule: "The interval lies above 0.",
      verdict: .reproduced,
      atEqualTraining: .init(verdict: .inconclusive, reproduced: .init(.nan, unit: .fraction))
    )
    let finding = Finding(name: "margin", caption: "Smaller here.", content: .claim(judged), lineInCell: 3)
    report.records["claims"]?.findings.append(finding)
    report.book.reproduces = .init(
      kind: .cite,
      target: "wen-2016",
      text: [],
      location: .init(file: "book.yml", line: 1)
    )
    return report
  }

  private func files(_ report: Report) throws -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: try report.pages().map { ($0.path, $0.bytes) })
  }

  @Test(
    "have statement, place, both verdicts, numbers, rule and provenance, and follow the schema beside them"
  )
  func file() throws {
    let files = try files(try report())
    let text = try #require(files["claims.json"])
    let form = try #require(files["claims.schema.json"])
    let schema = try JSONSchema(form)
    #expect(try schema.problems(in: text) == [])
    let file = try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
    let work = try #require(file["work"] as? [String: String])
    #expect(
      work == [
        "key": "wen-2016", "reference": "Wen et al. A work on centres. 2016. https://example.org/w",
        "url": "https://example.org/w",
      ]
    )
    let claims = try #require(file["claims"] as? [[String: Any]])
    #expect(
      claims.compactMap { $0["id"] as? String } == ["claims.ordering", "claims.megaface", "claims.margin"]
    )
    let claim = try #require(claims.last)
    #expect(
      claim["statement"] as? String == "A margin of <280> is best." && claim["place"] as? String == "table 1"
    )
    #expect(
      claim["remark"] as? String == "Smaller here."
        && claim["page"] as? String == "01-kinds.html#claims.margin"
    )
    let first = try #require(claim["asCompared"] as? [String: Any])
    let number = try #require(first["reproduced"] as? [String: Any])
    #expect(first["verdict"] as? String == "reproduced" && number["value"] as? Double == 0.012)
    #expect((number["interval"] as? [String: Double])?["upper"] == 0.017)
    let second = try #require(claim["atEqualTraining"] as? [String: Any])
    #expect(second["verdict"] as? String == "inconclusive")
    #expect((second["reproduced"] as? [String: Any])?["value"] as? String == "NaN")
    let provenance = try #require(claim["provenance"] as? [String: Any])
    #expect(provenance["cell"] as? String == "claims" && provenance["profile"] as? String == "small")
    #expect(provenance["line"] as? Int == (try line("claims")) + 3 && provenance["seed"] as? Int == 7)
  }

  private func line(_ cell: String) throws -> Int {
    try #require(try Fixture.chapters().flatMap(\.cells).first { $0.id == cell }).location.line
  }

  @Test("are in the schemas' form only: another kind, a missing field and an unknown one are faults")
  func faults() throws {
    let files = try files(try report())
    let form = try #require(files["claims.schema.json"])
    let schema = try JSONSchema(form)
    let bytes = try #require(files["claims.json"])
    let text = String(decoding: bytes, as: UTF8.self)
    for (old, new) in [
      ("\"verdict\" : \"reproduced\"", "\"verdict\" : \"true\""), ("\"statement\"", "\"claim\""),
      ("\"line\" : ", "\"line\" : 0.5, \"row\" : "),
    ] {
      #expect(text.contains(old))
      #expect(try schema.problems(in: text.replacing(old, with: new).utf8) != [], "\(old)")
    }
    let findings = try #require(files["findings.json"])
    let findingsForm = try #require(files["findings.schema.json"])
    let problems = try JSONSchema(findingsForm).problems(in: findings)
    #expect(problems == [])
  }

  @Test(
    "stand in the first page as ClaimReview, each verdict with its aspect, and nothing in them ends the script"
  )
  func reviews() throws {
    var report = try report()
    report.book.metadata.url = "https://example.org/report"
    report.book.metadata.date = "2026-05-31"
    let files = try files(report)
    let first = try #require(files["index.html"])
    let index = String(decoding: first, as: UTF8.self)
    let scripts = index.matches(of: /<script type="application\/ld\+json">([^<]*)<\/script>/).map {
      $0.output.1
    }
    #expect(scripts.count == 2)
    let script = try #require(scripts.last)
    let graph = try #require(
      try JSONSerialization.jsonObject(with: Data(script.utf8)) as? [String: Any]
    )
    let reviews = try #require(graph["@graph"] as? [[String: Any]])
    #expect(reviews.count == 3 && reviews.allSatisfy { $0["@type"] as? String == "ClaimReview" })
    let review = try #require(reviews.last)
    #expect(review["claimReviewed"] as? String == "A margin of <280> is best.")
    #expect(review["url"] as? String == "https://example.org/report/01-kinds.html#claims.margin")
    #expect(review["datePublished"] as? String == "2026-05-31")
    let ratings = try #require(review["reviewRating"] as? [[String: String]])
    #expect(ratings.map { $0["alternateName"] } == ["reproduced", "inconclusive"])
    #expect(ratings.map { $0["reviewAspect"] } == ["as the paper compares", "at equal training"])
    #expect(ratings[0]["ratingExplanation"]?.hasPrefix("The interval lies above 0. Measured: 1.2") == true)
    let appearance = (review["itemReviewed"] as? [String: Any])?["appearance"] as? [String: String]
    #expect(appearance?["url"] == "https://example.org/w" && appearance?["pagination"] == "table 1")
    let chapter = try #require(files["01-kinds.html"])
    let page = String(decoding: chapter, as: UTF8.self)
    #expect(!page.contains("ClaimReview"))
  }

  @Test("are no files of a book without claims")
  func none() throws {
    var report = try Fixture.report()
    report.records["claims"]?.findings = []
    let files = try files(report)
    #expect(files["claims.json"] == nil && files["claims.schema.json"] == nil)
    let index = try #require(files["index.html"])
    #expect(!String(decoding: index, as: UTF8.self).contains("ClaimReview"))
  }

  @Test("go with metadata for code hosts and archives, from book.yml alone")
  func deposits() throws {
    var report = try Fixture.report()
    report.book.authors = [
      .init(name: "Ada \"Q.\" Lovelace", affiliation: "Here: there", orcid: "0000-0002-1825-0097"),
      "Collective",
    ]
    report.book.metadata.date = "2026-05-31"
    report.book.metadata.doi = "10.1000/182"
    report.book.metadata.abstract = "A & b <c>:\nd"
    report.book.metadata.keywords = ["faces", "yes"]
    report.book.metadata.license = "CC-BY-4.0"
    report.book.metadata.funding = ["Grant 1"]
    #expect(
      report.citationFile == """
        cff-version: 1.2.0
        message: "If you use this work, please cite it as below."
        type: software
        title: "Every Kind of Finding: A book to look at"
        authors:
          - family-names: "Lovelace"
            given-names: "Ada \\"Q.\\""
            affiliation: "Here: there"
            orcid: "https://orcid.org/0000-0002-1825-0097"
          - name: "Collective"
        abstract: "A & b <c>: d"
        keywords:
          - "faces"
          - "yes"
        date-released: "2026-05-31"
        doi: "10.1000/182"
        license: "CC-BY-4.0"

        """
    )
    let deposit = try #require(try report.zenodoFile())
    let zenodo = try #require(try JSONSerialization.jsonObject(with: Data(deposit)) as? [String: Any])
    #expect(
      zenodo["creators"] as? [[String: String]] == [
        ["name": "Lovelace, Ada \"Q.\"", "affiliation": "Here: there", "orcid": "0000-0002-1825-0097"],
        ["name": "Collective"],
      ]
    )
    #expect(zenodo["license"] as? String == "cc-by-4.0" && zenodo["language"] as? String == "eng")
    #expect(zenodo["description"] as? String == "<p>A &amp; b &lt;c&gt;:\nd</p>")
    report.book.metadata.abstract = "One.\n\n\nTwo."
    let second = try #require(try report.zenodoFile())
    #expect(String(decoding: second, as: UTF8.self).contains("\"<p>One.</p>\\n<p>Two.</p>\""))
    report.book.authors = []
    #expect(try report.citationFile == nil && report.zenodoFile() == nil)
  }

  @Test(
    "divide names as catalogues do",
    arguments: [
      ("Ludwig van der Berg", "family-names: \"van der Berg\"\n    given-names: \"Ludwig\""),
      ("danah boyd", "family-names: \"boyd\"\n    given-names: \"danah\""),
      ("Jörg Müller, Jr.", "family-names: \"Müller\"\n    given-names: \"Jörg\"\n    name-suffix: \"Jr.\""),
      (
        "King, Jr., Martin Luther",
        "family-names: \"King\"\n    given-names: \"Martin Luther\"\n    name-suffix: \"Jr.\""
      ),
      ("John Smith III", "family-names: \"Smith\"\n    given-names: \"John\"\n    name-suffix: \"III\""),
      ("Berg, Anna", "family-names: \"Berg\"\n    given-names: \"Anna\""),
      ("{The Group of X}", "name: \"The Group of X\""),
    ]
  )
  func names(name: String, expected: String) throws {
    var report = try Fixture.report()
    report.book.authors = [.init(name: name)]
    let file = try #require(report.citationFile)
    #expect(file.contains("authors:\n  - \(expected)\n"), "\(file)")
  }

  @Test("name an entry by its first author without accents")
  func key() throws {
    var report = try Fixture.report()
    report.book.authors = ["Jörg Müller, Jr.", .init(name: "{The Group}")]
    report.book.metadata.date = "2026"
    let file = try #require(try files(report)["cite.bib"])
    let text = String(decoding: file, as: UTF8.self)
    #expect(text.hasPrefix("@misc{muller-2026,"))
    #expect(text.contains("author = {Müller, Jr., Jörg and {The Group}}"))
  }
}

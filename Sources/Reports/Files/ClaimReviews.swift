internal import Chapters
internal import Findings
internal import Foundation
internal import Markup

/// The claims of a book as schema.org's ClaimReview, in a script of JSON-LD. Both verdicts of a claim are ratings, each with
/// the aspect that it is under; a verdict is a word, since it is no point on a scale.
struct ClaimReviews {
  let report: Report
  let catalogue: Catalogue

  var node: Node {
    let reviews = report.claims(catalogue).map(review)
    guard !reviews.isEmpty else { return .empty }
    let graph: [String: Any] = ["@context": "https://schema.org", "@graph": reviews]
    return tag("script", ["type": "application/ld+json"], .text(LinkedData.text(graph)))
  }

  private func review(_ claim: ClaimsFile.Entry) -> [String: Any] {
    let metadata = report.book.metadata
    var review: [String: Any] = ["@type": "ClaimReview", "claimReviewed": claim.statement]
    review["reviewRating"] =
      [rating(claim.asCompared, "as the paper compares", claim)]
      + (claim.atEqualTraining.map { [rating($0, "at equal training", claim)] } ?? [])
    var item: [String: Any] = ["@type": "Claim", "text": claim.statement]
    if let work = report.reproducedWork {
      var article: [String: Any] = ["@type": "ScholarlyArticle", "name": work.reference ?? work.key]
      if let url = work.url { article["url"] = url }
      if !claim.place.isEmpty { article["pagination"] = claim.place }
      item["appearance"] = article
    }
    review["itemReviewed"] = item
    if !report.book.authors.isEmpty { review["author"] = Citing.people(report.book.authors) }
    if !metadata.date.isEmpty { review["datePublished"] = metadata.date }
    // Only a whole address leads to the claim from wherever the review is read.
    if !metadata.url.isEmpty {
      let base = metadata.url.hasSuffix("/") ? metadata.url : metadata.url + "/"
      review["url"] = base + claim.page
    }
    return review
  }

  private func rating(_ judged: Claim.Judged, _ aspect: String, _ claim: ClaimsFile.Entry) -> [String: Any] {
    let number = judged.reproduced.map { measured in
      " Measured: " + NumberText.text(measured) + (MeasuredText.details(measured).map { " (\($0))" } ?? "")
        + "."
    }
    return [
      "@type": "Rating", "alternateName": judged.verdict.text, "reviewAspect": aspect,
      "ratingExplanation": claim.rule + (number ?? ""),
    ]
  }
}

/// JSON for a script element of a page.
enum LinkedData {
  /// The text of a value in one line, in which nothing could end the element.
  static func text(_ value: [String: Any]) -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? JSONSerialization.data(withJSONObject: value, options: options)) ?? Data()
    // Within a script element only `<` could begin something else.
    return String(decoding: data, as: UTF8.self).replacing("<", with: "\\u003c")
  }
}

internal import Charts
internal import Findings
internal import Markup

/// A claim of the paper with the result of this book, the verdict and its rule.
struct ClaimMarkup: FindingMarkup {
  let place: FindingPlace
  let claim: Claim

  private var id: String { place.id }

  var inSentence: String? { claim.verdictText }
  var summary: Node? { .text(claim.verdictText) }
  var title: Node? { .text("Claim: " + claim.statement) }

  var node: Node {
    tag(
      "div",
      ["class": "claim \(claim.verdict.rawValue)", "id": .some(id)],
      tag(
        "p",
        ["class": "statement"],
        tag("span", ["class": "verdict"], .text(claim.verdictText)),
        " ",
        .text(claim.statement)
      ),
      tag(
        "dl",
        [:],
        tag("div", [:], tag("dt", [:], "Paper"), tag("dd", [:], .text(published))),
        tag("div", [:], tag("dt", [:], "Here"), tag("dd", [:], number(claim.reproduced))),
        claim.atEqualTraining.map {
          tag("div", [:], tag("dt", [:], "At equal training"), tag("dd", [:], number($0.reproduced)))
        } ?? .empty,
        tag("div", [:], tag("dt", [:], "Rule"), tag("dd", [:], .text(claim.rule)))
      ),
      place.caption.text.isEmpty ? .empty : tag("p", ["class": "remark"], place.caption.node)
    )
  }

  private var published: String {
    guard let published = claim.published else { return claim.place }
    let number = NumberText.text(published.value, unit: published.unit)
    return "\(number) (\(published.standing.text)\(claim.place.isEmpty ? "" : ", \(claim.place)"))"
  }

  private func number(_ measured: Measured?) -> Node {
    guard let measured else { return "not run" }
    return [
      tag(
        "a",
        ["class": "number", "href": ProvenancePage.address(of: id)],
        .text(NumberText.text(measured))
      ),
      MeasuredText.details(measured).map { tag("span", ["class": "details"], .text(" " + $0)) } ?? .empty,
    ]
  }
}

extension Claim {
  /// The verdict; where the claim was also judged at equal training, both.
  package var verdictText: String {
    guard let other = atEqualTraining else { return verdict.text }
    return "\(verdict.text); at equal training: \(other.verdict.text)"
  }
}

extension Claim.Verdict {
  /// As a reader would say it.
  package var text: String {
    switch self {
    case .reproduced: "reproduced"
    case .contradicted: "contradicted"
    case .equivalent: "equivalent"
    case .inconclusive: "inconclusive"
    case .notAdministered: "not administered"
    case .notRun: "not run"
    }
  }
}

extension Claim.Standing {
  /// As a reader would say it.
  package var text: String {
    switch self {
    case .read: "read in its source"
    case .derived: "derived from the paper"
    case .unverified: "unverified"
    case .notFound: "not found in the paper"
    }
  }
}

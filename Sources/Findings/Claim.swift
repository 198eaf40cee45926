/// A statement of the paper beside what came out here.
public struct Claim: Codable, Hashable, Sendable {
  /// The claim in our words.
  public var statement: String
  /// Where the paper says it, for example "table 3, row 5".
  public var place: String
  /// The paper's number, where it has one.
  public var published: Published?
  /// The number that came out here; `nil` where nothing was run.
  public var reproduced: Measured?
  /// The rule for the verdict, written down before the run.
  public var rule: String
  public var verdict: Verdict

  /// Creates a claim.
  public init(
    statement: String,
    place: String,
    published: Published? = nil,
    reproduced: Measured? = nil,
    rule: String,
    verdict: Verdict
  ) {
    self.statement = statement
    self.place = place
    self.published = published
    self.reproduced = reproduced
    self.rule = rule
    self.verdict = verdict
  }

  /// A number read somewhere, with how far it can be relied on.
  public struct Published: Codable, Hashable, Sendable {
    public var value: Double
    public var unit: Measured.Unit
    public var standing: Standing

    /// Creates a published number.
    public init(_ value: Double, unit: Measured.Unit = .none, standing: Standing) {
      self.value = value
      self.unit = unit
      self.standing = standing
    }
  }

  /// How a number of the paper is known.
  public enum Standing: String, Codable, Hashable, Sendable {
    case read, derived, unverified, notFound
  }

  /// What the run says of the claim.
  public enum Verdict: String, Codable, Hashable, Sendable {
    case reproduced, contradicted, inconclusive, notRun
  }
}

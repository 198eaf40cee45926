/// A claim of the paper with the result of this book and the verdict.
public struct Claim: Codable, Hashable, Sendable {
  /// The claim in our words.
  public var statement: String
  /// Where the paper says it, for example "table 3, row 5".
  public var place: String
  /// The paper's number, where it has one.
  public var published: Published?
  /// The reproduced number; `nil` where nothing was run.
  public var reproduced: Measured?
  /// The rule for the verdict, written down before the run.
  public var rule: String
  public var verdict: Verdict
  /// The same claim judged at equal training, where the paper's comparison does not train both sides equally; shown beside
  /// `verdict` wherever that is shown.
  public var atEqualTraining: Judged?

  /// Creates a claim.
  public init(
    statement: String,
    place: String,
    published: Published? = nil,
    reproduced: Measured? = nil,
    rule: String,
    verdict: Verdict,
    atEqualTraining: Judged? = nil
  ) {
    self.statement = statement
    self.place = place
    self.published = published
    self.reproduced = reproduced
    self.rule = rule
    self.verdict = verdict
    self.atEqualTraining = atEqualTraining
  }

  /// A verdict with the number that it rests on.
  public struct Judged: Codable, Hashable, Sendable {
    public var verdict: Verdict
    /// The reproduced number; `nil` where nothing was run.
    public var reproduced: Measured?

    /// Creates a judged number.
    public init(verdict: Verdict, reproduced: Measured? = nil) {
      self.verdict = verdict
      self.reproduced = reproduced
    }
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

  /// The verdict on a claim.
  public enum Verdict: String, Codable, CaseIterable, Hashable, Sendable {
    case reproduced, contradicted
    /// The effect is shown to be smaller than the smallest effect of interest.
    case equivalent
    case inconclusive
    /// The treatment did not act, so the claim was not tested.
    case notAdministered
    case notRun
  }
}

/// A named value with a caption that a cell records for the reader.
///
/// A finding is addressed in prose as `cell.name`, for example `[99.6 %](finding:lfw.accuracy)`.
public struct Finding: Codable, Hashable, Sendable {
  /// The name within its cell, in kebab-case.
  public var name: String
  /// One sentence that a reader sees beneath it; may be empty for a measurement.
  public var caption: String
  /// The value itself.
  public var content: Content
  /// The line that recorded it, counted from 1 at the cell's first line of code.
  public var lineInCell: Int
  /// How far a rerun on another kind of processor may differ before `verify` calls it different.
  public var tolerance: Tolerance

  /// Creates a finding.
  public init(
    name: String,
    caption: String = "",
    content: Content,
    lineInCell: Int = 1,
    tolerance: Tolerance = .init()
  ) {
    self.name = name
    self.caption = caption
    self.content = content
    self.lineInCell = lineInCell
    self.tolerance = tolerance
  }

  /// The kinds of finding.
  public enum Content: Hashable, Sendable {
    case measurement(Measured)
    case claim(Claim)
    case table(Table)
    case chart(Chart)
    case images(ImageGrid)
    case note(Note)
  }

  /// A name may hold lower-case letters, digits and single hyphens, and starts with a letter.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first), !text.hasSuffix("-") else { return false }
    return !text.contains("--")
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }
}

/// How far two values of one finding may lie apart and still agree.
///
/// `|a − b| ≤ absolute + relative · max(|a|, |b|)`, and for two means over repeats also
/// `|a − b| ≤ standardErrors · √(s(a)²/n(a) + s(b)²/n(b))` with their spreads s and counts n.
public struct Tolerance: Codable, Hashable, Sendable {
  public var absolute: Double
  public var relative: Double
  /// How many standard errors two means may lie apart; `nil` for a result without a trained model.
  public var standardErrors: Double?

  /// Creates a tolerance; the default allows for another processor's rounding of short computations.
  public init(absolute: Double = 1e-9, relative: Double = 1e-3, standardErrors: Double? = nil) {
    self.absolute = absolute
    self.relative = relative
    self.standardErrors = standardErrors
  }

  /// The tolerance of results of trained models: six standard errors. Another processor rounds differently, and training
  /// then ends in another model, as with another seed. Of a few hundred means over five seeds hardly one lies farther by
  /// chance.
  public static let trained = Tolerance(standardErrors: 6)

  /// Whether two values agree; two NaN agree, and so do two equal infinities.
  public func accepts(_ a: Double, _ b: Double) -> Bool {
    if a == b || (a.isNaN && b.isNaN) { return true }
    return abs(a - b) <= absolute + relative * max(abs(a), abs(b))
  }
}

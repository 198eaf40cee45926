/// A chart as data: axes and marks, no picture. `Charts` draws it.
public struct Chart: Codable, Hashable, Sendable {
  public var x: Axis
  public var y: Axis
  public var marks: [Mark]
  /// What the chart shows, in a sentence, for readers who do not see it.
  public var summary: String
  /// Width over height of the plot.
  public var aspectRatio: Double

  /// Creates a chart.
  public init(x: Axis, y: Axis, marks: [Mark], summary: String, aspectRatio: Double = 1.6) {
    self.x = x
    self.y = y
    self.marks = marks
    self.summary = summary
    self.aspectRatio = aspectRatio
  }

  /// What an axis measures.
  public struct Axis: Codable, Hashable, Sendable {
    public var label: String
    public var scale: Scale
    /// The range shown; `nil` takes it from the data.
    public var domain: ClosedRange<Double>?

    /// Creates an axis.
    public init(_ label: String, scale: Scale = .linear, domain: ClosedRange<Double>? = nil) {
      self.label = label
      self.scale = scale
      self.domain = domain
    }
  }

  /// How values become places.
  public enum Scale: Codable, Hashable, Sendable {
    case linear
    /// Base 10; values must be above 0.
    case log
    /// Categories in this order; a mark's value is the category's index.
    case categorical([String])
  }

  /// A place in the units of the axes.
  public struct Point: Codable, Hashable, Sendable {
    public var x: Double
    public var y: Double

    /// Creates a point.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// What is drawn. `series` is the name in the legend; marks of one name share a colour.
  public enum Mark: Codable, Hashable, Sendable {
    case line(series: String, points: [Point])
    case dots(series: String, points: [Point], symbol: Symbol = .circle)
    case rule(series: String, from: Point, to: Point)
    case text(Point, String)
  }

  /// The shape of a dot, so that series can be told apart without colour.
  public enum Symbol: String, Codable, Hashable, Sendable {
    case circle, cross, square, triangle, diamond
  }
}

/// A chart as data: axes and marks, no picture. `Charts` draws it.
public struct Chart: Codable, Hashable, Sendable {
  public var x: Axis
  public var y: Axis
  /// What is drawn, the first beneath the others; in a chart of panels it is drawn in each of them.
  public var marks: [Mark]
  /// Small charts side by side on the same axes; empty where the chart is one picture.
  public var panels: [Panel]
  /// What the chart shows, in a sentence, for readers who do not see it.
  public var summary: String
  /// Width over height of the plot.
  public var aspectRatio: Double

  /// Creates a chart.
  public init(
    x: Axis,
    y: Axis,
    marks: [Mark] = [],
    panels: [Panel] = [],
    summary: String,
    aspectRatio: Double = 1.6
  ) {
    self.x = x
    self.y = y
    self.marks = marks
    self.panels = panels
    self.summary = summary
    self.aspectRatio = aspectRatio
  }

  /// What an axis measures.
  public struct Axis: Codable, Hashable, Sendable {
    public var label: String
    public var scale: Scale
    /// The range shown; `nil` takes it from the data.
    public var domain: ClosedRange<Double>?
    /// A fraction is shown in percent, other units stand behind the label.
    public var unit: Measured.Unit

    /// Creates an axis.
    public init(
      _ label: String,
      scale: Scale = .linear,
      domain: ClosedRange<Double>? = nil,
      unit: Measured.Unit = .none
    ) {
      self.label = label
      self.scale = scale
      self.domain = domain
      self.unit = unit
    }
  }

  /// How values are mapped to positions on the axis.
  public enum Scale: Hashable, Sendable {
    case linear
    /// Base 10; values must be above 0.
    case log
    /// Days and times: values are seconds since 1970-01-01 00:00 UTC, as `Date.timeIntervalSince1970` gives them.
    case date
    /// Categories in this order; a mark's value is the category's index, from 0.
    case categorical([String])
  }

  /// One of several small charts on the same axes.
  public struct Panel: Codable, Hashable, Sendable {
    public var title: String
    public var marks: [Mark]

    /// Creates a panel.
    public init(_ title: String, marks: [Mark]) {
      self.title = title
      self.marks = marks
    }
  }

  /// A point in the units of the axes.
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    /// Creates a point.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A range of y at one x: a piece of a band, or an error bar.
  public struct Span: Hashable, Sendable {
    public var x: Double
    public var lower: Double
    public var upper: Double

    /// Creates a span.
    public init(_ x: Double, _ lower: Double, _ upper: Double) {
      self.x = x
      self.lower = lower
      self.upper = upper
    }
  }

  /// One tile of a heat map, centred at a position of two categorical or evenly spaced axes.
  public struct Tile: Hashable, Sendable {
    public var x: Double
    public var y: Double
    public var value: Double

    /// Creates a tile.
    public init(_ x: Double, _ y: Double, _ value: Double) {
      self.x = x
      self.y = y
      self.value = value
    }
  }

  /// What is drawn. `series` is the name in the legend; marks of one name share a colour.
  public enum Mark: Hashable, Sendable {
    case line(series: String, points: [Point])
    case dots(series: String, points: [Point], symbol: Symbol = .circle)
    case rule(series: String, from: Point, to: Point)
    case text(Point, String)
    /// A shaded region between two values, for example a spread around a line of the same series.
    case band(series: String, spans: [Span])
    /// The region between 0 and a line.
    case area(series: String, points: [Point])
    /// Bars from 0; across where the y axis is categorical. Bars of several series at one place stand side by side.
    case bars(series: String, points: [Point])
    case errorBars(series: String, spans: [Span])
    /// Bars between neighbouring edges; `edges.count == counts.count + 1`.
    case histogram(series: String, edges: [Double], counts: [Double])
    /// A heat map; `label` says what its colour measures.
    case tiles([Tile], label: String)

    /// Sorts values into bins of equal width.
    ///
    /// Bins are closed on the left, the last on both sides. Values that are not finite are left out.
    public static func histogram(series: String, values: [Double], binCount: Int = 20) -> Mark {
      let finite = values.filter(\.isFinite)
      guard let low = finite.min(), let high = finite.max(), binCount > 0 else {
        return .histogram(series: series, edges: [], counts: [])
      }
      // By halves: the difference of the largest numbers would be infinite.
      let half = (high / 2 - low / 2) / Double(binCount)
      let (bins, step) = half > 0 ? (binCount, half) : (1, 0.5)
      var counts = [Double](repeating: 0, count: bins)
      for value in finite { counts[min(bins - 1, Int((value / 2 - low / 2) / step))] += 1 }
      let edges = (0...bins).map { min(2 * (low / 2 + Double($0) * step), .greatestFiniteMagnitude) }
      return .histogram(series: series, edges: edges, counts: counts)
    }
  }

  /// The shape of a dot, so that series can be told apart without colour.
  public enum Symbol: String, Codable, Hashable, Sendable {
    case circle, cross, square, triangle, diamond
  }
}

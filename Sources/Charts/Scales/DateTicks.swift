internal import Findings
internal import Foundation

/// Ticks of an axis of days and times: at whole years, months, days, hours, minutes or seconds of UTC.
enum DateTicks {
  /// A step of so many units, for example three months.
  private struct Step {
    var unit: Calendar.Component
    var count: Int
    /// About how many seconds it takes.
    var seconds: Double
    /// How a tick is written, in the letters of Unicode's date formats.
    var format: String
  }

  private static let day = 86_400.0

  private static let steps: [Step] =
    [1, 5, 15, 30].map { Step(unit: .second, count: $0, seconds: Double($0), format: "HH:mm:ss") }
    + [1, 5, 15, 30].map { Step(unit: .minute, count: $0, seconds: 60 * Double($0), format: "HH:mm") }
    + [1, 3, 6, 12].map { Step(unit: .hour, count: $0, seconds: 3600 * Double($0), format: "d MMM HH:mm") }
    + [1, 2, 7, 14].map { Step(unit: .day, count: $0, seconds: day * Double($0), format: "d MMM yyyy") }
    + [1, 3, 6].map { Step(unit: .month, count: $0, seconds: 30.44 * day * Double($0), format: "MMM yyyy") }
    + [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map {
      Step(unit: .year, count: $0, seconds: 365.24 * day * Double($0), format: "yyyy")
    }

  /// The first and the last second of the years that a calendar is asked for: 1 to 9999.
  private static let years = -62_135_596_800.0...253_402_300_799.0

  static func ticks(on scale: PlotScale) -> [PlotScale.Tick] {
    let domain = scale.domain.clamped(to: years)
    let most = abs(scale.end - scale.start) > 300 ? 6.0 : 3
    guard let step = steps.first(where: { (domain.upperBound - domain.lowerBound) / $0.seconds <= most })
    else { return [] }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let format = DateFormatter()
    format.calendar = calendar
    format.timeZone = calendar.timeZone
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = step.format
    var ticks: [PlotScale.Tick] = []
    var date = start(before: Date(timeIntervalSince1970: domain.lowerBound), step, calendar)
    while date.timeIntervalSince1970 <= domain.upperBound, ticks.count < 50 {
      let value = date.timeIntervalSince1970
      if value >= domain.lowerBound, let position = scale.position(value) {
        let label = format.string(from: date)
        ticks.append(.init(value: value, position: position, label: label, isMinor: ticks.count % 2 == 1))
      }
      guard let next = calendar.date(byAdding: step.unit, value: step.count, to: date) else { break }
      date = next
    }
    return scale.start < scale.end ? withoutOverlaps(ticks, on: scale) : ticks
  }

  /// The room to the right of the plot, and between two labels.
  private static let (after, gap) = (14.0, 4.0)

  /// Leaves out labels of an x axis that have no room beside each other, and moves those at the ends into the picture. A
  /// tick without a label stays.
  private static func withoutOverlaps(_ ticks: [PlotScale.Tick], on scale: PlotScale) -> [PlotScale.Tick] {
    var ticks = ticks
    let halves = ticks.map { LabelWidth.of($0.label, size: 12) / 2 }
    let places = ticks.indices.map { index in
      max(2 + halves[index], min(ticks[index].position, scale.end + after - halves[index]))
    }
    let needed = 2 * (halves.max() ?? 0) + gap
    let room = zip(ticks, ticks.dropFirst()).map { $1.position - $0.position }.min() ?? needed
    let step = CategoryLabels.step(room: room, line: needed)
    var shown = Array(stride(from: 0, to: ticks.count, by: step))
    // The last label has moved towards the one before it.
    if shown.count > 1, let last = shown.last,
      places[last] - places[last - step] < halves[last] + halves[last - step] + gap
    {
      shown.removeLast()
    }
    for index in ticks.indices {
      let order = shown.firstIndex(of: index)
      if order == nil { ticks[index].label = "" }
      ticks[index].isMinor = (order ?? 1) % 2 == 1
      if places[index] != ticks[index].position { ticks[index].labelPosition = places[index] }
    }
    return ticks
  }

  /// A date in words for tooltips and tables: the day, with the time where it is not midnight.
  static func text(_ value: Double) -> String {
    guard years.contains(value) else { return NumberText.plain(value, unit: .none) }
    let date = Date(timeIntervalSince1970: value)
    let text = date.ISO8601Format()
    return value.truncatingRemainder(dividingBy: day) == 0 ? String(text.prefix(10)) : text
  }

  /// The last whole step at or before a date; years and months are counted from the year 0, the rest from their day.
  private static func start(before date: Date, _ step: Step, _ calendar: Calendar) -> Date {
    var parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    func down(_ value: Int?, from first: Int = 0) -> Int {
      ((value ?? first) - first) / step.count * step.count + first
    }
    switch step.unit {
    case .second: parts.second = down(parts.second)
    case .minute: (parts.minute, parts.second) = (down(parts.minute), 0)
    case .hour: (parts.hour, parts.minute, parts.second) = (down(parts.hour), 0, 0)
    case .day: (parts.hour, parts.minute, parts.second) = (0, 0, 0)
    case .month:
      parts = DateComponents(year: parts.year, month: down(parts.month, from: 1), day: 1)
    default: parts = DateComponents(year: max(1, down(parts.year)), month: 1, day: 1)
    }
    return calendar.date(from: parts) ?? date
  }
}

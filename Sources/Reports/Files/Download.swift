internal import Findings

/// A file of a finding's data or picture, beside the pages.
struct Download: Sendable {
  /// The folder of all such files within the report.
  static let folder = "data"

  let path: String
  let format: Format
  let title: String
  let description: String
  /// The values of a file of comma-separated values; `nil` for a picture.
  let csv: (@Sendable () -> CSV)?
  let draw: @Sendable () -> [UInt8]
  /// Whether the page itself shows the file, as a picture.
  let isShown: Bool

  enum Format: String {
    case csv, svg, png

    var name: String { rawValue.uppercased() }
  }

  init(_ place: FindingPlace, _ format: Format, _ csv: @escaping @Sendable () -> CSV) {
    path = place.file(format.rawValue)
    self.format = format
    title = place.label
    description = place.caption.text
    self.csv = csv
    draw = { csv().bytes }
    isShown = false
  }

  init(_ place: FindingPlace, svg: @escaping @Sendable () -> [UInt8]) {
    path = place.file(Format.svg.rawValue)
    format = .svg
    title = place.label
    description = place.caption.text
    csv = nil
    draw = svg
    isShown = false
  }

  init(
    png path: String,
    title: String,
    description: String,
    isShown: Bool,
    draw: @escaping @Sendable () -> [UInt8]
  ) {
    self.path = path
    format = .png
    self.title = title
    self.description = description
    csv = nil
    self.draw = draw
    self.isShown = isShown
  }
}

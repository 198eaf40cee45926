internal import Findings
internal import Markup
internal import PNGCoding

/// Small pictures side by side, each a PNG file beside the pages, and all of them as one PNG up to
/// `ImageGrid.mostJointPixels`.
struct ImageGridMarkup: FindingMarkup {
  let place: FindingPlace
  let grid: ImageGrid

  var node: Node { place.figure([pictures], after: [remark], downloads: whole.map { [$0] } ?? []) }

  var numbering: Numbering? { .figure }
  var summary: Node? { place.summary }
  var title: Node? { place.title }

  var downloads: [Download] {
    (whole.map { [$0] } ?? [])
      + grid.images.enumerated().map { index, image in
        Download(
          png: file(index),
          title: "\(place.label), picture \(index + 1)",
          description: image.label,
          isShown: true
        ) { image.png }
      }
  }

  /// The file of all pictures; `nil` where they have no pixel, or too many.
  private var whole: Download? {
    let (width, height) = grid.jointSize
    guard width > 0, !isTooLarge else { return nil }
    return Download(
      png: place.file(Download.Format.png.rawValue),
      title: place.label,
      description: place.caption.text,
      isShown: false
    ) { [grid] in (try? PNG.encode(grid.joint, width: width, height: height)) ?? [] }
  }

  private var isTooLarge: Bool {
    let (width, height) = grid.jointSize
    return width > ImageGrid.mostJointPixels / max(1, height)
  }

  private var remark: Node {
    let (width, height) = grid.jointSize
    let count = { (number: Int) in NumberText.fixed(Double(number), digits: 0) }
    return isTooLarge
      ? tag(
        "p",
        ["class": "remark"],
        .text(
          "There is no file of all these pictures side by side: it would be \(count(width)) pixels wide and "
            + "\(count(height)) high, and the most is \(count(ImageGrid.mostJointPixels)) pixels."
        )
      )
      : .empty
  }

  private func file(_ index: Int) -> String { place.file("\(index + 1).png") }

  private var pictures: Node {
    let columns = max(1, min(grid.columns, 12))
    return tag(
      "div",
      ["class": "images c\(columns)"],
      grid.images.enumerated().map { index, image in
        tag(
          "div",
          [:],
          tag(
            "img",
            [
              "src": .some(file(index)),
              "width": "\(image.width)", "height": "\(image.height)", "alt": .some(image.label),
              "loading": "lazy",
            ]
          ),
          image.label.isEmpty ? .empty : tag("span", ["aria-hidden": "true"], .text(image.label))
        )
      }
    )
  }
}

extension ImageGrid.Image {
  /// The picture as PNG; nothing for a picture without pixels, which a page shows as an empty frame.
  fileprivate var png: [UInt8] { (try? PNG.encode(rgb, width: width, height: height)) ?? [] }
}

extension ImageGrid {
  /// The most pixels of the pictures side by side, which take three bytes each while they are drawn.
  fileprivate static let mostJointPixels = 1 << 25

  /// The white between and around the pictures side by side, in pixels.
  private static let gap = 4

  /// The pictures that have a pixel, row by row.
  private var rows: [ArraySlice<Image>] {
    let drawn = images.filter { !$0.rgb.isEmpty }
    let columns = max(1, min(columns, drawn.count))
    return stride(from: 0, to: drawn.count, by: columns).map { drawn[$0..<min($0 + columns, drawn.count)] }
  }

  /// The size of the pictures side by side: columns as wide as the widest picture, each row as high as its highest; zero
  /// where there is no pixel.
  fileprivate var jointSize: (width: Int, height: Int) {
    let rows = rows
    guard let first = rows.first else { return (0, 0) }
    let widest = rows.joined().map(\.width).max() ?? 0
    let height = rows.reduce(Self.gap) { $0 + ($1.map(\.height).max() ?? 0) + Self.gap }
    return (first.count * (widest + Self.gap) + Self.gap, height)
  }

  /// The pixels of the pictures side by side on white.
  fileprivate var joint: [UInt8] {
    let (width, height) = jointSize
    let rows = rows
    let widest = rows.joined().map(\.width).max() ?? 0
    var rgb = [UInt8](repeating: 255, count: 3 * width * height)
    var top = Self.gap
    for row in rows {
      for (column, image) in row.enumerated() {
        let left = Self.gap + column * (widest + Self.gap)
        for y in 0..<image.height {
          let source = 3 * y * image.width
          let target = 3 * ((top + y) * width + left)
          rgb.replaceSubrange(
            target..<target + 3 * image.width,
            with: image.rgb[source..<source + 3 * image.width]
          )
        }
      }
      top += (row.map(\.height).max() ?? 0) + Self.gap
    }
    return rgb
  }
}

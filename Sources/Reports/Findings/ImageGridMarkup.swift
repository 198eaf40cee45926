internal import Findings
internal import Markup
internal import PNGCoding

/// Small pictures side by side, each a PNG file beside the pages, and all of them as one PNG.
struct ImageGridMarkup: FindingMarkup {
  let place: FindingPlace
  let grid: ImageGrid

  var node: Node { place.figure([pictures], downloads: grid.images.isEmpty ? [] : [whole]) }

  var numbering: Numbering? { .figure }
  var summary: Node? { place.summary }
  var title: Node? { place.title }

  var downloads: [Download] {
    if grid.images.isEmpty { return [] }
    return [whole]
      + grid.images.enumerated().map { index, image in
        Download(
          png: file(index),
          title: "\(place.label), picture \(index + 1)",
          description: image.label,
          isShown: true
        ) { image.png }
      }
  }

  private var whole: Download {
    Download(
      png: place.file(Download.Format.png.rawValue),
      title: place.label,
      description: place.caption.text,
      isShown: false
    ) { [grid] in grid.png }
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
  /// The pictures side by side on white with four pixels between, as one PNG; nothing where there is no pixel.
  fileprivate var png: [UInt8] {
    let gap = 4
    let (width, height) = (images.map(\.width).max() ?? 0, images.map(\.height).max() ?? 0)
    guard width > 0, height > 0 else { return [] }
    let columns = max(1, min(columns, images.count))
    let rows = (images.count + columns - 1) / columns
    let breadth = columns * (width + gap) + gap
    let total = rows * (height + gap) + gap
    var rgb = [UInt8](repeating: 255, count: 3 * breadth * total)
    for (index, image) in images.enumerated() {
      let left = gap + index % columns * (width + gap)
      let top = gap + index / columns * (height + gap)
      for y in 0..<image.height {
        let source = 3 * y * image.width
        let target = 3 * ((top + y) * breadth + left)
        rgb.replaceSubrange(
          target..<target + 3 * image.width,
          with: image.rgb[source..<source + 3 * image.width]
        )
      }
    }
    return (try? PNG.encode(rgb, width: breadth, height: total)) ?? []
  }
}

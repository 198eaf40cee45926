internal import Findings
internal import Foundation
internal import Markup
internal import PNGCoding

/// Small pictures side by side, each a PNG within the page.
struct ImageGridMarkup: FindingMarkup {
  let place: FindingPlace
  let grid: ImageGrid

  var node: Node { place.figure([pictures], downloads: []) }

  var numbering: Numbering? { .figure }
  var summary: String? { place.summary }
  var title: String? { place.title }

  private var pictures: Node {
    let columns = max(1, min(grid.columns, 12))
    return tag(
      "div",
      ["class": "images c\(columns)"],
      grid.images.map { image in
        // A picture without pixels has an empty frame.
        let png = (try? PNG.encode(image.rgb, width: image.width, height: image.height)) ?? []
        return tag(
          "div",
          [:],
          tag(
            "img",
            [
              "src": "data:image/png;base64,\(Data(png).base64EncodedString())",
              "width": "\(image.width)", "height": "\(image.height)", "alt": .some(image.label),
            ]
          ),
          image.label.isEmpty ? .empty : tag("span", ["aria-hidden": "true"], .text(image.label))
        )
      }
    )
  }
}

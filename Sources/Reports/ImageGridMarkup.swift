internal import Findings
internal import Foundation
internal import Markup

/// Small pictures side by side, each a PNG within the page.
struct ImageGridMarkup {
  let grid: ImageGrid

  var node: Node {
    let columns = max(1, min(grid.columns, 12))
    return tag(
      "div",
      ["class": "images c\(columns)"],
      grid.images.map { image in
        tag(
          "div",
          [:],
          tag(
            "img",
            [
              "src": "data:image/png;base64,\(Data(image.png).base64EncodedString())",
              "width": "\(image.width)", "height": "\(image.height)", "alt": .some(image.label),
            ]
          ),
          image.label.isEmpty ? .empty : tag("span", ["aria-hidden": "true"], .text(image.label))
        )
      }
    )
  }
}

internal import Charts

/// The style sheet of all pages: `Assets/style.css` with the colours and rules of charts.
enum StyleSheet {
  /// A file of its own: it is half the size of a page of prose, and all pages share it.
  static let path = "style.css"

  static let css =
    ":root,.light{\(ChartStyle.properties(isDark: false))}\n"
    + "@media screen and (prefers-color-scheme:dark){:root{\(ChartStyle.properties(isDark: true))}}\n"
    + String(decoding: PackageResources.style_css, as: UTF8.self) + ChartStyle.css
}

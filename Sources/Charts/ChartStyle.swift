/// The look of charts: colours as custom properties in a light and a dark form.
///
/// Eight hues in the order of Okabe and Ito's set for colour-blind readers, darkened or lightened until each has a
/// contrast of at least 4.5 : 1 with its ground (WCAG 2.2, 1.4.3), since names of lines are written in them.
package enum ChartStyle {
  /// Series colours on a light ground.
  package static let light = ["0b62a4", "b5470b", "00795a", "8a4a9e", "7d6400", "a3245f", "00768c", "4d4d4d"]
  /// Series colours on a dark ground.
  package static let dark = ["6cb8f0", "ff9a5c", "4fd0a5", "d3a4ea", "e6c24a", "ff8fbb", "5fd0e4", "c8c8c8"]
  /// The heat map from little to much, on a light ground.
  package static let lightRamp = [
    "f1f5f9", "dce9f3", "bfd9ec", "99c3e1", "6fa9d3", "4a8dc1", "2f70a8", "1d538a", "123864",
  ]
  /// The heat map from little to much, on a dark ground.
  package static let darkRamp = [
    "1d2630", "20374b", "234a68", "275f88", "3177a9", "4b92c6", "72afdd", "a3cdef", "d8ecfb",
  ]

  /// Custom properties for one ground, to be put in a `:root` rule.
  package static func properties(isDark: Bool) -> String {
    let series = (isDark ? dark : light).enumerated().map { "--s\($0 + 1):#\($1)" }
    let ramp = (isDark ? darkRamp : lightRamp).enumerated().map { "--h\($0):#\($1)" }
    return (series + ramp).joined(separator: ";")
  }

  /// The rules, without the colours.
  package static let css = String(decoding: PackageResources.chart_css, as: UTF8.self)
}

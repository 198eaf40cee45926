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
  package static let css: String = {
    let series = (1...8).map { ".s\($0){--c:var(--s\($0))}" }.joined()
    let ramp = (0...8).map {
      ".h\($0){fill:var(--h\($0))}.plot .t\($0){fill:var(--\($0 < 5 ? "ink" : "paper"))}"
    }
    .joined()
    return rules + series + ramp
  }()

  private static let rules = """
    .chart{margin:0}
    .plot{display:block;width:100%;max-width:37.5rem;height:auto;overflow:visible;font:12px var(--sans)}
    .plot text{fill:var(--soft);unicode-bidi:plaintext}
    .plot .title,.plot .panel-title{fill:var(--ink)}
    .plot .panel-title{font-weight:600}
    .plot .note{fill:var(--ink);font:inherit}
    .plot .end text{fill:var(--c)}
    .plot .tile{font-size:11px}
    .grid{stroke:var(--rule);stroke-width:1;fill:none}
    .axis{stroke:var(--faint);stroke-width:1;fill:none}
    .line{stroke:var(--c);stroke-width:2;fill:none;stroke-linejoin:round;stroke-linecap:butt}
    .line.rule{stroke-width:1.5}
    .dot{fill:var(--c);stroke:var(--paper);stroke-width:.75}
    .dot.many{stroke:none}
    .cross{stroke:var(--c);stroke-width:2;fill:none}
    .halo{stroke:var(--paper);stroke-width:5;fill:none}
    .dot.hollow{fill:var(--paper);stroke:var(--c);stroke-width:1.5}
    .bar{fill:var(--c)}
    .bar.b1{fill-opacity:.5;stroke:var(--c)}.bar.b2{fill-opacity:.12;stroke:var(--c)}
    .histogram .bar{stroke:var(--paper);stroke-width:1}
    .histogram .overlaid,.key .overlaid{fill-opacity:.35;stroke:var(--c);stroke-width:1.25}
    .band{fill:var(--c);fill-opacity:.2;stroke:none}
    .error{stroke:var(--ink);stroke-width:1.25;fill:none}
    .density{fill:var(--c)}
    .density.d1{fill-opacity:.25}.density.d2{fill-opacity:.45}.density.d3{fill-opacity:.7}
    .tiles rect{stroke:var(--paper);stroke-width:1}
    .legend{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;list-style:none;margin:0 0 .35rem;padding:0;font:.8125rem/1.5 var(--sans)}
    .legend li{margin:0;padding:0;display:flex;align-items:center;gap:.4rem;overflow-wrap:anywhere}
    .key{width:28px;height:14px;flex:none}
    .tile-legend{font:.8125rem/1.5 var(--sans);margin:0 0 .35rem}
    .ramp{width:108px;height:12px;vertical-align:-1px}
    .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));gap:1rem 1.25rem}
    @media (max-width:32rem){.plot{font-size:16px}.plot .minor{display:none}.plot .tile{font-size:12px}.panel{font-size:12px}}

    """
}

import Charts
import Foundation
import Testing

@Suite("Chart colours")
struct ChartStyleTests {
  @Test(
    "stand out from their ground by 4.5 : 1, as the text that is written in them must",
    arguments: [(ChartStyle.light, "ffffff"), (ChartStyle.dark, "15181c")]
  )
  func contrast(colours: [String], ground: String) {
    for colour in colours { #expect(ratio(colour, ground) >= 4.5, "\(colour) on \(ground)") }
  }

  @Test("of a heat map grow darker on light, and lighter on dark")
  func ramps() {
    let light = ChartStyle.lightRamp.map(luminance)
    let dark = ChartStyle.darkRamp.map(luminance)
    #expect(zip(light, light.dropFirst()).allSatisfy { $0 > $1 })
    #expect(zip(dark, dark.dropFirst()).allSatisfy { $0 < $1 })
  }

  private func ratio(_ a: String, _ b: String) -> Double {
    let (x, y) = (luminance(a), luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }

  /// Relative luminance, WCAG 2.2.
  private func luminance(_ colour: String) -> Double {
    let value = Int(colour, radix: 16) ?? 0
    let parts = [16, 8, 0].map { shift -> Double in
      let part = Double(value >> shift & 255) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}

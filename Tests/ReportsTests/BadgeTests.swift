internal import Foundation
internal import Reports
internal import TestSupport
internal import Testing

@Suite("A badge")
struct BadgeTests {
  @Test("says in words and in colour how a verification ended")
  func results() {
    #expect(
      Badge(identical: 3, differing: 0, wrong: 0, failures: 0)
        == Badge(label: "reproduced", result: "3 findings to the last bit", level: .good)
    )
    #expect(
      Badge(identical: 3, differing: 2, wrong: 0, failures: 0)
        == Badge(label: "reproduced", result: "5 findings, 3 to the last bit", level: .fair)
    )
    #expect(
      Badge(identical: 3, differing: 2, wrong: 1, failures: 0)
        == Badge(label: "reproduced", result: "1 of 5 findings differ", level: .bad)
    )
    #expect(Badge(identical: 3, differing: 0, wrong: 0, failures: 1).level == .bad)
  }

  @Test("is XML that escapes its text, with white text that has a contrast of at least 4.5 to 1")
  func drawing() {
    let text = String(decoding: Badge(label: "a<b", result: "1 & 2", level: .good).bytes, as: UTF8.self)
    #expect(xmlProblem(in: text) == nil)
    #expect(text.contains("a&lt;b") && text.contains("1 &amp; 2") && !text.contains("http://www.w3.org/1999"))
    for level in [Badge.Level.good, .fair, .bad] {
      let digits = Array(level.rawValue.dropFirst())
      let luminance = [0.2126, 0.7152, 0.0722].enumerated().reduce(0.0) { sum, weight in
        let value =
          Double(Int(String(digits[(2 * weight.offset)...(2 * weight.offset + 1)]), radix: 16) ?? 0) / 255
        // WCAG 2's relative luminance.
        return sum + weight.element * (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
      }
      #expect(1.05 / (luminance + 0.05) >= 4.5, "\(level)")
    }
  }
}

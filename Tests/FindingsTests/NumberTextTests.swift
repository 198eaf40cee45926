import Findings
import Testing

@Suite("Numbers as a reader sees them")
struct NumberTextTests {
  @Test(
    "have the digits that their spread supports",
    arguments: [
      (Measured(0.9963, unit: .fraction, spread: 0.0007), "99.630 ±\u{A0}0.070\u{A0}%"),
      (Measured(0.9963, unit: .fraction), "99.63\u{A0}%"),
      (Measured(0.000012, unit: .fraction), "0.0012\u{A0}%"),
      (Measured(12345, unit: .count), "12,345"),
      (Measured(-2.5), "−2.5"),
      (Measured(1.23456, spread: 0.1), "1.23 ±\u{A0}0.10"),
      (Measured(3, unit: .symbol("images/s")), "3\u{A0}images/s"),
      (Measured(.nan), "not a number"),
      (Measured(-.infinity, unit: .fraction), "−∞\u{A0}%"),
      (Measured(1, spread: .nan), "1"),
      (Measured(.leastNonzeroMagnitude), "5e−324"),
    ]
  )
  func measured(value: Measured, text: String) { #expect(NumberText.text(value) == text) }

  @Test(
    "are rounded, grouped and signed",
    arguments: [
      (0.0, 0, "0"), (-0.004, 2, "0.00"), (1234.5, 1, "1,234.5"), (999.996, 2, "1,000.00"),
      (-1e6, 0, "−1,000,000"),
      (1e300, 2, "10³⁰⁰"), (0.05, 2, "0.05"),
    ]
  )
  func fixed(value: Double, digits: Int, text: String) {
    #expect(NumberText.fixed(value, digits: digits) == text)
  }

  @Test(
    "without a spread show four figures, or as many as they were written with",
    arguments: [
      (3.14159, "3.142"), (0.00012345, "0.0001235"), (0.00001, "10⁻⁵"), (1e12, "10¹²"), (42, "42"),
      (0.5, "0.5"), (0.11, "0.11"), (0.30000000000000004, "0.3000"),
    ]
  )
  func general(value: Double, text: String) { #expect(NumberText.text(value, unit: .none) == text) }
}

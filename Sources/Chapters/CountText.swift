/// A count with its noun: `1 cell`, `3 cells`.
///
/// - Parameter noun: in the singular; its plural ends in `s`.
package func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

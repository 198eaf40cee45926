import Laboratory

/// What worlds that do not count found, read from `pilot.csv`: the search of the weights, and the spreads for the power analysis.
///
/// `Tests/Scripts/pilot-spreads` writes the file from the `findings.json` of those runs.
struct Pilot {
  struct Entry {
    let mean: Double
    /// The standard deviation over the worlds; `nil` where there was one.
    let deviation: Double?
    let worlds: Int
    /// The profile and the digest of the rules that drew the worlds.
    let source: String

    func measured(_ unit: Measured.Unit) -> Measured { Measured(mean, unit: unit, spread: deviation, sampleCount: worlds) }
  }

  private let entries: [String: Entry]

  init(_ notebook: Notebook) throws {
    let text = String(decoding: try notebook.data(contentsOf: "pilot.csv"), as: UTF8.self)
    var entries: [String: Entry] = [:]
    for (number, line) in text.split(separator: "\n").enumerated().dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, let mean = Double(fields[1]), let worlds = Int(fields[3]) else {
        fatalError("pilot.csv, line \(number + 1): '\(line)' is not finding,mean,deviation,worlds,source")
      }
      entries[fields[0]] = Entry(mean: mean, deviation: Double(fields[2]), worlds: worlds, source: fields[4])
    }
    self.entries = entries
  }

  subscript(finding: String) -> Entry? { entries[finding] }
}

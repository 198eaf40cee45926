import Digests
import Foundation
import Laboratory

/// The rules of the experiment, read from `rules.yml`.
///
/// The digest of that file is the seed of the worlds, so a changed rule gives other worlds. In the profile `pilot` the seeds come from a
/// fixed text instead; those worlds served to set the rules and never count.
struct Rules {
  /// The SHA-256 of the file, in hexadecimal digits.
  let digest: String
  /// The values of each key, in the order of the file; keys of nested lines are joined by a dot: `sizes.worlds`.
  private let values: [String: [Double]]
  private let profile: String

  static let current = Rules(Notebook.current)

  init(_ notebook: Notebook) {
    do {
      let data = try notebook.data(contentsOf: "rules.yml")
      digest = Digest(of: data).hex
      values = Self.numbers(String(decoding: data, as: UTF8.self))
      profile = notebook.profile
    } catch { fatalError("the rules of the experiment cannot be read: \(error)") }
  }

  /// Reads the lines `key: number` and `key: [number, number, …]` under their headings; other lines are for people.
  static func numbers(_ text: String) -> [String: [Double]] {
    var heading = ""
    var result: [String: [Double]] = [:]
    for line in text.split(separator: "\n") {
      let code = line.prefix { $0 != "#" }
      guard let colon = code.firstIndex(of: ":") else { continue }
      let key = code[..<colon].trimmingCharacters(in: .whitespaces)
      let value = code[code.index(after: colon)...].trimmingCharacters(in: CharacterSet(charactersIn: " []"))
      if value.isEmpty { heading = key + "."; continue }
      if !line.hasPrefix(" ") { heading = "" }
      let numbers = value.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
      if !numbers.contains(nil) { result[heading + key] = numbers.compactMap { $0 } }
    }
    return result
  }

  /// All values of a key.
  func list(_ key: String) -> [Double] {
    guard let list = values[key] else { fatalError("rules.yml has no number ‘\(key)’") }
    return list
  }

  /// The value of a key; of a list of three, the one for the profile: smoke, small, large.
  func callAsFunction(_ key: String) -> Double {
    let list = list(key)
    guard list.count == 3 else { return list[0] }
    return profile == "smoke" ? list[0] : profile == "large" ? list[2] : list[1]
  }

  /// The value of a key as a whole number.
  func count(_ key: String) -> Int { Int(self(key)) }

  /// Whether the margin acted where it makes the distance to the nearest centre grow so: the mean is `verdicts.administered` or more, and the
  /// interval does not hold zero.
  func isAdministered(_ growth: Measured) -> Bool {
    growth.value >= self("verdicts.administered") && (growth.interval?.lower ?? -1) > 0
  }

  /// The seed of a world: the first 8 bytes of a SHA-256.
  func seed(ofWorld world: Int) -> UInt64 {
    let text = profile == "pilot" ? "pilot, world \(world)" : "\(digest), \(profile), world \(world)"
    return UInt64(Digest(of: Data(text.utf8)).hex.prefix(16), radix: 16) ?? 0
  }
}

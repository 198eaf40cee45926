/// The rule for names in an archive: a relative path that stays within the folder it is unpacked to, on any system.
enum ZipName {
  /// Returns what is wrong with a name; `nil` where nothing is.
  static func fault(of name: String) -> String? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if name.utf8.count > 4096 { return "it is longer than 4096 bytes" }
    if name.hasPrefix("/") || name.dropFirst().first == ":" { return "it is an absolute path" }
    if name.contains("\\") { return "it contains a backslash" }
    if parts.contains("..") { return "it leads out of the folder it is unpacked to" }
    if parts.contains(where: { $0.isEmpty || $0 == "." }) { return "it has an empty part" }
    if name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
      return "it contains a control character"
    }
    return nil
  }

  /// A name as an error message shows it: on one line, and short.
  static func shown(_ name: String) -> String {
    let text = name.unicodeScalars.prefix(200).map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }
    return "'\(text.joined())'"
  }
}

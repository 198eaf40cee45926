package import Chapters
package import Findings
internal import Foundation
internal import Markup
internal import Synchronization

/// Checks the links of a book's chapters: pages, anchors, files and schemes.
package struct LinkCheck {
  private let records: [String: CellRecord]
  /// Returns whether the book's folder has a file of this path that can be read.
  private let exists: @Sendable (String) -> Bool
  /// The chapters by their files.
  private let chapters: [String: Chapter]
  /// Chapter files by the name of their page.
  private let pages: [String: String]
  private let anchors = Anchors()

  package init(
    chapters: [Chapter],
    records: [String: CellRecord],
    exists: @escaping @Sendable (String) -> Bool
  ) {
    self.records = records
    self.exists = exists
    self.chapters = Dictionary(chapters.map { ($0.file, $0) }) { first, _ in first }
    pages = Dictionary(chapters.map { (Report.path(of: $0), $0.file) }) { _, last in last }
  }

  /// Returns a warning for each link that leads nowhere, in the order of the text.
  package func problems(of chapters: [Chapter]) -> [Problem] {
    chapters.concurrentMap { chapter in
      chapter.links.compactMap { link in
        sentence(link.destination, in: chapter).map { Problem(.warning, at: link.location, $0) }
      }
    }.flatMap { $0 }
  }

  /// The ids of chapters' pages that links lead to, by the chapter's file: most chapters of a large book have no such link.
  private final class Anchors: Sendable {
    private let known = Mutex<[String: Set<String>]>([:])

    func ids(of file: String, make: () -> Set<String>) -> Set<String> {
      if let ids = known.withLock({ $0[file] }) { return ids }
      let ids = make()
      known.withLock { $0[file] = ids }
      return ids
    }
  }

  /// The ids of a chapter's page.
  private func ids(of chapter: Chapter) -> Set<String> {
    var ids = Set(SectionList(chapter).entries.map(\.id))
    ids.formUnion(["_content", "_contents", "_references"])
    ids.formUnion(chapter.mentions.equations.map { "equation-" + $0.anchor })
    ids.formUnion(chapter.mentions.references.filter { $0.kind == .cite }.map { "cite-" + $0.target })
    for cell in chapter.cells {
      ids.insert(cell.id)
      ids.formUnion((records[cell.id]?.findings ?? []).map { "\(cell.id).\($0.name)" })
    }
    return ids
  }

  /// The paths of files that chapters link to and that a report takes along, by the chapter that links first.
  package static func linkedFiles(_ chapters: [Chapter]) -> [String: String] {
    let files = Set(chapters.map(\.file))
    let paths = chapters.concurrentMap { chapter in
      chapter.links.compactMap { link -> String? in
        guard let (path, _) = local(link.destination), !files.contains(path), MediaType.isPassive(path) else {
          return nil
        }
        return path
      }
    }
    var found: [String: String] = [:]
    for (chapter, paths) in zip(chapters, paths) {
      for path in paths where found[path] == nil { found[path] = chapter.file }
    }
    return found
  }

  private func sentence(_ destination: String, in chapter: Chapter) -> String? {
    if destination.isEmpty { return "this link has no destination" }
    if let scheme = Self.scheme(of: destination) { return Self.complaint(scheme, destination) }
    if destination.hasPrefix("//") { return nil }
    guard let (path, anchor) = Self.local(destination) else {
      return
        "'\(destination)' leads out of the report: link to a file of the book or to an address on the web"
    }
    let file = path.isEmpty ? chapter.file : pages[path] ?? path
    if let target = chapters[file] {
      guard let anchor, !anchor.isEmpty else { return nil }
      let ids = anchors.ids(of: file) { self.ids(of: target) }
      if ids.contains(anchor) { return nil }
      let hint = Spelling.nearest(to: anchor, in: ids.sorted()).map { "; did you mean '#\($0)'?" } ?? ""
      return "'\(destination)' leads nowhere: '\(file)' has no heading, cell or finding '#\(anchor)'" + hint
    }
    if Self.ownFiles.contains(path) { return nil }
    if !exists(path) {
      let hint =
        Spelling.nearest(to: path, in: chapters.keys.filter { $0 != chapter.file }.sorted()).map {
          "; did you mean '\($0)'?"
        } ?? ""
      return "'\(destination)' leads nowhere: the book has no file '\(path)'" + hint
    }
    if MediaType.isPassive(path) { return nil }
    return "'\(destination)' leads nowhere: files of this kind are not copied into the report"
  }

  private static let ownFiles: Set<String> = [
    IndexPage.path, ContentsPage.path, ProvenancePage.path, FindingsFile.path, ProvenanceFile.path,
  ]

  /// The scheme of an address, in lower case.
  private static func scheme(of destination: String) -> String? {
    let bytes = destination.utf8
    guard let first = bytes.first, isLetter(first), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[..<colon].allSatisfy({ isLetter($0) || (48...57).contains($0) || "+.-".utf8.contains($0) })
    else { return nil }
    return destination[..<colon].lowercased()
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) }

  private static func complaint(_ scheme: String, _ destination: String) -> String? {
    if ["http", "https", "mailto", "tel", "ftp", "doi"].contains(scheme) { return nil }
    if ["javascript", "vbscript", "data", "file"].contains(scheme) {
      return
        "the address '\(destination.prefix(60))' is left out: links of the scheme '\(scheme)' are not allowed"
    }
    let known = Reference.Kind.allCases.map(\.rawValue) + ["http", "https", "mailto"]
    let hint = Spelling.nearest(to: scheme, in: known).map { "; did you mean '\($0):'?" } ?? ""
    return "'\(destination)' leads nowhere: there is no scheme '\(scheme)'" + hint
  }

  /// The path and the anchor of a link within the book; `nil` for any other.
  private static func local(_ destination: String) -> (path: String, anchor: String?)? {
    guard scheme(of: destination) == nil, !destination.hasPrefix("//") else { return nil }
    let parts = destination.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map {
      $0.removingPercentEncoding ?? String($0)
    }
    let anchor = parts.count > 1 ? parts[1] : nil
    let path = parts[0].split(separator: "?").first.map(String.init) ?? ""
    if path.isEmpty { return ("", anchor) }
    return BookPath.normalised(path).map { ($0, anchor) }
  }
}

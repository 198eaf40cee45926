package import Foundation
internal import Markup

/// The files of one folder, as the preview serves them.
package struct Site: Sendable {
  /// Absolute, with no symbolic link in it.
  private let root: String

  package init(folder: String) {
    root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
  }

  /// A file with its media type.
  package struct File: Sendable {
    package var data: Data
    package var type: String
  }

  /// The file that a request names; `nil` where there is none, where it lies outside the folder, or where it is hidden.
  ///
  /// - Parameter path: the path of a request, with a slash in front and percent signs decoded.
  package func file(at path: String) -> File? {
    guard !path.utf8.contains(0) else { return nil }
    let parts = path.split(separator: "/").map(String.init)
    guard !parts.contains(where: { $0.hasPrefix(".") || $0.contains("\\") }) else { return nil }
    var name = parts.joined(separator: "/")
    if name.isEmpty || path.hasSuffix("/") { name += name.isEmpty ? "index.html" : "/index.html" }
    // A symbolic link may lead out of the folder: what counts is where the file really lies.
    let real = URL(fileURLWithPath: root + "/" + name).resolvingSymlinksInPath().path
    guard real.hasPrefix(root + "/"),
      let type = MediaType.of(real),
      let data = FileManager.default.contents(atPath: real)
    else { return nil }
    return File(data: data, type: type)
  }
}

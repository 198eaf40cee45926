package import Foundation

/// The files of one folder, and of no other, as a preview shows them.
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
      let type = Self.types[URL(fileURLWithPath: real).pathExtension.lowercased()],
      let data = FileManager.default.contents(atPath: real)
    else { return nil }
    return File(data: data, type: type)
  }

  private static let types = [
    "html": "text/html; charset=utf-8", "json": "application/json", "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif", "txt": "text/plain; charset=utf-8",
  ]
}

/// The media types of the files that a report may hold, by the endings of their names.
package enum MediaType {
  /// Returns the media type of a file for HTTP and `data:` addresses; `nil` for a kind that a report does not hold.
  package static func of(_ path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return types[name[name.index(after: dot)...].lowercased()]
  }

  /// Whether a file may be copied into a report beside its pages: one that a browser neither runs nor takes for a page.
  package static func isPassive(_ path: String) -> Bool {
    guard let type = of(path) else { return false }
    return !["text/html; charset=utf-8", "text/css; charset=utf-8", "image/svg+xml"].contains(type)
  }

  private static let text = "text/plain; charset=utf-8"
  private static let types = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "json": "application/json",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "pdf": "application/pdf", "zip": "application/zip", "gz": "application/gzip",
    "npy": "application/octet-stream", "npz": "application/octet-stream", "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8", "txt": text, "md": text, "yml": text, "yaml": text,
    "bib": text, "swift": text, "py": text, "r": text, "tex": text, "log": text,
    "ris": text,
  ]
}

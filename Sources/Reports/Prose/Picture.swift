internal import Chapters
internal import Foundation
internal import Markup

/// A picture that a chapter shows by Markdown's `![text](path)`.
package enum Picture {
  /// The path within the book that an image's source names; `nil` for an address elsewhere, for a path that leaves the
  /// book's folder, and for a file that is no picture. A fragment, such as the label of a figure, is no part of it.
  package static func path(of source: String) -> String? {
    let source = source.prefix { $0 != "#" }
    let decoded = source.removingPercentEncoding ?? String(source)
    let path = decoded.hasPrefix("./") ? String(decoded.dropFirst(2)) : decoded
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard type(of: path) != nil, !path.contains(":"), !path.contains("\\"), !path.utf8.contains(0),
      parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") })
    else { return nil }
    return path
  }

  /// The address of a path, as a page writes it.
  static func address(of path: String) -> String {
    path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }

  /// The `data:` address of a picture's bytes.
  static func inlined(_ path: String, _ bytes: [UInt8]) -> String {
    "data:\(type(of: path) ?? "");base64,\(Data(bytes).base64EncodedString())"
  }

  /// The media type of a picture; `nil` for any other file.
  static func type(of path: String) -> String? {
    MediaType.of(path).flatMap { $0.hasPrefix("image/") ? $0 : nil }
  }
}

extension Report {
  /// A picture of the book; one from elsewhere becomes a link, since no page asks for anything over the network.
  func image(_ source: String, text: String, title: String) -> Node {
    if let path = Picture.path(of: source), pictures[path] != nil {
      return tag(
        "img",
        [
          "src": .some(Picture.address(of: path)), "alt": .some(text), "title": title.isEmpty ? nil : title,
          "loading": "lazy",
        ]
      )
    }
    let words = text.isEmpty ? source : text
    if let address = WebAddress.web(source) { return tag("a", ["href": .some(address)], .text(words)) }
    return tag("span", ["class": "missing", "title": "the book has no picture \(source)"], .text(words))
  }
}

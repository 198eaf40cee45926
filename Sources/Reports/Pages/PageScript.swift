internal import Digests
internal import Foundation

/// The one script of the pages, `Assets/script.js`: it copies listings, makes PNG of drawings and searches the book.
enum PageScript {
  /// The source that a page's content security policy allows: this text and no other.
  static let source: String = {
    let digits = Array(Digest(of: text).hex)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
    return "'sha256-\(Data(bytes).base64EncodedString())'"
  }()

  static let text = String(decoding: PackageResources.script_js, as: UTF8.self)
}

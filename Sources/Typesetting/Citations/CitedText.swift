/// Text of a citation or a reference, as a citation style sets it.
package indirect enum CitedText: Hashable, Sendable, Codable {
  case text(String)
  case styled(Style, [CitedText])
  /// A link into the web.
  case link(address: String, [CitedText])
  /// A link to the entry of a cited work.
  case entry(key: String, [CitedText])
  /// A formula in TeX.
  case math(String)

  package enum Style: String, Hashable, Sendable, Codable {
    case emphasis, strong, superscript, `subscript`, smallCapitals, code
  }

  /// The text without styles and links; formulas as TeX.
  package var plainText: String {
    switch self {
    case .text(let text): text
    case .styled(_, let inner), .link(_, let inner), .entry(_, let inner): inner.map(\.plainText).joined()
    case .math(let tex): tex
    }
  }

  /// The first address that it links to.
  package var address: String? {
    switch self {
    case .link(let address, _): address
    case .styled(_, let inner), .entry(_, let inner): inner.lazy.compactMap(\.address).first
    case .text, .math: nil
    }
  }

  /// Calls `body` with the TeX of every formula.
  package func visitFormulas(_ body: (String) -> Void) {
    switch self {
    case .text: break
    case .math(let tex): body(tex)
    case .styled(_, let inner), .link(_, let inner), .entry(_, let inner):
      for text in inner { text.visitFormulas(body) }
    }
  }
}

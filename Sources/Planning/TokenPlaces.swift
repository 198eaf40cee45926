/// The places of the tokens in code: line and column of each, and back.
///
/// Two texts with the same `CodeTokens` have the same tokens in the same order. So what was said about a token of one
/// is said about the token of the other, wherever comments and space have moved it.
package struct TokenPlaces: Sendable {
  /// Where each token begins that is neither space nor comment, and each line, in bytes.
  private var tokens: [Int] = []
  private var lines = [0]

  package init(_ code: String) {
    let bytes = Array(code.utf8)
    for token in SwiftLexer(bytes)
    where token.isInterpolated || token.kind != .space && token.kind != .comment {
      tokens.append(token.range.lowerBound)
    }
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { lines.append(offset + 1) }
  }

  /// A place by its token: the index of the token, and how many bytes behind its beginning the place is.
  package struct Place: Codable, Hashable, Sendable {
    package var token: Int
    package var offset: Int

    package init(token: Int, offset: Int) {
      self.token = token
      self.offset = offset
    }
  }

  /// Returns the last token that begins at a place or before it.
  ///
  /// - Parameters:
  ///   - line: counted from 1.
  ///   - column: in bytes, counted from 1.
  package func place(line: Int, column: Int) -> Place {
    let offset = lines[min(max(1, line), lines.count) - 1] + column - 1
    let token = (tokens.firstIndex { $0 > offset } ?? tokens.count) - 1
    return token < 0 ? Place(token: 0, offset: 0) : Place(token: token, offset: offset - tokens[token])
  }

  /// Returns line and column of a place, counted from 1.
  package func position(of place: Place) -> (line: Int, column: Int) {
    guard !tokens.isEmpty else { return (1, 1) }
    let offset = tokens[min(max(0, place.token), tokens.count - 1)] + place.offset
    let line = (lines.firstIndex { $0 > offset } ?? lines.count) - 1
    return (line + 1, offset - lines[line] + 1)
  }
}

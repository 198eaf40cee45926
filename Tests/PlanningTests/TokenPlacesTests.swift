internal import Planning
internal import Testing

@Suite("Places of tokens")
struct TokenPlacesTests {
  @Test("are found again after comments and space have changed")
  func moved() {
    let before = TokenPlaces("let a = 1\nlet bé = \"x y\"  // one\nprint(a)\n")
    let after = TokenPlaces("// two\nlet a  =  1 /* three */\n\n\n  let bé = \"x y\"\nprint( a)\n")
    // Each place in the first text, in bytes, and the same token in the second: `a`, `bé`, the `y`, `print`, the last `)`.
    for (old, new) in [
      ((1, 5), (2, 5)), ((2, 5), (5, 7)), ((2, 14), (5, 16)), ((3, 1), (6, 1)), ((3, 8), (6, 9)),
    ] {
      let found = after.position(of: before.place(line: old.0, column: old.1))
      #expect(found == new, "\(old)")
      #expect(before.position(of: after.place(line: new.0, column: new.1)) == old)
    }
  }

  @Test("lie within the text, whatever is asked for")
  func outside() {
    let places = TokenPlaces("a\nb")
    #expect(places.position(of: places.place(line: 9, column: 1)) == (2, 1))
    #expect(places.position(of: .init(token: 7, offset: 0)) == (2, 1))
    #expect(TokenPlaces("").position(of: TokenPlaces("").place(line: 1, column: 1)) == (1, 1))
    #expect(TokenPlaces(" // no token").position(of: .init(token: 0, offset: 0)) == (1, 1))
  }
}

internal import Engine
internal import Foundation
internal import Testing

@Suite("Lines that arrive in pieces")
struct LineSplitterTests {
  private static let text = Data("one\n\ntwo and a half\nopen".utf8)

  @Test("are the same wherever the pieces end", arguments: 1...text.count)
  func pieces(length: Int) {
    var splitter = LineSplitter(limit: 100)
    var lines: [String] = []
    for start in stride(from: 0, to: Self.text.count, by: length) {
      let piece = Self.text[start..<min(start + length, Self.text.count)]
      lines += splitter.lines(in: piece).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(lines == ["one", "", "two and a half"])
    #expect(splitter.open == Data("open".utf8) && splitter.openCount == 4)
  }

  @Test("are kept up to a limit, and counted beyond it", arguments: 1...text.count)
  func limit(length: Int) {
    var splitter = LineSplitter(limit: 3)
    var lines: [String] = []
    for start in stride(from: 0, to: Self.text.count, by: length) {
      let piece = Self.text[start..<min(start + length, Self.text.count)]
      lines += splitter.lines(in: piece).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(lines == ["one", "", "two"])
    #expect(splitter.open == Data("ope".utf8) && splitter.openCount == 4)
  }
}

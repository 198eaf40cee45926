internal import Foundation
internal import Testing

@Suite("An edition as PDF")
struct ExportPDFTests {
  @Test(
    "as PDF have tags, an outline, page numbers and the numbers, and the same bytes each time",
    .enabled(
      if: ExportTests.isInstalled("chromium", "pdftotext", "pdfinfo"),
      "chromium and poppler-utils are needed"
    )
  )
  func pdf() throws {
    let (book, number) = try ExportTests.book()
    let paths = ["one", "two"].map { "\(book.folder)/\($0).pdf" }
    for path in paths {
      let answer = try book.run("export", "--to", "pdf", "--output", path)
      try #require(answer.status == 0, "\(answer.errors)")
    }
    #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]))
    let data = try Data(contentsOf: URL(fileURLWithPath: paths[0]))
    let bytes = String(decoding: data, as: UTF8.self)
    for piece in ["/StructTreeRoot", "/Outlines", "/Lang", "(D:20260531000000+00'00')"] {
      #expect(bytes.contains(piece), "\(piece)")
    }
    let text = try run("/usr/bin/pdftotext", paths[0], "-").replacing("\u{A0}", with: " ")
    for piece in [
      number, "(Wen, 2016)", "with margin", "43.2", "A rising curve.", "Contents", "The text of the note.",
    ] {
      #expect(text.contains(piece), "pdf: \(piece)")
    }
    // A form feed ends each page, on which the number of the page is a line.
    let pages = text.split(separator: "\u{C}").map { $0.split(whereSeparator: \.isNewline) }
    #expect(pages.count >= 4)
    for (index, lines) in pages.enumerated().dropFirst() { #expect(lines.contains("\(index + 1)")) }
    #expect(try run("/usr/bin/pdfinfo", paths[0], nil).contains(/Tagged: +yes/))
  }

  private func run(_ program: String, _ path: String, _ output: String?) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [path] + [output].compactMap { $0 }
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

}

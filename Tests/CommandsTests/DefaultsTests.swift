internal import ArgumentParser
internal import Commands
internal import Engine
internal import Foundation
internal import Testing

@Suite("The default folders of a book")
struct DefaultsTests {
  @Test("lie beside Chapters, and within a book of any other name, so that two books side by side share none")
  func folders() throws {
    #expect(BookOptions.outputFolder(nil, for: "/books/paper/Chapters") == "/books/paper/output")
    #expect(BookOptions.outputFolder(nil, for: "/books/alpha") == "/books/alpha/output")
    #expect(BookOptions.outputFolder(nil, for: "/books/beta") == "/books/beta/output")
    #expect(BookOptions.outputFolder("/elsewhere/pages/", for: "/books/beta") == "/elsewhere/pages")
    let options = try BookOptions.parse([])
    #expect(options.storeFolder(for: "/books/paper/Chapters") == "/books/paper/.marginalia")
    #expect(options.storeFolder(for: "/books/alpha") == "/books/alpha/.marginalia")
    #expect(try BookOptions.parse(["--store", "/s"]).storeFolder(for: "/books/alpha") == "/s")
  }

  @Test("hold a report where they can: not where there is a file or a book")
  func report() throws {
    let folder = NSTemporaryDirectory() + "/marginalia-report-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder + "/book", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for file in ["file", "book/book.yml"] {
      try Data("title: T".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
    }
    for place in [folder, folder + "/none"] { try BookOptions.checkReport(place) }
    for (place, reason) in [("file", "is a file"), ("book", "is the folder of a book")] {
      let error = #expect(throws: ValidationError.self) { try BookOptions.checkReport("\(folder)/\(place)") }
      #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }
  }

  @Test("are followed by a version of three numbers")
  func version() throws {
    #expect(Version.current.split(separator: ".").compactMap { Int($0) }.count == 3)
    #expect(Marginalia.configuration.version == Version.current)
  }
}

import Foundation
import Preview
import Testing

@Suite("A preview")
final class PreviewTests {
  private let root: URL
  /// A folder of pages beside a file that no request may reach.
  private let pages: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("preview-\(UUID().uuidString)")
    pages = root.appendingPathComponent("pages")
    try FileManager.default.createDirectory(
      at: pages.appendingPathComponent("figures"),
      withIntermediateDirectories: true
    )
    try Data("<html><body>first</body></html>".utf8).write(to: pages.appendingPathComponent("index.html"))
    try Data("{}".utf8).write(to: pages.appendingPathComponent("figures/a b.json"))
    try Data("secret".utf8).write(to: root.appendingPathComponent("secret.txt"))
    try Data("hidden".utf8).write(to: pages.appendingPathComponent(".hidden.txt"))
    try FileManager.default.createSymbolicLink(
      at: pages.appendingPathComponent("link.txt"),
      withDestinationURL: root.appendingPathComponent("secret.txt")
    )
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  @Test(
    "shows the files of its folder",
    arguments: [("/", "text/html"), ("/index.html", "text/html"), ("/figures/a b.json", "application/json")]
  )
  func files(path: String, type: String) throws {
    #expect(Site(folder: pages.path).file(at: path)?.type.hasPrefix(type) == true)
  }

  @Test(
    "shows no file outside it, none that is hidden, and none of an unknown kind",
    arguments: [
      "/../secret.txt", "/figures/../../secret.txt", "/link.txt", "/.hidden.txt", "/index.html\0",
      "//../secret.txt",
      "/..\\secret.txt", "/figures", "/etc/passwd", "/nothing.html",
    ]
  )
  func outside(path: String) throws { #expect(Site(folder: pages.path).file(at: path) == nil) }

  @Test("notices a file that came, changed, or went")
  func watch() throws {
    let watch = try FolderWatch(folder: pages.path, ignoring: [pages.path + "/figures"])
    let answer1 = try watch.hasChanged()
    #expect(!answer1)
    let file = pages.appendingPathComponent("02.md")
    try Data("a".utf8).write(to: file)
    let answer2 = try watch.hasChanged()
    #expect(answer2)
    let answer3 = try watch.hasChanged()
    #expect(!answer3)
    try Data("ab".utf8).write(to: file)
    let answer4 = try watch.hasChanged()
    #expect(answer4)
    try FileManager.default.removeItem(at: file)
    let answer5 = try watch.hasChanged()
    #expect(answer5)
    try Data("x".utf8).write(to: pages.appendingPathComponent("figures/new.json"))
    let answer6 = try watch.hasChanged()
    #expect(!answer6)
  }

  @Test("notices changes in new folders and behind symbolic links, and none of a file that is only read")
  func links() throws {
    let elsewhere = root.appendingPathComponent("elsewhere")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    let file = elsewhere.appendingPathComponent("data.csv")
    try Data("1".utf8).write(to: file)
    try FileManager.default.createSymbolicLink(
      at: pages.appendingPathComponent("linked"),
      withDestinationURL: elsewhere
    )
    let watch = try FolderWatch(folder: pages.path)
    try Data("2".utf8).write(to: file)
    #expect(try watch.hasChanged())
    try Data("x".utf8).write(to: root.appendingPathComponent("secret.txt"))
    #expect(try watch.hasChanged(), "link.txt leads there")
    try Data("x".utf8).write(to: root.appendingPathComponent("other.txt"))
    #expect(try !watch.hasChanged(), "no link leads there")
    let folder = pages.appendingPathComponent("new")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    #expect(try watch.hasChanged())
    try Data("3".utf8).write(to: folder.appendingPathComponent("a.md"))
    #expect(try watch.hasChanged())
    _ = try Data(contentsOf: file)
    #expect(try !watch.hasChanged())
  }
}

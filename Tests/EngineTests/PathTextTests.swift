internal import Engine
internal import Testing

@Suite("The parts of a path")
struct PathTextTests {
  @Test(
    "are its folder and its last name",
    arguments: [
      ("a", "", "a"), ("é", "", "é"), ("", "", ""), ("/", "/", ""), ("//", "/", ""), ("/a", "/", "a"),
      ("//a", "/", "a"), ("a/", "", "a"), ("a/b", "a", "b"), ("a//b/", "a", "b"), ("/a/b", "/a", "b"),
      ("日/x y.md", "日", "x y.md"), ("./a", ".", "a"),
    ]
  )
  func parts(path: String, folder: String, name: String) {
    #expect(PathText.folder(of: path) == folder)
    #expect(PathText.name(of: path) == name)
  }
}

internal import Faces
internal import Foundation
internal import Testing

@Suite("Pictures of a folder")
struct PictureFolderTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/\(name)",
      withDestinationPath: target
    )
  }

  @Test("are read once where links lead back to the folder, or twice to another")
  func links() throws {
    let other = try Folder()
    try other.write([1], to: "x/7.jpg")
    for name in ["1.jpg", "10.jpg", "2.jpg", "b/3.jpg", "b/c/4.jpg"] { try folder.write([1], to: name) }
    let plain = ["1.jpg", "2.jpg", "10.jpg", "b/3.jpg", "b/c/4.jpg"]
    #expect(try PictureFolder.pictures(in: folder.path) == plain)
    try link("self", to: ".")
    try link("b/c/up", to: "../..")
    // A link that comes before the folder in the order of names.
    try link("a", to: "b")
    #expect(try PictureFolder.pictures(in: folder.path) == plain)
    try link("o", to: other.path)
    try link("p", to: other.path + "/x")
    #expect(try PictureFolder.pictures(in: folder.path) == plain + ["o/x/7.jpg"])
    try other.write([1], to: "8.jpg")
    try FileManager.default.createSymbolicLink(
      atPath: other.path + "/back",
      withDestinationPath: folder.path
    )
    #expect(try PictureFolder.pictures(in: folder.path) == plain + ["o/8.jpg", "o/x/7.jpg"])
    // A folder that is itself a link.
    #expect(
      try PictureFolder.pictures(in: folder.path + "/a") == [
        "3.jpg", "c/4.jpg", "c/up/1.jpg",
        "c/up/2.jpg", "c/up/10.jpg", "c/up/o/8.jpg", "c/up/o/x/7.jpg",
      ]
    )
  }

  @Test(
    "of formats that are not read are errors, as under another name, and not overlooked",
    arguments: ["2.heic", "2.HEIF", "2.avif", "2.jpg"]
  )
  func otherFormats(name: String) throws {
    let face = FaceGenerator(seed: 1).image(identity: 0, image: 0, size: 24, variation: .portrait)
    try folder.write(face.png(), to: "1.png")
    try folder.write([0, 0, 0, 24] + Array("ftypheic".utf8) + [UInt8](repeating: 0, count: 40), to: name)
    let paths = try PictureFolder.pictures(in: folder.path)
    #expect(paths == ["1.png", name])
    let error = dataError {
      _ = try FaceSet.files(root: folder.path, paths: paths, prepared: FacePreparation(size: 16))
    }
    #expect(
      error?.description
        == "\(folder.path)/\(name): is a HEIF or AVIF picture, which is not read. Convert it to PNG, which keeps every pixel"
    )
  }

  @Test(
    "of other such formats are taken for pictures",
    arguments: ["jxl", "jp2", "j2k", "jpf", "hif", "PAM"]
  )
  func endings(ending: String) throws {
    try folder.write([1], to: "a.\(ending)")
    try folder.write([1], to: "a.txt")
    #expect(try PictureFolder.pictures(in: folder.path) == ["a.\(ending)"])
  }

  @Test("that are named pipes are refused at once, and so are such lists")
  func pipes() throws {
    let path = folder.path + "/f.jpg"
    try #require(mkfifo(path, 0o600) == 0)
    let message =
      "\(path): cannot be read: it is not a regular file. Write what a pipe gives into a file, and name that"
    #expect(dataError { _ = try ImageFile.read(path) }?.description == message)
    #expect(dataError { _ = try PairList.labelled(path) }?.description == message)
    #expect(dataError { _ = try InsightFacePairs(path) }?.description == message)
    #expect(dataError { _ = try NumpyFile(path) }?.description == message)
    #expect(dataError { _ = try MegaFaceList.probes(path) }?.description == message)
    let folders = try Folder()
    try folders.write([1], to: "a/1.jpg")
    try #require(mkfifo(folders.path + "/a/2.jpg", 0o600) == 0)
    let check = PictureCheck(root: folders.path, paths: ["a/2.jpg"], FacePreparation(size: 1))
    #expect(check.errors.count == 1)
  }

  @Test("have names that a list of names can hold, or not")
  func names() throws {
    for name in ["a/1.jpg", "a b.jpg", "#a.jpg", "a,b;c.jpg", "\"a\".jpg", "é.jpg", "a\"b\"", "a\\b.jpg"] {
      #expect(NameList.canHold(name))
      #expect(try NameList.read(folder.write("x\n\(name)\ny\n", to: "n.txt")) == ["x", name, "y"])
    }
    for name in ["x\ny.jpg", "x\r.jpg", " a.jpg", "a.jpg ", "\ta.jpg", "\"a.jpg\"", "a.jpg\r\n"] {
      #expect(!NameList.canHold(name), "\(name.debugDescription)")
    }
  }
}

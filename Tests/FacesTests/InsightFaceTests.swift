internal import Faces
internal import Foundation
internal import Testing

/// Writes pickled lists as Python does, as far as InsightFace's files need it.
private enum Pickled {
  static func short(_ bytes: [UInt8]) -> [UInt8] { [UInt8(ascii: "T")] + little(bytes.count, 4) + bytes }
  static func bytes(_ bytes: [UInt8]) -> [UInt8] { [UInt8(ascii: "B")] + little(bytes.count, 4) + bytes }
  static func long(_ bytes: [UInt8]) -> [UInt8] { [0x8E] + little(bytes.count, 8) + bytes }
  static func text(_ text: String) -> [UInt8] {
    [UInt8(ascii: "X")] + little(text.utf8.count, 4) + Array(text.utf8)
  }
  static func list(_ items: [[UInt8]]) -> [UInt8] {
    Array("](".utf8) + items.flatMap(\.self) + Array("e".utf8)
  }
  /// A pair of lists in a tuple of two.
  static func file(_ version: UInt8, _ pictures: [[UInt8]], _ labels: [[UInt8]]) -> [UInt8] {
    [0x80, version] + list(pictures) + [0x71, 1] + list(labels) + [0x86, UInt8(ascii: ".")]
  }
  /// `numpy.frombuffer(bytes, "uint8")` as pickled by version 2.
  static func array(_ content: [UInt8]) -> [UInt8] {
    Array("cnumpy.core.multiarray\n_reconstruct\n".utf8) + Array("cnumpy\nndarray\n".utf8)
      + [UInt8(ascii: "K"), 0, 0x85] + short(Array("b".utf8)) + [
        0x87, UInt8(ascii: "R"), UInt8(ascii: "("),
        UInt8(ascii: "K"), 1, UInt8(ascii: "K"), UInt8(content.count & 255), 0x85, UInt8(ascii: "N"), 0x89,
      ]
      + bytes(content) + Array("tb".utf8)
  }
  static func little(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(number >> (8 * $0) & 255) }
  }
}

@Suite("InsightFace's .bin")
struct InsightFaceTests {
  private let faces = (0..<4).map { FaceGenerator(seed: 1).image(identity: $0, image: 0, size: 16) }
  private let labels: [[UInt8]] = [[0x88], [0x89]]

  private func read(_ bytes: [UInt8]) throws -> InsightFacePairs {
    let folder = try Folder()
    return try InsightFacePairs(folder.write(bytes, to: "x.bin"))
  }

  @Test("is read from every version and kind of byte string that writers use", arguments: 0..<5)
  func kinds(index: Int) throws {
    let folder = try Folder()
    let pictures = faces.map { [UInt8]($0.png()) }
    let files: [[UInt8]] = [
      Pickled.file(2, pictures.map(Pickled.short), labels),
      Pickled.file(3, pictures.map(Pickled.bytes), labels),
      Pickled.file(4, pictures.map(Pickled.long), [[UInt8(ascii: "K"), 1], [UInt8(ascii: "K"), 0]]),
      Pickled.file(2, pictures.map(Pickled.array), [Array("I01\n".utf8), Array("I00\n".utf8)]),
      // Python 3 writes bytes by version 2 as an encoded text.
      Pickled.file(
        2,
        pictures.map { bytes in
          let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
          return Array("c_codecs\nencode\n".utf8) + Pickled.text(text) + Pickled.text("latin1") + [0x86]
            + Array("R".utf8)
        },
        labels
      ),
    ]
    let path = try folder.write(files[index], to: "x.bin")
    let file = try InsightFacePairs(path)
    let pairs = try file.list(path, foldCount: 2).pairs
    #expect(file.names == ["0/0.jpg", "0/1.jpg", "1/0.jpg", "1/1.jpg"] && file.isSame == [true, false])
    #expect(pairs.map(\.isSame) == [true, false] && pairs.map(\.fold) == [0, 1])
    #expect(pairs.flatMap { [$0.first, $0.second] } == file.names)
    let set = try file.faces(prepared: FacePreparation(size: 16))
    for (place, face) in faces.enumerated() { #expect(try set.image(place) == face) }
  }

  @Test("is read as Python and NumPy write it", arguments: PythonPickles.all)
  func pythonPickles(text: String) throws {
    let file = try read(Array(try #require(Data(base64Encoded: text))))
    #expect(file.isSame == [true, false])
    #expect((0..<4).map { Array(file.picture($0)) } == PythonPickles.pictures)
  }

  @Test("has labels of numbers, too, each read by its type", arguments: PythonPickles.numbers)
  func numbers(text: String) throws {
    let file = try read(Array(try #require(Data(base64Encoded: text))))
    #expect(file.isSame == [true, false])
    #expect((0..<4).map { Array(file.picture($0)) } == PythonPickles.pictures)
  }

  @Test("with labels of other numbers is refused with their type")
  func otherNumbers() throws {
    let bytes = Array(try #require(Data(base64Encoded: PythonPickles.notTruths)))
    #expect(
      dataError { _ = try read(bytes) }?.description.contains("labels of the type i8 that are not all 0 or 1")
        == true
    )
  }

  @Test("with a damaged picture names it when the set is made")
  func damaged() throws {
    var pictures = faces.map { [UInt8]($0.png()) }
    pictures[2].removeLast(20)
    let file = try read(Pickled.file(3, pictures.map(Pickled.bytes), labels))
    let error = dataError { _ = try file.faces(prepared: FacePreparation(size: 16)) }
    #expect(error?.file.hasSuffix("x.bin:1/0.jpg") == true)
  }

  @Test("that asks Python to run something is only read")
  func hostile() throws {
    let folder = try Folder()
    let trace = folder.path + "/ran"
    let call =
      Array("cos\nsystem\n".utf8) + Pickled.text("touch \(trace)") + [0x85] + Array("R".utf8)
    let whole = try folder.write([0x80, 2] + call + Array(".".utf8), to: "whole.bin")
    let part = try folder.write(Pickled.file(2, [call, call, call, call], labels), to: "part.bin")
    for path in [whole, part] {
      let error = dataError { _ = try InsightFacePairs(path) }
      #expect(error?.description.contains("'os.system', which is not executed") == true)
    }
    #expect(!FileManager.default.fileExists(atPath: trace))
  }

  @Test("that is cut, spoilt or nested without end is an error, never a crash")
  func broken() throws {
    let whole = Pickled.file(3, faces.map { Pickled.bytes([UInt8]($0.png())) }, labels)
    for length in stride(from: 0, to: whole.count, by: 97) {
      #expect(dataError { _ = try read(Array(whole.prefix(length))) } != nil, "\(length) bytes")
    }
    let nested =
      [0x80, 2] + [UInt8](repeating: UInt8(ascii: ")"), count: 1) + [UInt8](repeating: 0x85, count: 300_000)
    #expect(dataError { _ = try read(nested + Array(".".utf8)) } != nil)
    let marks = [0x80, 2] + [UInt8](repeating: UInt8(ascii: "("), count: 10) + Array("0".utf8)
    #expect(dataError { _ = try read(marks) } != nil)
    // A list that holds itself.
    #expect(
      dataError { _ = try read([0x80, 2] + Array("]".utf8) + [0x71, 0, 0x68, 0] + Array("a.".utf8)) } != nil
    )
    #expect(dataError { _ = try read(Pickled.file(3, [Pickled.bytes([1])], labels)) } != nil)
    #expect(dataError { _ = try read(Array("hello".utf8)) } != nil)
  }
}

internal import Faces
internal import Foundation
internal import Tensors
internal import Testing

@Suite("A file of features")
struct FeatureFileTests {
  private func numpy(_ header: String, _ body: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let text = Array(header.utf8) + [10]
    let length: [UInt8] = version == 1 ? [UInt8(text.count), 0] : [UInt8(text.count), 0, 0, 0]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + body
  }

  private func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

  private let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }"

  @Test("of NumPy is read whole or in pieces, in three precisions")
  func numpyFiles() throws {
    let folder = try Folder()
    let numbers: [Float] = [1, 2, 3, 4, 5, 6.5]
    let single = try NumpyFile(folder.write(numpy(header, bytes(numbers)), to: "a.npy"))
    #expect(single.rowCount == 3 && single.rowLength == 2 && single.shape == [3, 2])
    #expect(try single.tensor().elements == numbers)
    var piece: [Float] = [0, 0]
    try single.read(1..<2, into: &piece)
    #expect(piece == [3, 4])
    let double = numpy(header.replacing("f4", with: "f8"), bytes(numbers.map(Double.init)), version: 2)
    #expect(try NumpyFile(folder.write(double, to: "b.npy")).tensor().elements == numbers)
    let half = numpy(header.replacing("f4", with: "f2"), bytes(numbers.map(Float16.init)))
    #expect(try NumpyFile(folder.write(half, to: "c.npy")).tensor().elements == numbers)
  }

  @Test("of NumPy is read in every type, byte order and order of axes")
  func numpyTypes() throws {
    let folder = try Folder()
    func read(_ type: String, _ body: [UInt8], _ order: String = "False", shape: String = "(3, 2)") throws
      -> [Float]
    {
      let text = header.replacing("<f4", with: type).replacing("False", with: order).replacing(
        "(3, 2)",
        with: shape
      )
      return try NumpyFile(folder.write(numpy(text, body), to: "x.npy")).tensor().elements
    }
    let numbers: [Float] = [1, -2, 3, 4, 5, 6]
    let big = numbers.flatMap { withUnsafeBytes(of: $0.bitPattern.bigEndian) { Array($0) } }
    #expect(try read(">f4", big) == numbers)
    #expect(try read("=f4", bytes(numbers)) == numbers)
    let bigDouble = numbers.flatMap { withUnsafeBytes(of: Double($0).bitPattern.bigEndian) { Array($0) } }
    #expect(try read(">f8", bigDouble) == numbers)
    #expect(try read("|i1", bytes([1, -2, 3, 4, 5, 6] as [Int8])) == numbers)
    #expect(try read("<i2", bytes([1, -2, 3, 4, 5, 6] as [Int16])) == numbers)
    #expect(try read("<i4", bytes([1, -2, 3, 4, 5, 6] as [Int32])) == numbers)
    #expect(try read("<i8", bytes([1, -2, 3, 4, 5, 6] as [Int64])) == numbers)
    #expect(try read("|u1", [1, 254, 3, 4, 5, 6]) == [1, 254, 3, 4, 5, 6])
    #expect(try read("|b1", [1, 0, 1, 1, 0, 0]) == [1, 0, 1, 1, 0, 0])
    // Columns first: 1 -2 3 is the first column.
    #expect(try read("<f4", bytes(numbers), "True") == [1, 4, -2, 5, 3, 6])
    // Axes 1, 3 and 2: place (0, j, k) lies at j + 3k.
    #expect(try read("<f4", bytes(numbers), "True", shape: "(1, 3, 2)") == [1, 4, -2, 5, 3, 6])
    #expect(try read("<f4", bytes(numbers), "True", shape: "(6,)") == numbers)
  }

  @Test("of NumPy in Fortran order is read in pieces")
  func fortranPieces() throws {
    let folder = try Folder()
    let text = header.replacing("False", with: "True").replacing("(3, 2)", with: "(200, 3)")
    let columns = (0..<600).map(Float.init)
    let file = try NumpyFile(folder.write(numpy(text, bytes(columns)), to: "f.npy"))
    var piece = [Float](repeating: 0, count: 6)
    try file.read(100..<102, into: &piece)
    #expect(piece == [100, 300, 500, 101, 301, 501])
  }

  @Test("of NumPy as Python 2 wrote it has long integers and unicode strings in its header")
  func python2() throws {
    let folder = try Folder()
    for text in [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 2L), }",
      "{'descr': u'<f4', 'fortran_order': False, 'shape': (3L, 2L)}",
      #"{"shape": (3, 2), "descr": "<f4", "fortran_order": False}"#,
      "{'descr': 'float32', 'fortran_order': False, 'shape': (3,\n 2)}  ",
    ] {
      let file = try NumpyFile(folder.write(numpy(text, bytes([1, 2, 3, 4, 5, 6] as [Float])), to: "x.npy"))
      #expect(file.shape == [3, 2])
    }
  }

  /// `numpy.savez_compressed(x=arange(8, dtype='f4').reshape(4, 2))` and the same with `savez` of `x` and `y`, in base64.
  private func archive(_ text: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: text))) }

  @Test("of NumPy in an archive is found by its name")
  func archives() throws {
    let folder = try Folder()
    let packed = try folder.write(archive(NumpyArchives.compressed), to: "c.npz")
    #expect(try NumpyFile(packed).tensor().elements == (0..<8).map(Float.init))
    let stored = try folder.write(archive(NumpyArchives.stored), to: "s.npz")
    #expect(try NumpyFile(stored + ":x").tensor().elements == (0..<8).map(Float.init))
    #expect(try NumpyFile(stored + ":y").shape == [3])
    let several = dataError { _ = try NumpyFile(stored) }
    #expect(several?.description == "\(stored): has the arrays x, y, expected one: write archive.npz:name")
    let unknown = dataError { _ = try NumpyFile(stored + ":z") }
    #expect(unknown?.description.hasPrefix("\(stored): has no array 'z', but the arrays x, y") == true)
    // The first bytes tell the kind, whatever the ending.
    let renamed = try folder.write(archive(NumpyArchives.compressed), to: "archive.npy")
    #expect(try NumpyFile(renamed).tensor().elements == (0..<8).map(Float.init))
    let plain = try folder.write(numpy(header, bytes([1, 2, 3, 4, 5, 6] as [Float])), to: "plain.npz")
    #expect(try NumpyFile(plain).tensor().elements == [1, 2, 3, 4, 5, 6])
    // A changed bit of a stored number changes the checksum.
    for text in [NumpyArchives.stored, NumpyArchives.compressed] {
      var spoilt = try archive(text)
      spoilt[text == NumpyArchives.stored ? 200 : 90] ^= 4
      let path = try folder.write(spoilt, to: "spoilt.npz")
      let wanted = text == NumpyArchives.stored ? path + ":x" : path
      #expect(dataError { _ = try NumpyFile(wanted).tensor() } != nil)
    }
    let empty = try folder.write([0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18), to: "empty.npz")
    #expect(dataError { _ = try NumpyFile(empty) }?.description.contains("has no arrays") == true)
    for length in stride(from: 0, to: try archive(NumpyArchives.compressed).count, by: 7) {
      let cut = try folder.write(try archive(NumpyArchives.compressed).prefix(length), to: "cut.npz")
      #expect(dataError { _ = try NumpyFile(cut).tensor() } != nil, "\(length) bytes")
    }
  }

  @Test("of NumPy that is wrong says what was found")
  func numpyErrors() throws {
    let folder = try Folder()
    let body = bytes([1, 2, 3, 4, 5, 6] as [Float])
    func problem(_ content: [UInt8]) throws -> String? {
      let path = try folder.write(content, to: "x.npy")
      return dataError { _ = try NumpyFile(path).tensor() }.map { kind($0.problem) }
    }
    #expect(try problem(numpy(header, Array(body.dropLast()))) == "size")
    #expect(try problem(numpy(header, body + [0])) == "size")
    #expect(try problem(numpy(header.replacing("<f4", with: "<c8"), body)) == "format")
    #expect(try problem(numpy(header.replacing("<f4", with: "|O"), body)) == "format")
    #expect(try problem(numpy("{'descr': '<f4'}", body)) == "format")
    #expect(try problem(numpy(String(header.dropFirst()), body)) == "format")
    #expect(
      try problem(numpy(header.replacing("(3, 2)", with: "(99999999999, 99999999999)"), body)) == "format"
    )
    #expect(try problem(Array("hello, world and all".utf8)) == "format")
    let newer = try folder.write(numpy(header, body, version: 4), to: "v4.npy")
    #expect(
      dataError { _ = try NumpyFile(newer) }?.description.contains("version 4 of NumPy's format") == true
    )
    #expect(try problem([1, 2]) == "format")
    #expect(try problem(numpy(header, bytes([1, 2, .nan, 4, 5, 6] as [Float]))) == "format")
    #expect(dataError { _ = try NumpyFile(folder.path) }.map { kind($0.problem) } == "unreadable")
    #expect(dataError { _ = try NumpyFile(folder.path + "/no.npy") }.map { kind($0.problem) } == "unreadable")
  }

  private func matrix(_ header: [Int32], _ body: [UInt8]) -> [UInt8] { bytes(header) + body }

  @Test("of MegaFace is a column of numbers an image")
  func megaFace() throws {
    let folder = try Folder()
    try folder.write(matrix([3, 1, 4, 5], bytes([1, 2, 3] as [Float])), to: "A/1.png_m.bin")
    try folder.write(matrix([3, 1, 8, 6], bytes([4, 5, 6] as [Double])), to: "B/2.png_m.bin")
    let features = try MegaFaceFeatures(root: folder.path, paths: ["A/1.png", "B/2.png"], ending: "_m.bin")
    #expect(features.rowCount == 2 && features.rowLength == 3)
    #expect(try features.tensor().elements == [1, 2, 3, 4, 5, 6])
    try folder.write(matrix([2, 1, 4, 5], bytes([1, 2] as [Float])), to: "C.bin")
    let mixed = try MegaFaceFeatures(root: folder.path, paths: ["A/1.png_m", "C"], ending: ".bin")
    #expect(dataError { _ = try mixed.tensor() }.map { kind($0.problem) } == "format")
    for (header, body, expected) in [
      ([3, 1, 4, 5], bytes([1, 2] as [Float]), "size"),
      ([3, 1, 4, 7], bytes([1, 2, 3] as [Float]), "format"),
      ([3, 1, 8, 5], bytes([1, 2, 3] as [Float]), "format"),
      ([-1, 1, 4, 5], bytes([1] as [Float]), "format"),
    ] as [([Int32], [UInt8], String)] {
      let path = try folder.write(matrix(header, body), to: "w.bin")
      #expect(dataError { _ = try MegaFaceFeatures.read(path) }.map { kind($0.problem) } == expected)
    }
    let marked = try folder.write(matrix([1, 1, 4, 5], bytes([Float.nan])), to: "nan.bin")
    #expect(
      try MegaFaceFeatures.read(marked).allSatisfy(\.isNaN),
      "a mark, which is checked where features are used"
    )
    let none = dataError { _ = try MegaFaceFeatures(root: folder.path, paths: [], ending: "") }
    #expect(none.map { kind($0.problem) } == "lineCount")
  }
}

internal import Faces
internal import Foundation
internal import Tensors
internal import Testing

@Suite("A picture file")
struct ImageFileTests {
  private let face = FaceGenerator(seed: 1).image(identity: 0, image: 0, size: 60, variation: .portrait)

  @Test("in PNG comes back as it was")
  func png() throws {
    let folder = try Folder()
    let path = try folder.write(face.png(), to: "a.jpg")
    // The name says JPEG; the bytes decide.
    #expect(try ImageFile.read(path) == face)
  }

  @Test("in JPEG comes back nearly as it was")
  func jpeg() throws {
    let folder = try Folder()
    let read = try ImageFile.read(folder.write(face.jpeg(quality: 97), to: "a.jpg"))
    #expect(read.height == 60 && read.width == 60)
    let worst = zip(read.pixels, face.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(worst) < 24)
    let mean = zip(read.pixels, face.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    #expect(Double(mean) / Double(face.pixels.count) < 2)
  }

  @Test("that ends early is damaged, wherever it ends", arguments: [30, 300, 700])
  func truncated(length: Int) throws {
    let folder = try Folder()
    for (name, data) in [("a.jpg", face.jpeg()), ("a.png", face.png())] {
      let path = try folder.write(data.prefix(length), to: name)
      let error = dataError { _ = try ImageFile.read(path) }
      guard case .damagedPicture = error?.problem else {
        Issue.record("\(name): \(String(describing: error))")
        continue
      }
      #expect(error?.file == path)
    }
    let almost = try folder.write(face.jpeg().dropLast(12), to: "b.jpg")
    guard case .damagedPicture = dataError({ _ = try ImageFile.read(almost) })?.problem else {
      Issue.record("a JPEG without its last bytes was read")
      return
    }
  }

  @Test("never crashes the reader, whatever byte is wrong", arguments: 0..<40)
  func damaged(seed: UInt64) throws {
    var random = SeededGenerator(path: seed)
    for original in [face.jpeg(quality: 60), face.png(), pgm(face)] {
      var data = original
      for _ in 0..<3 {
        let place = Int(random.next() % UInt64(data.count))
        data[data.startIndex + place] = UInt8(truncatingIfNeeded: random.next())
      }
      // Damage in pixels may decode; all that counts is an answer or a data error.
      do {
        _ = try ImageFile.decode(data, file: "x")
      } catch {
        #expect(error is DataError)
      }
    }
  }

  @Test("in PGM and PPM, plain or raw, is scaled to 8 bits")
  func netpbm() throws {
    func pixels(_ text: String, _ bytes: [UInt8] = []) throws -> [UInt8] {
      try ImageFile.decode(Data(Array(text.utf8) + bytes), file: "x").pixels
    }
    #expect(try pixels("P2 # a comment\n2 1\n15\n15 3\n") == [255, 255, 255, 51, 51, 51])
    #expect(try pixels("P3\n1 1\n255\n1 2 3") == [1, 2, 3])
    #expect(try pixels("P5 2 1 255\n", [10, 13]) == [10, 10, 10, 13, 13, 13])
    #expect(try pixels("P6\n1 1\n255\n", [9, 8, 7]) == [9, 8, 7])
    #expect(try pixels("P5\n1 1\n65535\n", [0x80, 0x80]) == [128, 128, 128])
    for wrong in [
      "P5\n2 2\n255\nabc", "P5\n0 2\n255\n", "P2\n1 1\n9\n10", "P5\n1", "P5 1 1 70000\nab", "P3 1 1 9 x",
    ] {
      let error = dataError { _ = try pixels(wrong) }
      guard case .damagedPicture = error?.problem else {
        Issue.record("\(wrong): \(String(describing: error))")
        continue
      }
    }
  }

  @Test("whose line ends were rewritten is refused, or repaired and counted")
  func lineEnds() throws {
    let original = pgm(face)
    let damaged = original.flatMap { $0 == 10 ? [13, 10] : [$0] }
    let surplus = damaged.count - original.count
    let error = dataError { _ = try ImageFile.decode(Data(damaged), file: "s1/1.pgm") }
    #expect(error == DataError(.lineEnds(extraBytes: surplus), file: "s1/1.pgm"))
    let repair = ImageRepair()
    let repaired = try ImageFile.decode(Data(damaged), file: "x", repair: repair)
    #expect(try repaired == ImageFile.decode(original, file: "x"))
    #expect(repair.repairedCount == 1)
    _ = try ImageFile.decode(original, file: "x", repair: repair)
    #expect(repair.repairedCount == 1)
  }

  @Test("that lost a CR LF of its own with the rewritten line ends is repaired where it is smoothest")
  func lostLineEnd() throws {
    // A slope of rows and columns, with a CR LF in the seventh row; Git lets that one be and doubles the other ends.
    var pixels: [UInt8] = []
    for row in 0..<20 { for column in 0..<12 { pixels.append(UInt8(60 + 4 * column + 3 * row)) } }
    for place in [30, 130, 200] { pixels[place] = 10 }
    pixels[85] = 13
    pixels[86] = 10
    let original = Array("P5\n12 20\n255\n".utf8) + pixels
    var damaged: [UInt8] = []
    for byte in original {
      if byte == 10, damaged.last != 13 { damaged.append(13) }
      damaged.append(byte)
    }
    #expect(damaged.count == original.count + 6)
    let repair = ImageRepair()
    let repaired = try ImageFile.decode(Data(damaged), file: "x", repair: repair)
    #expect(try repaired == ImageFile.decode(Data(original), file: "x"))
    #expect(repair.repairedCount == 1 && repair.guessedCount == 1)
    let error = dataError { _ = try ImageFile.decode(Data(damaged), file: "x") }
    #expect(error?.problem == .lineEnds(extraBytes: 6))
  }

  @Test("with bytes behind its last pixel is damaged, though a CR LF be among its pixels")
  func surplus() throws {
    let bytes = Array("P5\n2 2\n255\n".utf8) + [13, 10, 13, 10, 65]
    let error = dataError { _ = try ImageFile.decode(Data(bytes), file: "x", repair: ImageRepair()) }
    #expect(error?.problem == .damagedPicture(reason: "1 bytes follow the last pixel"))
  }

  @Test("that is missing or no picture is named")
  func others() throws {
    let folder = try Folder()
    let text = try folder.write("hello", to: "a.jpg")
    #expect(dataError { _ = try ImageFile.read(text) } == DataError(.notAPicture, file: text))
    let none = folder.path + "/none.jpg"
    let error = dataError { _ = try ImageFile.read(none) }
    #expect(error == DataError(.unreadable(reason: "there is no such file"), file: none))
    #expect(error?.description == "\(none): cannot be read: there is no such file")
  }
}

/// A raw PGM of the picture's green.
private func pgm(_ image: Image) -> Data {
  var data = Data("P5\n\(image.width) \(image.height)\n255\n".utf8)
  for index in stride(from: 1, to: image.pixels.count, by: 3) { data.append(image.pixels[index]) }
  return data
}

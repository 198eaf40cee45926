internal import Faces
internal import Foundation
internal import Testing

@Suite("The pixels of a picture file")
struct PictureKindTests {
  private let face = FaceGenerator(seed: 1).image(identity: 0, image: 0, size: 24, variation: .portrait)

  private func pixels(_ data: Data) throws -> [UInt8] { try ImageFile.decode(data, file: "x").pixels }

  @Test("of 16-bit PNG are the high bytes, as Pillow and OpenCV read them")
  func sixteenBits() throws {
    let grey = PNGParts.file(
      width: 2,
      height: 1,
      depth: 16,
      colourType: 0,
      lines: [0, 0x80, 0x00, 0x10, 0xFF]
    )
    #expect(try pixels(grey) == [128, 128, 128, 16, 16, 16])
    let colour = PNGParts.file(
      width: 1,
      height: 1,
      depth: 16,
      colourType: 2,
      lines: [0, 0x10, 0x00, 0x80, 0xFF, 0xC0, 0x00]
    )
    #expect(try pixels(colour) == [16, 128, 192])
  }

  @Test("of PNG do not depend on gamma, colour profile or chromaticities")
  func gamma() throws {
    for gamma: UInt32 in [45_455, 55_556, 100_000, 1] {
      #expect(try pixels(inserting(PNGParts.chunk("gAMA", PNGParts.big(gamma)))) == face.pixels)
    }
    #expect(try pixels(inserting(PNGParts.chunk("sRGB", [2]))) == face.pixels)
  }

  @Test("of PNG with few bits, a palette or transparency are what Pillow's convert(\"RGB\") gives")
  func smallKinds() throws {
    let two = PNGParts.file(width: 4, height: 1, depth: 2, colourType: 0, lines: [0, 0b00_01_10_11])
    #expect(try pixels(two) == [0, 85, 170, 255].flatMap { [$0, $0, $0] })
    let palette = PNGParts.chunk("PLTE", [1, 2, 3, 40, 50, 60])
    let indexed = PNGParts.file(
      width: 2,
      height: 1,
      depth: 8,
      colourType: 3,
      lines: [0, 1, 0],
      before: palette + PNGParts.chunk("tRNS", [0, 128])
    )
    #expect(try pixels(indexed) == [40, 50, 60, 1, 2, 3])
    let alpha = PNGParts.file(
      width: 2,
      height: 1,
      depth: 8,
      colourType: 6,
      lines: [0, 9, 8, 7, 0, 6, 5, 4, 128]
    )
    #expect(try pixels(alpha) == [9, 8, 7, 6, 5, 4])
    let greyAlpha = PNGParts.file(width: 1, height: 1, depth: 8, colourType: 4, lines: [0, 77, 3])
    #expect(try pixels(greyAlpha) == [77, 77, 77])
  }

  private static let oddChunks: [(name: String, bytes: [UInt8])] = [
    ("a text of a wrong checksum", PNGParts.chunk("tEXt", Array("a\0b".utf8), wrongChecksum: true)),
    ("an empty colour profile", PNGParts.chunk("iCCP", [0x69, 0, 0])),
    ("significant bits of 0", PNGParts.chunk("sBIT", [0, 9, 0])),
    ("a month 13", PNGParts.chunk("tIME", [7, 230, 13, 40, 30, 70, 70])),
    ("chromaticities of 0", PNGParts.chunk("cHRM", [UInt8](repeating: 0, count: 32))),
    (
      "a gamma that contradicts sRGB",
      PNGParts.chunk("sRGB", [0]) + PNGParts.chunk("gAMA", PNGParts.big(100_000))
    ),
  ]

  @Test("of PNG are whole where only side information is odd; it is counted", arguments: oddChunks.indices)
  func oddSideInformation(index: Int) throws {
    let odd = Self.oddChunks[index]
    let warnings = ImageWarnings()
    let image = try ImageFile.decode(inserting(odd.bytes), file: "odd.png", warnings: warnings)
    #expect(image == face, "\(odd.name)")
    #expect(warnings.count <= 1 && (warnings.example ?? "odd.png: ").hasPrefix("odd.png: "))
  }

  @Test("of PNG are whole where more image data follow")
  func surplusData() throws {
    let bytes = [UInt8](face.png())
    let extra = Data(bytes.dropLast(12) + PNGParts.chunk("IDAT", [1, 2, 3]) + bytes.suffix(12))
    #expect(try ImageFile.decode(extra, file: "x") == face)
    // A scan line too many in the one compressed stream.
    let lines: [UInt8] = [0, 1, 2, 3, 0, 4, 5, 6]
    let surplus = PNGParts.file(width: 1, height: 1, depth: 8, colourType: 2, lines: lines)
    let warnings = ImageWarnings()
    #expect(try ImageFile.decode(surplus, file: "x", warnings: warnings).pixels == [1, 2, 3])
    #expect(warnings.count == 1 && warnings.summary?.hasPrefix("1 of the pictures") == true)
    #expect(try pixels(Data(bytes + [0, 1, 2])) == face.pixels)
  }

  @Test("of PNG with broken image data are refused")
  func brokenData() throws {
    let lines = [UInt8](repeating: 0, count: 1 + 6)
    let whole = [UInt8](PNGParts.file(width: 2, height: 1, depth: 8, colourType: 2, lines: lines))
    #expect(try pixels(Data(whole)) == [0, 0, 0, 0, 0, 0])
    // A wrong Adler-32 sum within right chunks.
    var stream = PNGParts.stored(lines)
    stream[stream.count - 1] ^= 1
    let header = whole.prefix(33)
    let wrongSum = header + PNGParts.chunk("IDAT", stream) + PNGParts.chunk("IEND", [])
    let wrongChecksum =
      header + PNGParts.chunk("IDAT", PNGParts.stored(lines), wrongChecksum: true)
      + PNGParts.chunk("IEND", [])
    let short =
      header + PNGParts.chunk("IDAT", PNGParts.stored(Array(lines.dropLast()))) + PNGParts.chunk("IEND", [])
    let withoutEnd = Array(whole.dropLast(12))
    for bytes in [Array(wrongSum), Array(wrongChecksum), Array(short), withoutEnd] {
      #expect(dataError { _ = try pixels(Data(bytes)) }.map { kind($0.problem) } == "damagedPicture")
    }
  }

  /// The PNG of the face with chunks after its header.
  private func inserting(_ chunks: [UInt8]) -> Data {
    let bytes = [UInt8](face.png())
    // libpng's writer puts sRGB first; without it the chunks decide.
    let rest = bytes.dropFirst(33)
    let isMarked = rest.dropFirst(4).starts(with: Array("sRGB".utf8))
    return Data(bytes.prefix(33) + chunks + rest.dropFirst(isMarked ? 13 : 0))
  }

  @Test("of JPEG are whole where only side information is odd; it is counted")
  func jpegSideInformation() throws {
    let bytes = [UInt8](face.jpeg())
    let whole = try pixels(Data(bytes))
    let scan = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
    var version = bytes
    version[11] = 2
    var sequence = bytes
    sequence[scan + 12] = 0
    let adobe: [UInt8] = [0xFF, 0xEE, 0, 14] + Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 5]
    let odd: [[UInt8]] = [
      Array(bytes.dropLast(2)) + [UInt8](repeating: 7, count: 300) + [0xFF, 0xD9],
      Array(bytes[..<scan]) + [1, 2] + Array(bytes[scan...]), version, sequence,
      Array(bytes[..<2]) + adobe + Array(bytes[20...]),
    ]
    for (index, bytes) in odd.enumerated() {
      let warnings = ImageWarnings()
      let image = try ImageFile.decode(Data(bytes), file: "x.jpg", warnings: warnings)
      #expect(image.pixels == whole && warnings.count == 1, "odd picture \(index)")
    }
  }

  @Test(
    "of CMYK and YCCK JPEG are those of Pillow",
    arguments: [
      (UInt8(0), [255, 255, 0, 251, 235, 0], 66641),
      (2, [179, 0, 0, 176, 0, 0], 78481),
    ]
  )
  func inks(transform: UInt8, first: [UInt8], sum: Int) throws {
    var bytes = [UInt8](try #require(Data(base64Encoded: JPEGFixtures.cmyk)))
    bytes[17] = transform
    let values = try pixels(Data(bytes))
    #expect(Array(values.prefix(6)) == first && values.reduce(0) { $0 + Int($1) } == sum)
  }

  @Test("are turned upright by Exif metadata only where asked", arguments: 1...8)
  func orientation(value: UInt8) throws {
    let tiff =
      Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0]
    // 3 × 2 pixels: A B C over D E F.
    let picture = Image(height: 2, width: 3, pixels: (1...6).flatMap { [UInt8($0), UInt8($0), UInt8($0)] })
    let upright = ["", "123456", "321654", "654321", "456123", "142536", "415263", "635241", "362514"]
    var png = [UInt8](picture.png())
    png.insert(contentsOf: PNGParts.chunk("eXIf", tiff), at: 33)
    let stored = try ImageFile.decode(Data(png), file: "x")
    #expect(stored == picture)
    let turned = try ImageFile.decode(Data(png), file: "x", orientation: .upright)
    #expect(
      turned.pixels.enumerated().filter { $0.offset % 3 == 0 }.map { "\($0.element)" }.joined()
        == upright[Int(value)]
    )
    #expect(turned.width == (value >= 5 ? 2 : 3))
    // The same in JPEG, and in big-endian metadata.
    let big =
      Array("MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]
    var jpeg = [UInt8](face.cropped(top: 0, left: 0, height: 8, width: 16).jpeg())
    let segment = Array("Exif\0\0".utf8) + big
    jpeg.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(segment.count + 2)] + segment, at: 2)
    #expect(try ImageFile.decode(Data(jpeg), file: "x", orientation: .upright).width == (value >= 5 ? 8 : 16))
    #expect(try ImageFile.decode(Data(jpeg), file: "x").width == 16)
  }

  @Test("with broken Exif metadata are left as they are")
  func brokenExif() throws {
    for exif in [
      [], [73], Array("II*\0".utf8) + [255, 255, 255, 255], Array("II*\0".utf8) + [8, 0, 0, 0, 255, 255, 18],
    ] {
      var png = [UInt8](face.png())
      png.insert(contentsOf: PNGParts.chunk("eXIf", exif), at: 33)
      #expect(try ImageFile.decode(Data(png), file: "x", orientation: .upright) == face)
    }
  }

  @Test("of formats that are not read: the error says which, and what to do")
  func otherFormats() throws {
    let starts: [(String, [UInt8])] = [
      ("WebP", Array("RIFF".utf8) + [1, 0, 0, 0] + Array("WEBPVP8 ".utf8)), ("GIF", Array("GIF89a".utf8)),
      ("BMP", Array("BM".utf8) + [0, 1, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0]), ("TIFF", Array("II*\0".utf8)),
      ("HEIF or AVIF", [0, 0, 0, 24] + Array("ftypheic".utf8)), ("JPEG 2000", [0xFF, 0x4F, 0xFF, 0x51]),
    ]
    for (name, start) in starts {
      let error = dataError { _ = try pixels(Data(start + [UInt8](repeating: 0, count: 40))) }
      #expect(
        error?.description.hasPrefix("x: is a \(name) picture, which is not read. Convert it to PNG") == true
      )
    }
  }

  @Test("of PBM, PGM and PPM are read as other programs write these")
  func netpbm() throws {
    func read(_ header: String, _ bytes: [UInt8]) throws -> [UInt8] {
      try pixels(Data(Array(header.utf8) + bytes)).enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    }
    #expect(try read("P5\n# GIMP\n2 1\n# again\n255\n", [7, 9]) == [7, 9])
    #expect(try read("P5\n2 1\n255\n", [7, 9, 10]) == [7, 9])
    #expect(try read("P5\n2 1\n255\n", [7, 9, 13, 10]) == [7, 9])
    #expect(try read("P5\r\n2 1\r\n255\r\n", [7, 9]) == [7, 9])
    #expect(try read("P5\r2 1\r255\r", [7, 9]) == [7, 9])
    #expect(
      try read("P4\n10 2\n", [0b1010_0000, 0b0100_0000, 0, 0b1000_0000])
        == [0, 255, 0, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 255]
    )
    #expect(try read("P1\n3 1\n101\n", []) == [0, 255, 0])
    #expect(dataError { _ = try read("P1\n3 1\n151\n", []) }?.description.contains("the value 5") == true)
    // A header that asks for memory without having the pixels is an error, not an allocation.
    #expect(dataError { _ = try read("P2\n16000 16000\n255\n1 2 3", []) } != nil)
  }

  @Test("of PGM and PPM with another greatest value than 255 are those of Pillow")
  func netpbmScales() throws {
    func scaled(_ header: String, _ bytes: [UInt8]) throws -> [UInt8] {
      try pixels(Data(Array(header.utf8) + bytes)).enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    }
    func sum(_ values: [UInt8], from start: UInt32 = 0) -> UInt32 {
      values.reduce(start) { $0 &* 31 &+ UInt32($1) }
    }
    // Halves go to even: 76.5, 178.5.
    #expect(try scaled("P5 2 1 100\n", [30, 70]) == [76, 178])
    // `Image.open(...).convert("RGB")` by Pillow 13.0.0, of all values from 0 to the greatest.
    var (raw, plain): (UInt32, UInt32) = (0, 0)
    for greatest in 1...254 {
      let values = (0...greatest).map { UInt8($0) }
      let size = "\(values.count) 1\n\(greatest)\n"
      raw = sum(try scaled("P5\n" + size, values), from: raw)
      let text = values.map(String.init).joined(separator: " ")
      plain = sum(try scaled("P2\n" + size + text, []), from: plain)
    }
    #expect(raw == 1_140_427_488 && plain == raw)
    for (greatest, expected) in [
      (256, 2_746_222_720), (300, 4_241_007_583), (510, 2_805_858_432), (1000, 2_295_967_488),
      (4095, 1_588_447_496), (10_000, 2_853_860_032), (65_534, 3_575_745_631), (65_535, 304_613_504),
    ] as [(Int, UInt32)] {
      let bytes = (0...greatest).flatMap { value in
        (0..<3).flatMap { _ in [UInt8(value >> 8), UInt8(value & 255)] }
      }
      #expect(try sum(scaled("P6\n\(greatest + 1) 1\n\(greatest)\n", bytes)) == expected, "\(greatest)")
    }
  }

  @Test("are decoded when a set is made: a damaged file is named then, not in training")
  func damageIsFoundEarly() throws {
    let folder = try Folder()
    let jpeg = [UInt8](face.jpeg())
    for name in ["a/1.jpg", "a/2.jpg", "b/1.jpg"] { try folder.write(jpeg, to: name) }
    try folder.write(jpeg.dropLast(jpeg.count / 3), to: "b/2.jpg")
    let error = dataError {
      _ = try FaceSet.folders(IdentityFolders(folder.path), prepared: FacePreparation(size: 16))
    }
    #expect(error?.file == folder.path + "/b/2.jpg" && error.map { kind($0.problem) } == "damagedPicture")
  }
}

enum JPEGFixtures {
  /// A CMYK picture of 16 × 16 pixels that Pillow wrote; byte 17 is Adobe's colour transform (0, or 2 for YCCK).
  static let cmyk = """
    /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUV
    FQwPFxgWFBgSFBUU/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIB
    AwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZH
    SElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV
    1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD69/4aS/6ev/Hq+vf2kv8Al6/Gvz0/4Vt/0y/Sv0I8S+JP
    v/PR/wANJf8AT1/49X5VftJf8vX40f8ACtv+mX6V5V4l8Sff+evyq/4aS/6ev/Hq/VX9pL/l6/Gvqv8A4Vt/0y/SjxL4k+/89H/D
    SX/T1/49X5VftJf8vX40f8K2/wCmX6V5T4l8Sff+ev/Z
    """.filter { !$0.isWhitespace }
}

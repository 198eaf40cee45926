internal import Foundation

extension ImageFile {
  /// Decodes a PBM, PGM or PPM picture, plain (P1, P2, P3) or raw (P4, P5, P6), to 8 bits a channel.
  ///
  /// Values are scaled from the file's greatest value to 255 and rounded, as Pillow does it: in double precision, halves to
  /// even. White space may follow the last value of a raw
  /// file, and a header that ends in CR LF is read; other bytes after the last value are an error, because a file whose
  /// line ends were rewritten has them.
  static func decodeNetpbm(_ data: Data, repair: ImageRepair?) throws(PictureProblem) -> Image {
    let bytes = [UInt8](data)
    let file = try NetpbmFile(bytes)
    let surplus = bytes.count - file.start - file.byteCount
    guard file.isRaw, surplus != 0 else { return try file.image(bytes) }
    if surplus == 1, bytes[file.start - 1] == 13, bytes[file.start] == 10 {
      // CR LF ends the header and no LF lies among the pixels: such a file is valid.
      var shifted = file
      shifted.start += 1
      return try shifted.image(bytes)
    }
    guard surplus > 0, let candidates = originals(of: bytes) else {
      let rest = bytes.suffix(max(0, surplus))
      if surplus > 0, surplus <= 16, rest.allSatisfy({ $0 == 32 || (9...13).contains($0) }) {
        return try file.image(bytes)
      }
      throw PictureProblem(
        damaged: surplus < 0 ? "it ends \(-surplus) bytes early" : "\(surplus) bytes follow the last pixel"
      )
    }
    guard let repair else { throw PictureProblem(.lineEnds(extraBytes: bytes.count - candidates[0].count)) }
    repair.countOne(isGuess: candidates.count > 1)
    var images: [Image] = []
    for candidate in candidates { images.append(try NetpbmFile(candidate).image(candidate)) }
    return images.min { $0.roughness < $1.roughness } ?? images[0]
  }

  /// Returns the candidates for the original file, if a program replaced line feeds (LF) by CR LF; `nil` if none did.
  ///
  /// Such programs keep a CR LF that was in the file before. Replacing every CR LF by LF then removes a byte of the pixels
  /// too, and it may have stood at any of the places: each gives a candidate. Two or more removed bytes would give too many.
  private static func originals(of bytes: [UInt8]) -> [[UInt8]]? {
    var restored: [UInt8] = []
    restored.reserveCapacity(bytes.count)
    var places: [Int] = []
    for (index, byte) in bytes.enumerated() {
      if byte == 10 {
        // A single LF without CR shows that none was rewritten.
        guard index > 0, bytes[index - 1] == 13 else { return nil }
        restored.removeLast()
        places.append(restored.count)
      }
      restored.append(byte)
    }
    guard !places.isEmpty, let file = try? NetpbmFile(restored) else { return nil }
    switch file.start + file.byteCount - restored.count {
    case 0: return [restored]
    case 1:
      let inside = places.filter { $0 >= file.start }
      return inside.isEmpty ? nil : inside.map { Array(restored[..<$0] + [13] + restored[$0...]) }
    default: return nil
    }
  }
}

extension Image {
  /// The sum of differences between neighbouring pixels: smallest for the undamaged picture.
  fileprivate var roughness: Int {
    var sum = 0
    for index in pixels.indices.dropFirst(3 * width) {
      sum += abs(Int(pixels[index]) - Int(pixels[index - 3 * width]))
    }
    for index in pixels.indices.dropFirst(3) where index / 3 % width > 0 {
      sum += abs(Int(pixels[index]) - Int(pixels[index - 3]))
    }
    return sum
  }
}

/// The header of a PBM, PGM or PPM file.
private struct NetpbmFile {
  var isRaw: Bool
  /// PBM: one bit a pixel, 1 for black.
  var isBitmap: Bool
  var channelCount: Int
  var width: Int
  var height: Int
  var greatest: Int
  /// Where the values begin.
  var start: Int

  var valueCount: Int { width * height * channelCount }
  var byteCount: Int {
    isBitmap ? (width + 7) / 8 * height : valueCount * (greatest > 255 ? 2 : 1)
  }

  init(_ bytes: [UInt8]) throws(PictureProblem) {
    let kind = bytes[1] - 0x30
    isRaw = kind >= 4
    isBitmap = kind == 1 || kind == 4
    channelCount = kind == 3 || kind == 6 ? 3 : 1
    var reader = NetpbmReader(bytes, from: 2)
    width = try reader.number()
    height = try reader.number()
    greatest = isBitmap ? 1 : try reader.number()
    // One white space ends the header; a raw file's values may look like more.
    start = reader.place + 1
    guard width > 0, height > 0, width < 1 << 20, height < 1 << 20, width * height <= ImageFile.pixelLimit
    else {
      throw PictureProblem(damaged: "it has \(width) × \(height) pixels")
    }
    guard (1...65535).contains(greatest) else {
      throw PictureProblem(damaged: "its greatest value is \(greatest)")
    }
  }

  func image(_ bytes: [UInt8]) throws(PictureProblem) -> Image {
    let values = try values(bytes)
    // The digits 2 to 9 of a plain PBM are values below 0.
    if let value = values.first(where: { !(0...greatest).contains($0) }) {
      throw PictureProblem(
        damaged: "the value \(isBitmap ? 1 - value : value) is not from 0 to \(greatest)"
      )
    }
    let scaled = (0...greatest).map {
      greatest == 255 ? UInt8($0) : UInt8((Double($0) / Double(greatest) * 255).rounded(.toNearestOrEven))
    }
    let eight = values.map { scaled[$0] }
    let pixels = channelCount == 3 ? eight : eight.flatMap { [$0, $0, $0] }
    return Image(height: height, width: width, pixels: pixels)
  }

  private func values(_ bytes: [UInt8]) throws(PictureProblem) -> [Int] {
    // A plain file has at least one byte a value.
    guard isRaw || bytes.count - start >= valueCount - 1 else {
      throw PictureProblem(damaged: "it ends before its \(valueCount) values")
    }
    var values: [Int] = []
    values.reserveCapacity(valueCount)
    if isRaw, isBitmap {
      for row in 0..<height {
        for column in 0..<width {
          let byte = bytes[start + row * ((width + 7) / 8) + column / 8]
          values.append(1 - Int(byte >> (7 - UInt8(column % 8)) & 1))
        }
      }
    } else if isRaw {
      for index in 0..<valueCount {
        let place = start + index * (greatest > 255 ? 2 : 1)
        values.append(greatest > 255 ? Int(bytes[place]) << 8 | Int(bytes[place + 1]) : Int(bytes[place]))
      }
    } else {
      var reader = NetpbmReader(bytes, from: start - 1)
      for _ in 0..<valueCount {
        values.append(isBitmap ? 1 - (try reader.number(digits: 1)) : try reader.number())
      }
    }
    return values
  }
}

private struct NetpbmReader {
  private let bytes: [UInt8]
  private(set) var place: Int

  init(_ bytes: [UInt8], from place: Int) {
    self.bytes = bytes
    self.place = place
  }

  /// Reads a number of at most so many digits after white space and comments.
  mutating func number(digits: Int = 9) throws(PictureProblem) -> Int {
    while place < bytes.count, bytes[place] == 35 || bytes[place] <= 32 {
      if bytes[place] == 35 {
        while place < bytes.count, bytes[place] != 10, bytes[place] != 13 { place += 1 }
      } else {
        place += 1
      }
    }
    let first = place
    var value = 0
    while place < bytes.count, (48...57).contains(bytes[place]), place - first < digits {
      value = value * 10 + Int(bytes[place] - 48)
      place += 1
    }
    guard place > first else { throw PictureProblem(damaged: "a number is missing at byte \(place)") }
    return value
  }
}

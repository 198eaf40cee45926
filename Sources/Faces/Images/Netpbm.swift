internal import Foundation

extension ImageFile {
  /// Decodes a PGM or PPM picture, plain (P2, P3) or raw (P5, P6), to 8 bits a channel.
  ///
  /// Values are scaled from the file's greatest value to 255 and rounded. A raw file must end with its last
  /// value, so that a file whose line ends were rewritten is noticed.
  static func decodeNetpbm(_ data: Data, repair: ImageRepair?) throws -> Image {
    let bytes = [UInt8](data)
    let file = try NetpbmFile(bytes)
    let surplus = bytes.count - file.start - file.byteCount
    guard file.isRaw, surplus != 0 else { return try file.image(bytes) }
    guard surplus > 0, let candidates = originals(of: bytes) else {
      throw PictureProblem(
        damaged: surplus < 0 ? "it ends \(-surplus) bytes early" : "\(surplus) bytes follow the last pixel"
      )
    }
    guard let repair else { throw PictureProblem(.lineEnds(extraBytes: bytes.count - candidates[0].count)) }
    repair.countOne(isGuess: candidates.count > 1)
    let images = try candidates.map { try NetpbmFile($0).image($0) }
    return images.min { $0.roughness < $1.roughness } ?? images[0]
  }

  /// The files that may have been before line feeds (LF) were rewritten to CR LF; `nil` where they were not.
  ///
  /// Programs that rewrite let a CR LF be that was there before. So one that belongs to the picture is lost with the
  /// others, and any of the places may be its own: each gives a candidate. More than one lost leave too many.
  private static func originals(of bytes: [UInt8]) -> [[UInt8]]? {
    var mended: [UInt8] = []
    mended.reserveCapacity(bytes.count)
    var places: [Int] = []
    for (index, byte) in bytes.enumerated() {
      if byte == 10 {
        // One LF alone says that none was rewritten.
        guard index > 0, bytes[index - 1] == 13 else { return nil }
        mended.removeLast()
        places.append(mended.count)
      }
      mended.append(byte)
    }
    guard !places.isEmpty, let file = try? NetpbmFile(mended) else { return nil }
    switch file.start + file.byteCount - mended.count {
    case 0: return [mended]
    case 1:
      let inside = places.filter { $0 >= file.start }
      return inside.isEmpty ? nil : inside.map { Array(mended[..<$0] + [13] + mended[$0...]) }
    default: return nil
    }
  }
}

extension Image {
  /// The sum of differences between neighbours: least where rows lie as they were taken.
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

/// The header of a PGM or PPM file.
private struct NetpbmFile {
  var isRaw: Bool
  var channelCount: Int
  var width: Int
  var height: Int
  var greatest: Int
  /// Where the values begin.
  var start: Int

  var valueCount: Int { width * height * channelCount }
  var byteCount: Int { valueCount * (greatest > 255 ? 2 : 1) }

  init(_ bytes: [UInt8]) throws {
    isRaw = bytes[1] >= 0x35
    channelCount = bytes[1] == 0x33 || bytes[1] == 0x36 ? 3 : 1
    var reader = NetpbmReader(bytes, from: 2)
    width = try reader.number()
    height = try reader.number()
    greatest = try reader.number()
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

  func image(_ bytes: [UInt8]) throws -> Image {
    var values: [Int] = []
    values.reserveCapacity(valueCount)
    if isRaw {
      for index in 0..<valueCount {
        let place = start + index * (greatest > 255 ? 2 : 1)
        values.append(greatest > 255 ? Int(bytes[place]) << 8 | Int(bytes[place + 1]) : Int(bytes[place]))
      }
    } else {
      var reader = NetpbmReader(bytes, from: start - 1)
      for _ in 0..<valueCount { values.append(try reader.number()) }
    }
    guard let largest = values.max(), largest <= greatest else {
      throw PictureProblem(damaged: "a value is above the greatest, \(greatest)")
    }
    let eight = values.map { UInt8(($0 * 510 + greatest) / (2 * greatest)) }
    let pixels = channelCount == 3 ? eight : eight.flatMap { [$0, $0, $0] }
    return Image(height: height, width: width, pixels: pixels)
  }
}

private struct NetpbmReader {
  private let bytes: [UInt8]
  private(set) var place: Int

  init(_ bytes: [UInt8], from place: Int) {
    self.bytes = bytes
    self.place = place
  }

  /// Reads a number after white space and comments.
  mutating func number() throws -> Int {
    while place < bytes.count, bytes[place] == 35 || bytes[place] <= 32 {
      if bytes[place] == 35 {
        while place < bytes.count, bytes[place] != 10 { place += 1 }
      } else {
        place += 1
      }
    }
    let first = place
    var value = 0
    while place < bytes.count, (48...57).contains(bytes[place]), place - first < 9 {
      value = value * 10 + Int(bytes[place] - 48)
      place += 1
    }
    guard place > first else { throw PictureProblem(damaged: "a number is missing at byte \(place)") }
    return value
  }
}

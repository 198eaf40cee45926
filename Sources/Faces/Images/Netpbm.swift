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
    if file.isRaw, surplus != 0 {
      let mended = withLineFeeds(bytes)
      let candidate = try? NetpbmFile(mended)
      guard let candidate, mended.count - candidate.start == candidate.byteCount, surplus > 0 else {
        throw PictureProblem(
          damaged: surplus < 0 ? "it ends \(-surplus) bytes early" : "\(surplus) bytes follow the last pixel"
        )
      }
      guard let repair else { throw PictureProblem(.lineEnds(extraBytes: bytes.count - mended.count)) }
      repair.countOne()
      return try candidate.image(mended)
    }
    return try file.image(bytes)
  }

  private static func withLineFeeds(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 13, index + 1 < bytes.count, bytes[index + 1] == 10 { continue }
      result.append(byte)
    }
    return result
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

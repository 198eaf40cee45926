internal import Foundation

/// Text in UTF-16 behind a byte-order mark, as Excel writes "Unicode text" and Notepad "Unicode".
enum UTF16Text {
  /// Whether bytes begin with the mark of UTF-16; that of UTF-32, whose lower bytes come first, begins so, too.
  static func hasMark(_ bytes: some Collection<UInt8>) -> Bool {
    (bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])) && !isUTF32(bytes)
  }

  /// Whether bytes begin with the mark of UTF-32.
  static func isUTF32(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF])
  }

  /// Whether bytes look like English text in UTF-16: every other one is zero.
  static func isLikely(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 4 else { return false }
    let (even, odd) = (bytes.indices.filter { $0 % 2 == 0 }, bytes.indices.filter { $0 % 2 == 1 })
    func isZero(_ places: [Int]) -> Bool { places.allSatisfy { bytes[$0] == 0 } }
    func isText(_ places: [Int]) -> Bool { places.allSatisfy { bytes[$0] != 0 } }
    return isZero(even) && isText(odd) || isZero(odd) && isText(even)
  }

  /// Returns the text in UTF-8, without the mark.
  ///
  /// - Throws: a ``DataError``: bytes that are cut off, or half a pair of surrogates, with its line.
  static func utf8(_ bytes: Data, path: String) throws -> Data {
    guard bytes.count.isMultiple(of: 2) else {
      throw DataError(
        .format(
          found: "\(bytes.count) bytes of UTF-16 text",
          expected: "an even number, two or four for each character: it is cut off; write or fetch it again"
        ),
        file: path
      )
    }
    return try bytes.withUnsafeBytes { bytes in
      let isLittle = bytes[0] == 0xFF
      func unit(_ place: Int) -> UInt16 {
        let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
        return isLittle ? second << 8 | first : first << 8 | second
      }
      var text: [UInt8] = []
      text.reserveCapacity(bytes.count / 2)
      var place = 2
      while place < bytes.count {
        let first = unit(place)
        place += 2
        if first < 0x80 {
          text.append(UInt8(first))
          continue
        }
        var scalar = Unicode.Scalar(first)
        if UTF16.isLeadSurrogate(first), place < bytes.count, UTF16.isTrailSurrogate(unit(place)) {
          scalar = Unicode.Scalar(0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(unit(place) & 0x3FF)))
          place += 2
        }
        guard let encoded = scalar.flatMap(UTF8.encode) else {
          throw DataError(
            .format(
              found: "half a character in UTF-16 (\(String(first, radix: 16, uppercase: true)))",
              expected: "whole characters: save the file again, as UTF-8"
            ),
            file: path,
            line: 1 + lineEnds(in: text)
          )
        }
        text.append(contentsOf: encoded)
      }
      return Data(text)
    }
  }

  /// How many line ends there are: LF, CR LF or CR alone.
  private static func lineEnds(in text: [UInt8]) -> Int {
    text.indices.count { text[$0] == 10 && ($0 == 0 || text[$0 - 1] != 13) || text[$0] == 13 }
  }
}

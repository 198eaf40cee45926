internal import Foundation

/// The fields of the ZIP format that `ZipWriter` writes and `ZipReader` requires: names in UTF-8, content that is stored and
/// not compressed, one disk, no comments, no extra fields, no ZIP64.
///
/// Source: PKWARE, APPNOTE 6.3, section 4.3.
enum ZipFormat {
  static let localSignature = 0x0403_4B50
  static let directorySignature = 0x0201_4B50
  static let endSignature = 0x0605_4B50
  static let localSize = 30
  static let directorySize = 46
  static let endSize = 22
  /// Names are in UTF-8.
  static let flags = 1 << 11
  static let version = 20
  /// Made on Unix, which the external attributes depend on.
  static let madeBy = 3 << 8 | version
  /// A file that its owner may write and all may read.
  static let attributes = 0o100644 << 16
  /// 1 January 1980, the earliest time of the format.
  static let date = 1 << 5 | 1
  /// The times of the format in seconds since 1970, all in 1980 to 2107.
  private static let dates = 315_532_800...4_354_819_199

  /// The time of day, and in the upper half the day, of seconds since 1970; the first or last time of the format beyond it.
  static func stamp(_ date: Int) -> Int {
    var time = time_t(min(max(date, dates.lowerBound), dates.upperBound))
    var parts = tm()
    gmtime_r(&time, &parts)
    let clock = Int(parts.tm_hour << 11 | parts.tm_min << 5 | parts.tm_sec / 2)
    return Int((parts.tm_year - 80) << 9 | (parts.tm_mon + 1) << 5 | parts.tm_mday) << 16 | clock
  }
}

/// An entry of an archive's directory.
package struct ZipEntry: Hashable, Sendable {
  package var name: String
  var checksum: Int
  package var size: Int
  /// Where its local header begins.
  var start: Int

  /// The fields that local header and directory share, from the version to the lengths of name and extra field.
  var shared: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(ZipFormat.version, count: 2)
    bytes.append(ZipFormat.flags, count: 2)
    // Stored, at midnight.
    bytes.append(0, count: 4)
    bytes.append(ZipFormat.date, count: 2)
    bytes.append(checksum, count: 4)
    bytes.append(size, count: 4)
    bytes.append(size, count: 4)
    bytes.append(name.utf8.count, count: 2)
    bytes.append(0, count: 2)
    return bytes
  }

  /// The local header, before the content.
  var localHeader: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(ZipFormat.localSignature, count: 4)
    return bytes + shared + Array(name.utf8)
  }

  /// The header in the directory.
  var directoryHeader: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(ZipFormat.directorySignature, count: 4)
    bytes.append(ZipFormat.madeBy, count: 2)
    bytes += shared
    // No comment, the first disk, no internal attributes.
    bytes.append(0, count: 6)
    bytes.append(ZipFormat.attributes, count: 4)
    bytes.append(start, count: 4)
    return bytes + Array(name.utf8)
  }
}

extension [UInt8] {
  /// Adds a number, least byte first.
  mutating func append(_ number: Int, count: Int) {
    for place in 0..<count { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
  }

  /// The number of so many bytes at a place, least byte first.
  ///
  /// - Precondition: the bytes are there.
  func number(at place: Int, count: Int) -> Int {
    self[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

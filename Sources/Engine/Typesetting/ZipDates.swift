package import Foundation

/// The dates of the members of a zip archive, which its writer takes from the clock.
package enum ZipDates {
  /// Writes one date in place of each; no byte moves. A file that is no zip archive stays as it is.
  ///
  /// - Parameter date: seconds since 1970, from 1980 on.
  package static func set(in file: Data, to date: Int) -> Data {
    var bytes = [UInt8](file)
    let stamp = stamp(date)
    func number(_ place: Int, _ size: Int) -> Int {
      (0..<size).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    func isMark(_ mark: Int, at place: Int, size: Int) -> Bool {
      place >= 0 && place + size <= bytes.count && number(place, 4) == mark
    }
    // The end of the central directory: the last of its kind, 22 bytes and a comment.
    guard let end = (0...max(0, bytes.count - 22)).last(where: { isMark(0x0605_4b50, at: $0, size: 22) })
    else {
      return file
    }
    var place = number(end + 16, 4)
    for _ in 0..<number(end + 10, 2) {
      guard isMark(0x0201_4b50, at: place, size: 46) else { return file }
      let local = number(place + 42, 4)
      guard isMark(0x0403_4b50, at: local, size: 30) else { return file }
      bytes.replaceSubrange(place + 12..<place + 16, with: stamp)
      bytes.replaceSubrange(local + 10..<local + 14, with: stamp)
      place += 46 + number(place + 28, 2) + number(place + 30, 2) + number(place + 32, 2)
    }
    return Data(bytes)
  }

  /// Time and date of MS-DOS, little-endian.
  private static func stamp(_ date: Int) -> [UInt8] {
    var time = time_t(date)
    var parts = tm()
    gmtime_r(&time, &parts)
    let clock = parts.tm_hour << 11 | parts.tm_min << 5 | parts.tm_sec / 2
    let day = (parts.tm_year - 80) << 9 | (parts.tm_mon + 1) << 5 | parts.tm_mday
    return [clock, day].flatMap { [UInt8($0 & 255), UInt8($0 >> 8 & 255)] }
  }
}

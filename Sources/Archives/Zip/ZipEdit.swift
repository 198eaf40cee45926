internal import Files
package import Foundation

/// Changes files and dates within an archive that another program wrote: a changed file is stored, and all others keep their
/// bytes.
package enum ZipEdit {
  /// Returns the archive with changed files; as it is where it cannot be read.
  ///
  /// - Parameter change: returns the new content of a file, or `nil` to leave it.
  package static func changing(_ archive: Data, _ change: (_ name: String, _ content: [UInt8]) -> [UInt8]?)
    -> Data
  {
    let bytes = [UInt8](archive)
    guard let entries = entries(bytes) else { return archive }
    var result: [UInt8] = []
    var directory: [UInt8] = []
    var isChanged = false
    for (index, entry) in entries.enumerated() {
      let next = index + 1 < entries.count ? entries[index + 1].start : entries.last?.end ?? bytes.count
      var header = entry.header
      header.set(result.count, at: 42, count: 4)
      if let content = entry.content(bytes), let changed = change(entry.name, content) {
        isChanged = true
        var local = Array(bytes[entry.start..<entry.contentStart])
        let checksum = checksum(changed)
        // Stored, and its sizes stand in the header, not behind the content (bit 3 of the flags).
        local.set(local.number(at: 6, count: 2) & ~8, at: 6, count: 2)
        local.set(0, at: 8, count: 2)
        header.set(header.number(at: 8, count: 2) & ~8, at: 8, count: 2)
        header.set(0, at: 10, count: 2)
        for (place, number) in [(0, checksum), (4, changed.count), (8, changed.count)] {
          local.set(number, at: 14 + place, count: 4)
          header.set(number, at: 16 + place, count: 4)
        }
        result += local + changed
      } else {
        result += bytes[entry.start..<next]
      }
      directory += header
    }
    guard isChanged, let last = entries.last else { return archive }
    var end = Array(bytes[(last.end + entries.reduce(0) { $0 + $1.header.count })...])
    end.set(directory.count, at: 12, count: 4)
    end.set(result.count, at: 16, count: 4)
    return Data(result + directory + end)
  }

  /// Returns the archive with one date for every file, in place of those that its writer took from the clock; as it is where it
  /// cannot be read. No byte moves.
  ///
  /// - Parameter date: seconds since 1970; a date before or after those of the format becomes its first or last.
  package static func dated(_ archive: Data, to date: Int) -> Data {
    var bytes = [UInt8](archive)
    guard let entries = entries(bytes) else { return archive }
    let stamp = ZipFormat.stamp(date)
    for entry in entries {
      bytes.set(stamp, at: entry.start + 10, count: 4)
      bytes.set(stamp, at: entry.place + 12, count: 4)
    }
    return Data(bytes)
  }

  private struct Entry {
    var name: String
    /// Where its header in the directory begins.
    var place: Int
    var header: [UInt8]
    /// Where its local header begins.
    var start: Int
    var contentStart: Int
    /// Where the directory begins.
    var end: Int

    /// The content, unpacked; `nil` where it is damaged or packed in a way that no EPUB may be.
    func content(_ bytes: [UInt8]) -> [UInt8]? {
      let (packed, size) = (header.number(at: 20, count: 4), header.number(at: 24, count: 4))
      guard contentStart + packed <= end, size <= 1 << 26 else { return nil }
      let content = Array(bytes[contentStart..<contentStart + packed])
      switch header.number(at: 10, count: 2) {
      case 0: return content
      case 8: return inflated(content, size: size)
      default: return nil
      }
    }
  }

  /// The entries in the order of their places.
  private static func entries(_ bytes: [UInt8]) -> [Entry]? {
    let last = bytes.count - ZipFormat.endSize
    guard last >= 0, bytes.number(at: last, count: 4) == ZipFormat.endSignature else { return nil }
    let end = bytes.number(at: last + 16, count: 4)
    var place = end
    var entries: [Entry] = []
    for _ in 0..<bytes.number(at: last + 10, count: 2) {
      guard place + ZipFormat.directorySize <= last,
        bytes.number(at: place, count: 4) == ZipFormat.directorySignature
      else { return nil }
      let name = bytes.number(at: place + 28, count: 2)
      let length =
        ZipFormat.directorySize + name + bytes.number(at: place + 30, count: 2)
        + bytes.number(at: place + 32, count: 2)
      let start = bytes.number(at: place + 42, count: 4)
      guard place + length <= last, start + ZipFormat.localSize <= end,
        bytes.number(at: start, count: 4) == ZipFormat.localSignature
      else { return nil }
      let content =
        start + ZipFormat.localSize + bytes.number(at: start + 26, count: 2)
        + bytes.number(at: start + 28, count: 2)
      guard content <= end else { return nil }
      let text = bytes[place + ZipFormat.directorySize..<place + ZipFormat.directorySize + name]
      entries.append(
        Entry(
          name: String(decoding: text, as: UTF8.self),
          place: place,
          header: Array(bytes[place..<place + length]),
          start: start,
          contentStart: content,
          end: end
        )
      )
      place += length
    }
    guard place == last else { return nil }
    return entries.sorted { $0.start < $1.start }
  }
}

extension [UInt8] {
  /// Writes a number at a place, least byte first.
  fileprivate mutating func set(_ number: Int, at place: Int, count: Int) {
    for index in 0..<count { self[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
  }
}

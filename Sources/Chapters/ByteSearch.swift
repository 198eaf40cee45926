internal import Foundation

extension Collection where Element == UInt8 {
  /// Whether the bytes hold a text, compared byte by byte.
  ///
  /// `String.contains` compares characters, which takes about fifty times as long, and chapters are searched for many texts.
  func holds(_ needle: StaticString) -> Bool {
    withContiguousStorageIfAvailable { Self.holds($0, needle) } ?? Array(self).holds(needle)
  }

  private static func holds(_ bytes: UnsafeBufferPointer<UInt8>, _ needle: StaticString) -> Bool {
    let count = needle.utf8CodeUnitCount
    guard var place = bytes.baseAddress, bytes.count >= count else { return false }
    // One behind the last place where the text can start.
    let end = place + (bytes.count - count + 1)
    while let first = memchr(place, Int32(needle.utf8Start[0]), end - place) {
      if memcmp(first, needle.utf8Start, count) == 0 { return true }
      place = UnsafePointer(first.assumingMemoryBound(to: UInt8.self)) + 1
    }
    return false
  }
}

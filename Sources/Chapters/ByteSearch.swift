internal import Foundation

extension Collection where Element == UInt8 {
  /// Whether the bytes hold a text, compared byte by byte.
  ///
  /// `String.contains` compares characters, which takes about fifty times as long, and chapters are searched for many texts.
  func holds(_ needle: StaticString) -> Bool {
    let count = needle.utf8CodeUnitCount
    let found = withContiguousStorageIfAvailable { bytes in
      bytes.baseAddress.map { memmem($0, bytes.count, needle.utf8Start, count) != nil } ?? false
    }
    return found ?? Array(self).holds(needle)
  }
}

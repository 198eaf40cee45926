package import Foundation

extension Data {
  /// The lines, without their ends; empty ones are left out. By the C library's search, which a file of millions of bytes needs.
  package var lines: [Data] {
    withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return [] }
      var lines: [Data] = []
      var start = 0
      while start < bytes.count {
        let end =
          memchr(base + start, 10, bytes.count - start).map { UnsafeRawPointer($0) - base } ?? bytes.count
        if end > start { lines.append(Data(bytes: base + start, count: end - start)) }
        start = end + 1
      }
      return lines
    }
  }
}

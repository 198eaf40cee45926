internal import CZlib

/// Decompresses raw deflate data; `nil` where they are damaged or give another number of bytes.
package func inflated(_ packed: [UInt8], size: Int) -> [UInt8]? {
  // Deflate shrinks at most about 1 : 1032; a size beyond that is a damaged or hostile directory.
  guard size >= 0, packed.count < 1 << 32, size <= packed.count * 1100 + 1024 else { return nil }
  var stream = z_stream()
  guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
    return nil
  }
  defer { inflateEnd(&stream) }
  var result = [UInt8](repeating: 0, count: size)
  var packed = packed
  let isWhole = packed.withUnsafeMutableBufferPointer { source in
    result.withUnsafeMutableBufferPointer { target in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      var done = 0
      while true {
        // zlib counts in 32 bits.
        let room = min(target.count - done, 1 << 30)
        stream.next_out = target.baseAddress.map { $0 + done }
        stream.avail_out = UInt32(room)
        let status = inflate(&stream, Z_NO_FLUSH)
        done += room - Int(stream.avail_out)
        if status == Z_STREAM_END { return done == target.count }
        if status != Z_OK { return false }
      }
    }
  }
  return isWhole ? result : nil
}

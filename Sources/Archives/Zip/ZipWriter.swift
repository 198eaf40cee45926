internal import CZlib

/// Writes a ZIP archive whose bytes depend on the files alone: sorted by name, with one fixed time and one mode, and stored,
/// since the bytes of a compressed file depend on the compressor's version.
package enum ZipWriter {
  /// Returns the archive of some files.
  ///
  /// - Throws: `ArchiveFault` for a name that is not allowed or occurs twice, and above 4 GiB or 65535 files.
  package static func archive(_ files: [ArchivedFile]) throws(ArchiveFault) -> [UInt8] {
    var bytes: [UInt8] = []
    var entries: [ZipEntry] = []
    guard files.count < 0xFFFF else { throw ArchiveFault("an archive holds at most 65534 files") }
    // By bytes, which is the same order in every language.
    for file in files.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
      if let fault = ZipName.fault(of: file.path) {
        throw ArchiveFault("the name \(ZipName.shown(file.path)) cannot be archived: \(fault)")
      }
      if entries.last?.name == file.path {
        throw ArchiveFault("the name \(ZipName.shown(file.path)) occurs twice")
      }
      guard file.bytes.count < 1 << 32 else { throw ArchiveFault("the file '\(file.path)' is above 4 GiB") }
      let entry = ZipEntry(
        name: file.path,
        checksum: checksum(file.bytes),
        size: file.bytes.count,
        start: bytes.count
      )
      entries.append(entry)
      bytes += entry.localHeader
      bytes += file.bytes
    }
    let directory = entries.flatMap(\.directoryHeader)
    guard bytes.count + directory.count < 1 << 32 else { throw ArchiveFault("the archive is above 4 GiB") }
    var end: [UInt8] = []
    end.append(ZipFormat.endSignature, count: 4)
    end.append(0, count: 4)
    end.append(entries.count, count: 2)
    end.append(entries.count, count: 2)
    end.append(directory.count, count: 4)
    end.append(bytes.count, count: 4)
    end.append(0, count: 2)
    return bytes + directory + end
  }
}

/// Returns the CRC-32 of bytes, fewer than 4 GiB.
func checksum(_ bytes: [UInt8]) -> Int {
  bytes.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, UInt32($0.count))) }
}

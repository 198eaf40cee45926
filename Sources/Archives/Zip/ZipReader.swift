/// Reads a ZIP archive that `ZipWriter` wrote, and refuses any other.
///
/// Programs differ in what they make of an archive whose directory and local headers disagree, or that has bytes
/// between its entries. So that everybody unpacks what was verified, the entries must follow each other without a gap,
/// from the first byte to the directory, and each local header must say what the directory says.
package struct ZipReader {
  package let entries: [ZipEntry]
  private let bytes: [UInt8]

  /// Reads the directory and checks every header.
  package init(_ bytes: [UInt8]) throws(ArchiveFault) {
    self.bytes = bytes
    let end = bytes.count - ZipFormat.endSize
    guard end >= 0, bytes.number(at: end, count: 4) == ZipFormat.endSignature else {
      throw ArchiveFault("it is no whole ZIP archive: it does not end with the end of a directory")
    }
    let count = bytes.number(at: end + 10, count: 2)
    let start = bytes.number(at: end + 16, count: 4)
    guard bytes.number(at: end + 4, count: 4) == 0, bytes.number(at: end + 8, count: 2) == count,
      start + bytes.number(at: end + 12, count: 4) == end, bytes.number(at: end + 20, count: 2) == 0
    else { throw ArchiveFault("its directory is damaged: the end states another place or length") }
    var entries: [ZipEntry] = []
    var names: Set<String> = []
    var place = start
    var next = 0
    for _ in 0..<count {
      let entry = try Self.entry(bytes, at: &place, before: end)
      if let fault = ZipName.fault(of: entry.name) {
        throw ArchiveFault("the name \(ZipName.shown(entry.name)) is not allowed: \(fault)")
      }
      guard names.insert(entry.name).inserted else {
        throw ArchiveFault("the name \(ZipName.shown(entry.name)) occurs twice")
      }
      let header = entry.localHeader
      guard entry.start == next, next + header.count + entry.size <= start,
        bytes[next..<next + header.count].elementsEqual(header)
      else {
        throw ArchiveFault(
          "the entry \(ZipName.shown(entry.name)) is not where the directory says, or its own header differs from it"
        )
      }
      next += header.count + entry.size
      entries.append(entry)
    }
    guard place == end, next == start else {
      throw ArchiveFault("it holds bytes that belong to no entry, at byte \(place == end ? next : place)")
    }
    self.entries = entries
  }

  /// Reads a header of the directory and moves on to the next.
  private static func entry(_ bytes: [UInt8], at place: inout Int, before end: Int) throws(ArchiveFault)
    -> ZipEntry
  {
    let damaged = ArchiveFault("its directory is damaged at byte \(place)")
    guard place + ZipFormat.directorySize <= end else { throw damaged }
    let length = bytes.number(at: place + 28, count: 2)
    let first = place + ZipFormat.directorySize
    guard first + length <= end else { throw damaged }
    guard let name = String(validating: bytes[first..<first + length], as: UTF8.self) else {
      throw ArchiveFault("a name in its directory is not UTF-8, at byte \(first)")
    }
    let entry = ZipEntry(
      name: name,
      checksum: bytes.number(at: place + 16, count: 4),
      size: bytes.number(at: place + 24, count: 4),
      start: bytes.number(at: place + 42, count: 4)
    )
    let header = entry.directoryHeader
    guard bytes[place..<place + header.count].elementsEqual(header) else {
      throw ArchiveFault(
        "the entry \(ZipName.shown(name)) is not written as 'marginalia archive' writes it: a plain file, stored and not compressed"
      )
    }
    place += header.count
    return entry
  }

  /// Returns the content of an entry, whose size is that of its bytes in the archive.
  package func content(of entry: ZipEntry) throws(ArchiveFault) -> [UInt8] {
    let start = entry.start + ZipFormat.localSize + entry.name.utf8.count
    let content = Array(bytes[start..<start + entry.size])
    guard checksum(content) == entry.checksum else {
      throw ArchiveFault("the content of \(ZipName.shown(entry.name)) is damaged")
    }
    return content
  }
}

internal import CZlib
internal import Files
internal import Foundation

/// The members of a ZIP archive, for NumPy's `.npz`: stored or deflated, with ZIP64 sizes; not encrypted, on one disk.
///
/// Source: PKWARE, APPNOTE 6.3, sections 4.3 and 4.4.
struct ZipArchive {
  /// One file of the archive.
  struct Member {
    var name: String
    fileprivate var method: Int
    fileprivate var packedSize: Int
    fileprivate var size: Int
    fileprivate var header: Int
    fileprivate var checksum: Int
  }

  let members: [Member]
  private let file: any ByteSource

  /// Reads the central directory.
  ///
  /// - Throws: a ``DataError`` where the file has none, or a damaged one.
  init(_ file: any ByteSource) throws(DataError) {
    self.file = file
    let tail = min(file.size, 65_557)
    let end = try LittleEndianBytes(file, at: file.size - tail, count: tail)
    guard let place = (0...max(0, tail - 22)).last(where: { end[$0, 4] == 0x0605_4B50 }), tail >= 22 else {
      throw DataError(.format(found: "no ZIP directory", expected: "a NumPy archive (.npz)"), file: file.path)
    }
    var (count, size, start) = (end[place + 10, 2], end[place + 12, 4], end[place + 16, 4])
    if place >= 20, end[place - 20, 4] == 0x0706_4B50, count == 0xFFFF || start == 0xFFFF_FFFF {
      let record = try LittleEndianBytes(file, at: end[place - 12, 8], count: 56)
      (count, size, start) = (record[32, 8], record[40, 8], record[48, 8])
    }
    guard size < 1 << 28 else { throw Self.damaged(file) }
    let directory = try LittleEndianBytes(file, at: start, count: size)
    var members: [Member] = []
    var entry = 0
    for _ in 0..<count {
      guard entry + 46 <= size, directory[entry, 4] == 0x0201_4B50 else { throw Self.damaged(file) }
      let (nameLength, extraLength) = (directory[entry + 28, 2], directory[entry + 30, 2])
      guard entry + 46 + nameLength + extraLength <= size else { throw Self.damaged(file) }
      var member = Member(
        name: String(decoding: directory.bytes[(entry + 46)..<(entry + 46 + nameLength)], as: UTF8.self),
        method: directory[entry + 10, 2],
        packedSize: directory[entry + 20, 4],
        size: directory[entry + 24, 4],
        header: directory[entry + 42, 4],
        checksum: directory[entry + 16, 4]
      )
      member.takeLongSizes(directory, entry + 46 + nameLength, extraLength)
      members.append(member)
      entry += 46 + nameLength + extraLength + directory[entry + 32, 2]
    }
    self.members = members
  }

  /// Returns the bytes of a member: a part of the file where they are stored, else decompressed in memory.
  func bytes(of member: Member) throws(DataError) -> any ByteSource {
    let path = "\(file.path):\(member.name)"
    let local = try LittleEndianBytes(file, at: member.header, count: 30)
    let start = member.header + 30 + local[26, 2] + local[28, 2]
    guard local[0, 4] == 0x0403_4B50, member.packedSize >= 0, start + member.packedSize <= file.size else {
      throw Self.damaged(file)
    }
    switch member.method {
    case 0:
      guard member.packedSize == member.size,
        try checksum(start..<start + member.packedSize) == member.checksum
      else { throw Self.damaged(file) }
      return ByteRange(path: path, source: file, start: start, size: member.packedSize)
    case 8:
      let packed = try LittleEndianBytes(file, at: start, count: member.packedSize)
      guard let bytes = inflated(packed.bytes, size: member.size),
        Int(crc32(0, bytes, UInt32(truncatingIfNeeded: bytes.count))) == member.checksum
      else { throw Self.damaged(file) }
      return MemoryBytes(path: path, bytes: bytes)
    default:
      throw DataError(
        .format(found: "compression \(member.method)", expected: "numpy.savez_compressed"),
        file: path
      )
    }
  }

  /// Returns the CRC-32 of a part of the file, read in pieces.
  private func checksum(_ places: Range<Int>) throws(DataError) -> Int {
    var sum: UInt = 0
    for start in stride(from: places.lowerBound, to: places.upperBound, by: 1 << 20) {
      let piece = try LittleEndianBytes(file, at: start, count: min(1 << 20, places.upperBound - start)).bytes
      sum = crc32(sum, piece, UInt32(piece.count))
    }
    return Int(sum)
  }

  private static func damaged(_ file: any ByteSource) -> DataError {
    DataError(.unreadable(reason: "the ZIP archive is damaged"), file: file.path)
  }
}

extension ZipArchive.Member {
  /// Takes sizes and place from the ZIP64 field where the directory's own fields are full.
  fileprivate mutating func takeLongSizes(_ directory: LittleEndianBytes, _ start: Int, _ count: Int) {
    var place = start
    while place + 4 <= start + count {
      let (kind, length) = (directory[place, 2], directory[place + 2, 2])
      if kind == 1 {
        var value = place + 4
        for field in [\Self.size, \Self.packedSize, \Self.header]
        where self[keyPath: field] == 0xFFFF_FFFF && value + 8 <= place + 4 + length {
          self[keyPath: field] = directory[value, 8]
          value += 8
        }
      }
      place += 4 + length
    }
  }
}

/// Numbers in bytes of a file, least byte first.
private struct LittleEndianBytes {
  let bytes: [UInt8]

  init(_ file: any ByteSource, at offset: Int, count: Int) throws(DataError) {
    guard offset >= 0, count >= 0, offset <= file.size, count <= file.size - offset else {
      throw DataError(.unreadable(reason: "the ZIP archive ends early"), file: file.path)
    }
    var bytes = [UInt8](repeating: 0, count: count)
    do { try bytes.withUnsafeMutableBytes { try file.read(at: offset, into: $0) } } catch let error
      as DataError
    {
      throw error
    } catch {
      throw DataError(.unreadable(reason: "\(error)"), file: file.path)
    }
    self.bytes = bytes
  }

  /// The number of so many bytes at a place; −1 outside the bytes or above the greatest integer.
  subscript(place: Int, count: Int) -> Int {
    guard place >= 0, place + count <= bytes.count else { return -1 }
    let value = bytes[place..<place + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value) ?? -1
  }
}

/// Returns the bytes of a NumPy file, or of an array in a NumPy archive, `archive.npz:name`. Like `numpy.load`, it tells the
/// two apart by their first bytes, whatever the file's ending.
func numpyBytes(_ path: String) throws(DataError) -> any ByteSource {
  let range = path.range(of: ".npz:", options: .caseInsensitive)
  let name = range.map { String(path[..<$0.upperBound].dropLast()) } ?? path
  let wanted = range.map { String(path[$0.upperBound...]) } ?? ""
  let file = try RandomAccessFile(name)
  let isArchive = try LittleEndianBytes(file, at: 0, count: min(2, file.size))[0, 2] == 0x4B50
  guard isArchive || !wanted.isEmpty else { return file }
  let archive = try ZipArchive(file)
  let arrays = archive.members.filter { $0.name.hasSuffix(".npy") }
  let found = wanted.isEmpty ? arrays : arrays.filter { $0.name.dropLast(4) == wanted }
  guard found.count == 1 else {
    let missing = found.isEmpty && !wanted.isEmpty ? "no array '\(wanted)', but " : ""
    let names = arrays.map { String($0.name.dropLast(4)) }.joined(separator: ", ")
    throw DataError(
      .format(
        found: arrays.isEmpty ? "no arrays" : "\(missing)the arrays \(names)",
        expected: "one: write archive.npz:name"
      ),
      file: name
    )
  }
  return try archive.bytes(of: found[0])
}

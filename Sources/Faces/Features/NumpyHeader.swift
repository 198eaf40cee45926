/// The text that opens a NumPy file: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NumpyHeader {
  /// NumPy's name for the type, for example `<f4`.
  var type: String
  var isFortranOrder: Bool
  var shape: [Int]
  /// Where the numbers begin.
  var end: Int

  /// - Throws: a ``DataError`` where there is no such header.
  init(_ file: any ByteSource) throws {
    let expected = "a NumPy file (.npy)"
    guard file.size >= 12 else {
      throw DataError(.format(found: "\(file.size) bytes", expected: expected), file: file.path)
    }
    var start = [UInt8](repeating: 0, count: 12)
    try start.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    guard start.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw DataError(.format(found: "other first bytes", expected: expected), file: file.path)
    }
    guard (1...3).contains(start[6]) else {
      let found = "version \(start[6]) of NumPy's format"
      throw DataError(
        .format(found: found, expected: "version 1, 2 or 3: write it by numpy.save"),
        file: file.path
      )
    }
    let isLong = start[6] > 1
    var length = Int(start[8]) | Int(start[9]) << 8
    if isLong { length |= Int(start[10]) << 16 | Int(start[11]) << 24 }
    let first = isLong ? 12 : 10
    end = first + length
    guard end <= file.size, length < 1 << 20 else {
      throw DataError(.size(found: file.size, expected: end), file: file.path)
    }
    var bytes = [UInt8](repeating: 0, count: length)
    try bytes.withUnsafeMutableBytes { try file.read(at: first, into: $0) }
    let text = String(decoding: bytes, as: UTF8.self)
    // Python 2 wrote u'<f4' and (16L, 512L).
    guard text.wholeMatch(of: /\s*\{.*\}\s*/.dotMatchesNewlines()) != nil,
      let type = text.firstMatch(of: /['"]descr['"]\s*:\s*[ub]?['"]([^'"]*)['"]/)?.1,
      let order = text.firstMatch(of: /['"]fortran_order['"]\s*:\s*(True|False|1|0)/)?.1,
      let shape = text.firstMatch(of: /['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)/)?.1
    else {
      let found = "the header '\(text.prefix(80))'"
      let parts =
        "one with a type as 'descr', 'fortran_order' and a 'shape' of lengths from 0 on: write it by numpy.save"
      throw DataError(.format(found: found, expected: parts), file: file.path)
    }
    self.type = String(type)
    isFortranOrder = order == "True" || order == "1"
    let lengths = shape.split { $0 == "," || $0 == "L" || $0.isWhitespace }.map { Int($0) ?? -1 }
    var product = 1
    for length in lengths {
      let (next, overflows) = product.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflows, next < 1 << 50 else {
        throw DataError(.format(found: "the shape (\(shape))", expected: "lengths that fit"), file: file.path)
      }
      product = next
    }
    self.shape = lengths
  }
}

/// The type of a NumPy array's numbers.
struct NumpyType {
  private enum Kind: String {
    case float16 = "f2"
    case float32 = "f4"
    case float64 = "f8"
    case int8 = "i1"
    case int16 = "i2"
    case int32 = "i4"
    case int64 = "i8"
    case uint8 = "u1"
    case uint16 = "u2"
    case uint32 = "u4"
    case uint64 = "u8"
    case bool = "b1"
  }

  private let kind: Kind
  private let isBigEndian: Bool
  /// Bytes of a number.
  let size: Int

  /// Whether numbers lie in the file as `Float` lies in memory.
  var isNative: Bool { kind == .float32 && !isBigEndian }

  private static let longNames: [String: Kind] = [
    "float16": .float16, "float32": .float32, "float64": .float64, "int8": .int8, "int16": .int16,
    "int32": .int32, "int64": .int64, "uint8": .uint8, "uint16": .uint16, "uint32": .uint32,
    "uint64": .uint64, "bool": .bool, "float": .float64,
  ]

  /// Reads NumPy's name of a type: the byte order (`<`, `>`, `=`, `|`), the kind and the number of bytes; or a long name
  /// (`float32`).
  init?(_ name: String) {
    let order = name.first ?? " "
    let hasOrder = "<>=|".contains(order)
    let bare = String(hasOrder ? name.dropFirst() : Substring(name))
    guard let kind = Kind(rawValue: bare) ?? (bare == "?" ? .bool : Self.longNames[bare]) else { return nil }
    self.kind = kind
    size = kind.rawValue.last?.wholeNumberValue ?? 1
    isBigEndian = order == ">" && size > 1
  }

  /// Writes numbers as `Float` to places that lie a step apart.
  func convert(
    _ bytes: UnsafeRawBufferPointer,
    count: Int,
    into target: UnsafeMutablePointer<Float>,
    step: Int
  ) {
    func each<Bits: FixedWidthInteger>(_ type: Bits.Type, _ float: (Bits) -> Float) {
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: index * size, as: Bits.self)
        target[index * step] = float(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
      }
    }
    switch kind {
    case .float16: each(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .float32: each(UInt32.self) { Float(bitPattern: $0) }
    case .float64: each(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .int8: each(Int8.self) { Float($0) }
    case .int16: each(Int16.self) { Float($0) }
    case .int32: each(Int32.self) { Float($0) }
    case .int64: each(Int64.self) { Float($0) }
    case .uint8, .bool: each(UInt8.self) { Float($0) }
    case .uint16: each(UInt16.self) { Float($0) }
    case .uint32: each(UInt32.self) { Float($0) }
    case .uint64: each(UInt64.self) { Float($0) }
    }
  }
}

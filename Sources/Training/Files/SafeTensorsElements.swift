internal import Foundation

extension SafeTensorsHeader.ElementType {
  /// Bytes of an element.
  var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Returns the elements as Float, rounded to nearest.
  func floats(_ bytes: Data) -> [Float] {
    bytes.withUnsafeBytes { raw in
      func each<Bits: FixedWidthInteger>(_ type: Bits.Type, _ float: (Bits) -> Float) -> [Float] {
        (0..<(raw.count / size)).map {
          float(Bits(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: Bits.self)))
        }
      }
      switch self {
      case .float32: return each(UInt32.self) { Float(bitPattern: $0) }
      case .float64: return each(UInt64.self) { Float(Double(bitPattern: $0)) }
      case .float16: return each(UInt16.self) { Float(Float16(bitPattern: $0)) }
      case .bfloat16: return each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
      case .int64: return each(Int64.self) { Float($0) }
      case .int32: return each(Int32.self) { Float($0) }
      case .int16: return each(Int16.self) { Float($0) }
      case .int8: return each(Int8.self) { Float($0) }
      case .uint64: return each(UInt64.self) { Float($0) }
      case .uint32: return each(UInt32.self) { Float($0) }
      case .uint16: return each(UInt16.self) { Float($0) }
      case .uint8, .bool: return each(UInt8.self) { Float($0) }
      }
    }
  }
}

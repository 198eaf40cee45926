internal import Foundation

/// A message of Protocol Buffers, written field by field.
///
/// Source: the encoding guide of Protocol Buffers, version 3.
struct ProtobufMessage {
  private(set) var bytes = Data()

  /// How a field's bytes are read.
  private enum WireType: UInt64 {
    case varint = 0
    case lengthDelimited = 2
    case fixed32 = 5
  }

  mutating func add(_ value: Int, field: Int) {
    addKey(field, .varint)
    addVarint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ value: Float, field: Int) {
    addKey(field, .fixed32)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ text: String, field: Int) { add(Data(text.utf8), field: field) }

  mutating func add(_ message: ProtobufMessage, field: Int) { add(message.bytes, field: field) }

  mutating func add(_ data: Data, field: Int) {
    addKey(field, .lengthDelimited)
    addVarint(UInt64(data.count))
    bytes.append(data)
  }

  private mutating func addKey(_ field: Int, _ type: WireType) {
    addVarint(UInt64(field) << 3 | type.rawValue)
  }

  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

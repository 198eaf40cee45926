internal import Foundation

/// The header of a safetensors file, which precedes the elements.
struct SafeTensorsHeader {
  /// One tensor: its type, its axes, its bytes after the header.
  struct Entry {
    var type: ElementType
    var shape: [Int]
    var bytes: Range<Int>
  }

  /// The element types that can be read.
  enum ElementType: String {
    case float32 = "F32"
    case float64 = "F64"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"
    case uint8 = "U8"
    case bool = "BOOL"
  }

  /// By ascending bytes.
  let entries: [(name: String, entry: Entry)]
  let metadata: [String: String]
  /// Where the elements begin in the file.
  let dataStart: Int

  /// The largest header that Python's package reads.
  private static let longest = 100_000_000

  init(_ data: Data, file: String) throws(TensorFileError) {
    func error(_ problem: String) -> TensorFileError { TensorFileError(file: file, problem: problem) }
    guard data.count >= 8 else { throw error("has \(data.count) bytes; a safetensors file begins with 8") }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.longest) else {
      throw error("its first 8 bytes ask for a header of \(length) bytes; this is no safetensors file")
    }
    dataStart = 8 + Int(length)
    guard data.count >= dataStart else {
      throw error("is cut off in its header: \(data.count) bytes of at least \(dataStart)")
    }
    let text = data.dropFirst(8).prefix(Int(length))
    let parsed: ParsedHeader
    do { parsed = try JSONDecoder().decode(ParsedHeader.self, from: Data(text)) } catch {
      throw TensorFileError(
        file: file,
        problem: "its header is not the JSON of safetensors: \(reason(error))"
      )
    }
    metadata = parsed.metadata
    var entries: [(name: String, entry: Entry)] = []
    for (name, tensor) in parsed.tensors.sorted(by: { $0.key < $1.key }) {
      do throws(HeaderProblem) { entries.append((name, try tensor.entry())) } catch {
        throw TensorFileError(file: file, problem: "tensor '\(name)': \(error.text)")
      }
    }
    self.entries = entries.sorted {
      ($0.entry.bytes.lowerBound, $0.entry.bytes.upperBound, $0.name)
        < ($1.entry.bytes.lowerBound, $1.entry.bytes.upperBound, $1.name)
    }
    var end = 0
    for (name, entry) in self.entries {
      guard entry.bytes.lowerBound == end else {
        throw error(
          "tensor '\(name)' begins at byte \(entry.bytes.lowerBound) of the elements, not at \(end)"
        )
      }
      end = entry.bytes.upperBound
    }
    let found = data.count - dataStart
    guard found == end else {
      let word = found < end ? "is cut off" : "is too long"
      throw error("\(word): \(found) bytes of elements, the header tells of \(end)")
    }
  }

  /// Returns length and header, filled up so that elements begin at a multiple of 64 bytes.
  static func encode(_ entries: [String: Entry], _ metadata: [String: String]) -> Data {
    let tensors = entries.mapValues {
      ParsedHeader.Tensor(
        dtype: $0.type.rawValue,
        shape: $0.shape,
        data_offsets: [$0.bytes.lowerBound, $0.bytes.upperBound]
      )
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var text = try? encoder.encode(ParsedHeader(tensors: tensors, metadata: metadata)) else {
      preconditionFailure("text and integers have a JSON form")
    }
    text.append(contentsOf: [UInt8](repeating: 0x20, count: (64 - (8 + text.count) % 64) % 64))
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text
  }
}

private struct HeaderProblem: Error { var text: String }

/// Says in plain words what is wrong with a JSON text.
private func reason(_ error: any Error) -> String {
  func place(_ context: DecodingError.Context) -> String {
    context.codingPath.map(\.stringValue).joined(separator: "/")
  }
  switch error as? DecodingError {
  case .typeMismatch(_, let context), .valueNotFound(_, let context):
    return "'\(place(context))' has another type"
  case .keyNotFound(let key, let context): return "'\(place(context))' has no '\(key.stringValue)'"
  case .dataCorrupted(let context) where !context.codingPath.isEmpty:
    return "'\(place(context))' is out of range"
  default: return "it is not valid JSON"
  }
}

/// The header's JSON: tensors under any names beside one reserved name.
private struct ParsedHeader: Codable {
  var tensors: [String: Tensor]
  var metadata: [String: String]

  struct Tensor: Codable {
    var dtype: String
    var shape: [Int]
    // The format's own name.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    var data_offsets: [Int]

    func entry() throws(HeaderProblem) -> SafeTensorsHeader.Entry {
      guard let type = SafeTensorsHeader.ElementType(rawValue: dtype) else {
        throw HeaderProblem(
          text: "elements of type \(dtype); F64, F32, F16, BF16, integers and booleans can be read"
        )
      }
      guard data_offsets.count == 2, data_offsets[0] >= 0, data_offsets[0] <= data_offsets[1] else {
        throw HeaderProblem(text: "data_offsets \(data_offsets) are no range of bytes")
      }
      var bytes = type.size
      for axis in shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: axis)
        guard axis >= 0, !overflow else { throw HeaderProblem(text: "the shape \(shape) is impossible") }
        bytes = product
      }
      guard data_offsets[1] - data_offsets[0] == bytes else {
        throw HeaderProblem(
          text:
            "\(dtype) \(shape) needs \(bytes) bytes, its data_offsets hold \(data_offsets[1] - data_offsets[0])"
        )
      }
      return SafeTensorsHeader.Entry(type: type, shape: shape, bytes: data_offsets[0]..<data_offsets[1])
    }
  }

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    static let metadata = Name(stringValue: "__metadata__")
  }

  init(tensors: [String: Tensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    (tensors, metadata) = ([:], [:])
    for name in container.allKeys {
      if name.stringValue == Name.metadata.stringValue {
        metadata = try container.decode([String: String].self, forKey: name)
      } else {
        tensors[name.stringValue] = try container.decode(Tensor.self, forKey: name)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    if !metadata.isEmpty { try container.encode(metadata, forKey: .metadata) }
    for (name, tensor) in tensors { try container.encode(tensor, forKey: Name(stringValue: name)) }
  }
}

extension Data {
  /// The bytes of a range that counts from the first byte of these.
  subscript(relative range: Range<Int>) -> Data {
    self[(startIndex + range.lowerBound)..<(startIndex + range.upperBound)]
  }
}

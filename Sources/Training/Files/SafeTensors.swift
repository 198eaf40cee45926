internal import Faces
internal import Files
public import Foundation
public import Tensors

/// An error in a file of tensors: the file, what was found and what was expected.
public struct TensorFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file's path.
  public var file: String
  /// What was found, and what was expected.
  public var problem: String

  public var description: String { "\(file): \(problem)" }
}

/// Named tensors in the safetensors format: what Python's `safetensors` package reads and writes.
///
/// ```
/// 8 bytes      N, the length of the header, unsigned, least byte first
/// N bytes      JSON: { "name": { "dtype": "F32", "shape": […], "data_offsets": [begin, end] }, …,
///                      "__metadata__": { "key": "text", … } }, filled up by spaces
/// the rest     the elements, row-major, least byte first, without gaps
/// ```
public struct SafeTensors: Sendable {
  /// Text about the tensors.
  public var metadata: [String: String]
  /// The names, in the order of the elements.
  public private(set) var names: [String] = []
  private var tensors: [String: Tensor<Float>] = [:]

  /// Creates an empty file.
  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Accesses a tensor by its name.
  public subscript(name: String) -> Tensor<Float>? {
    get { tensors[name] }
    set {
      if newValue == nil { names.removeAll { $0 == name } }
      if newValue != nil, tensors[name] == nil { names.append(name) }
      tensors[name] = newValue
    }
  }

  /// Reads a file: elements of type F32; F64, F16, BF16, integers of 8 to 64 bits and booleans, which become Float,
  /// rounded to nearest.
  ///
  /// - Throws: `TensorFileError` where the file is no whole safetensors file.
  public init(contentsOf path: String) throws(TensorFileError) {
    let data: Data
    do { data = try fileContents(path) } catch {
      throw TensorFileError(file: path, problem: "cannot be read: \(unreadableReason(path))")
    }
    try self.init(data, file: path)
  }

  /// The metadata of a file, without its tensors; `nil` where it is no safetensors file.
  static func metadata(ofFile path: String) -> [String: String]? {
    guard let data = try? fileContents(path) else { return nil }
    return try? SafeTensorsHeader(data, file: path).metadata
  }

  init(_ data: Data, file: String) throws(TensorFileError) {
    let header = try SafeTensorsHeader(data, file: file)
    metadata = header.metadata
    for (name, entry) in header.entries {
      names.append(name)
      tensors[name] = Tensor(
        entry.type.floats(data.dropFirst(header.dataStart)[relative: entry.bytes]),
        shape: entry.shape
      )
    }
  }

  /// The file's bytes.
  public var data: Data {
    var offset = 0
    var entries: [String: SafeTensorsHeader.Entry] = [:]
    for name in names {
      guard let tensor = tensors[name] else { continue }
      let end = offset + tensor.count * MemoryLayout<Float>.stride
      entries[name] = SafeTensorsHeader.Entry(type: .float32, shape: tensor.shape, bytes: offset..<end)
      offset = end
    }
    var data = SafeTensorsHeader.encode(entries, metadata)
    data.reserveCapacity(data.count + offset)
    for name in names {
      tensors[name]?.withUnsafePointer {
        data.append(UnsafeBufferPointer(start: $0, count: tensors[name]?.count ?? 0))
      }
    }
    return data
  }

  /// Writes the file in place of an older one, whole or not at all.
  ///
  /// - Throws: `TensorFileError` where it cannot be written.
  public func write(to path: String) throws(TensorFileError) { try replaceFile(path, by: data) }
}

/// Writes a file in place of an older one, whole or not at all.
func replaceFile(_ path: String, by data: Data) throws(TensorFileError) {
  do { try FileReplacement.write(data, to: path) } catch {
    throw TensorFileError(file: path, problem: "cannot be written: \(error.reason)")
  }
}

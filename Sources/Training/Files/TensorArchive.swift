internal import Digests
internal import Foundation
internal import Networks
internal import Tensors

/// A safetensors file of a model or a checkpoint, with its kind and a digest in the metadata.
///
/// The digest covers names, shapes, elements and all other text, so that a file with one flipped bit is refused.
struct TensorArchive {
  /// What the file holds.
  enum Form: String {
    case model = "marginalia model 1"
    case checkpoint = "marginalia checkpoint 1"
  }

  var tensors: SafeTensors
  /// The file that the tensors came from, for messages.
  var file = ""

  init(_ form: Form) { tensors = SafeTensors(metadata: ["format": form.rawValue]) }

  /// Reads a file and compares its digest.
  init(_ form: Form, contentsOf path: String) throws(TensorFileError) {
    try self.init(form, SafeTensors(contentsOf: path), file: path)
  }

  /// Reads a file's bytes and compares their digest.
  init(_ form: Form, _ data: Data, file: String) throws(TensorFileError) {
    try self.init(form, SafeTensors(data, file: file), file: file)
  }

  private init(_ form: Form, _ tensors: SafeTensors, file: String) throws(TensorFileError) {
    self.tensors = tensors
    self.file = file
    guard let found = tensors.metadata["format"] else {
      throw error("holds tensors, but no \(form.rawValue): its metadata name no format")
    }
    guard found == form.rawValue else { throw error("is a \(found), not a \(form.rawValue)") }
    let digest = digest.hex
    guard tensors.metadata["digest"] == digest else {
      throw error("is damaged: its digest is \(digest), it says \(tensors.metadata["digest"] ?? "nothing")")
    }
  }

  func write(to path: String) throws(TensorFileError) { try signed.write(to: path) }

  /// The file's bytes.
  var data: Data { signed.data }

  private var signed: SafeTensors {
    var signed = tensors
    signed.metadata["digest"] = digest.hex
    return signed
  }

  func error(_ problem: String) -> TensorFileError { TensorFileError(file: file, problem: problem) }

  private var digest: Digest {
    var hasher = Hasher256()
    for (key, text) in tensors.metadata.sorted(by: { $0.key < $1.key }) where key != "digest" {
      hasher.field(key)
      hasher.field(text)
    }
    // By name: other programs that write the same tensors put them in another order.
    for name in tensors.names.sorted() {
      guard let tensor = tensors[name] else { continue }
      hasher.field("\(name) \(tensor.shape)")
      tensor.withUnsafePointer {
        hasher.update(UnsafeRawBufferPointer(start: $0, count: tensor.count * MemoryLayout<Float>.stride))
      }
    }
    return hasher.finish()
  }

  // MARK: Values as text

  mutating func set(_ value: some Encodable, as key: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    tensors.metadata[key] = String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  func value<Value: Decodable>(_ type: Value.Type, of key: String) throws(TensorFileError) -> Value {
    guard let text = tensors.metadata[key] else { throw error("its metadata hold no '\(key)'") }
    do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
      throw TensorFileError(file: file, problem: "its metadata's '\(key)' cannot be read: \(error)")
    }
  }

  // MARK: Sets of parameters

  mutating func set(_ parameters: Parameters<Float>, under prefix: String) {
    for (index, entry) in parameters.entries.enumerated() {
      tensors["\(prefix)/\(entry.name)"] = parameters.value(at: index)
    }
  }

  /// Fills parameters with the tensors of their names.
  func fill(_ parameters: inout Parameters<Float>, under prefix: String) throws(TensorFileError) {
    for (index, entry) in parameters.entries.enumerated() {
      parameters.setValue(try tensor("\(prefix)/\(entry.name)", of: entry.shape), at: index)
    }
    let wanted = Set(parameters.entries.map { "\(prefix)/\($0.name)" })
    for name in tensors.names where name.hasPrefix(prefix + "/") && !wanted.contains(name) {
      throw error("tensor '\(name)' has no place in the recipe's network")
    }
  }

  func tensor(_ name: String, of shape: [Int]) throws(TensorFileError) -> Tensor<Float> {
    guard let tensor = tensors[name] else { throw error("holds no tensor '\(name)'") }
    guard tensor.shape == shape else { throw error("tensor '\(name)' is \(tensor.shape), not \(shape)") }
    return tensor
  }

  mutating func set(_ optimiser: any Optimiser<Float>, under prefix: String) {
    for (name, tensor) in optimiser.state.sorted(by: { $0.key < $1.key }) {
      tensors["\(prefix)/\(name)"] = tensor
    }
  }

  func fill(_ optimiser: inout any Optimiser<Float>, under prefix: String) {
    var state: [String: Tensor<Float>] = [:]
    for name in tensors.names where name.hasPrefix(prefix + "/") {
      state[String(name.dropFirst(prefix.count + 1))] = tensors[name]
    }
    optimiser.state = state
  }
}

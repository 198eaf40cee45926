internal import Foundation
internal import Tensors

// The messages of ONNX that a network needs. Source: onnx.proto, IR version 8; numbers of fields are its.

/// An attribute of a node.
enum ONNXAttribute {
  case integer(Int)
  case real(Float)
  case text(String)
  case integers([Int])

  func message(_ name: String) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.add(name, field: 1)
    switch self {
    case .real(let value):
      message.add(value, field: 2)
      message.add(1, field: 20)
    case .integer(let value):
      message.add(value, field: 3)
      message.add(2, field: 20)
    case .text(let value):
      message.add(value, field: 4)
      message.add(3, field: 20)
    case .integers(let values):
      for value in values { message.add(value, field: 8) }
      message.add(7, field: 20)
    }
    return message
  }
}

/// An operation of a graph.
struct ONNXNode {
  var operation: String
  var inputs: [String]
  var output: String
  var attributes: [(name: String, value: ONNXAttribute)] = []

  var message: ProtobufMessage {
    var message = ProtobufMessage()
    for input in inputs { message.add(input, field: 1) }
    message.add(output, field: 2)
    message.add(output, field: 3)
    message.add(operation, field: 4)
    for (name, value) in attributes { message.add(value.message(name), field: 5) }
    return message
  }
}

/// A constant of a graph.
struct ONNXConstant {
  var name: String
  var shape: [Int]
  var type: ElementType
  /// The numbers in row-major order, little-endian.
  var data: Data

  enum ElementType: Int {
    case float = 1
    case int64 = 7
  }

  init(_ tensor: Tensor<Float>, name: String) {
    self.name = name
    shape = tensor.shape
    type = .float
    // Memory is little-endian on every processor that the package supports.
    data = tensor.withUnsafePointer { Data(buffer: UnsafeBufferPointer(start: $0, count: tensor.count)) }
  }

  init(_ values: [Int], name: String) {
    self.name = name
    shape = [values.count]
    type = .int64
    data = values.reduce(into: Data()) { data, value in
      withUnsafeBytes(of: Int64(value).littleEndian) { data.append(contentsOf: $0) }
    }
  }

  var message: ProtobufMessage {
    var message = ProtobufMessage()
    for axis in shape { message.add(axis, field: 1) }
    message.add(type.rawValue, field: 2)
    message.add(name, field: 8)
    message.add(data, field: 9)
    return message
  }
}

/// An input or output of a graph, of `Float`.
struct ONNXValueInfo {
  var name: String
  /// The axes; the first is the batch, of any length.
  var shape: [Int]

  var message: ProtobufMessage {
    var axes = ProtobufMessage()
    var batch = ProtobufMessage()
    batch.add("batch", field: 2)
    axes.add(batch, field: 1)
    for axis in shape {
      var dimension = ProtobufMessage()
      dimension.add(axis, field: 1)
      axes.add(dimension, field: 1)
    }
    var tensor = ProtobufMessage()
    tensor.add(ONNXConstant.ElementType.float.rawValue, field: 1)
    tensor.add(axes, field: 2)
    var type = ProtobufMessage()
    type.add(tensor, field: 1)
    var message = ProtobufMessage()
    message.add(name, field: 1)
    message.add(type, field: 2)
    return message
  }
}

package import Foundation
package import Networks

/// A network as a file of ONNX, which other runtimes load: opset 13, IR version 8.
package struct ONNXFile {
  /// The bytes of the file.
  package let data: Data
  /// How many operations the graph has.
  package let nodeCount: Int

  /// Describes a network for inference.
  ///
  /// The input `pictures` is `[batch, channel, height, width]`, of RGB standardised as in training: `(x − 127.5) / 128`; of a
  /// network of vectors it is `vectors`, `[batch, feature]`. The output `features` is `[batch, feature]`, not normalised.
  ///
  /// Source: the ONNX specification, operators of opset 13.
  ///
  /// - Parameter name: the name of the graph.
  package init(_ network: Network<Float>, name: String) {
    let graph = ONNXGraph(network)
    nodeCount = graph.nodes.count
    var body = ProtobufMessage()
    for node in graph.nodes { body.add(node.message, field: 1) }
    body.add(name, field: 2)
    for constant in graph.constants { body.add(constant.message, field: 5) }
    body.add(graph.input.message, field: 11)
    body.add(graph.output.message, field: 12)
    var opset = ProtobufMessage()
    opset.add("", field: 1)
    opset.add(13, field: 2)
    var model = ProtobufMessage()
    model.add(8, field: 1)
    model.add("marginalia", field: 2)
    model.add(
      network.inputShape.count == 3
        ? "pictures: [batch, channel, height, width], RGB, (x - 127.5) / 128; features are not normalised"
        : "vectors: [batch, feature]; features are not normalised",
      field: 6
    )
    model.add(body, field: 7)
    model.add(opset, field: 8)
    data = model.bytes
  }
}

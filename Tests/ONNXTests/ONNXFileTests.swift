internal import Foundation
internal import Networks
internal import ONNX
internal import Tensors
internal import Testing

@Suite("A file of ONNX")
struct ONNXFileTests {
  /// Fields of a message by their numbers.
  private struct Message {
    var numbers: [Int: [UInt64]] = [:]
    var parts: [Int: [Data]] = [:]

    init(_ data: Data) throws {
      var rest = data[...]
      func varint() throws -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while true {
          let first = rest.popFirst()
          let byte = try #require(first)
          value |= UInt64(byte & 127) << shift
          if byte < 128 { return value }
          shift += 7
        }
      }
      while !rest.isEmpty {
        let key = try varint()
        let field = Int(key >> 3)
        switch key & 7 {
        case 0: numbers[field, default: []].append(try varint())
        case 2:
          let count = Int(try varint())
          parts[field, default: []].append(Data(rest.prefix(count)))
          rest = rest.dropFirst(count)
        case 5:
          let bits = rest.prefix(4).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
          numbers[field, default: []].append(bits)
          rest = rest.dropFirst(4)
        default: Issue.record("the wire type \(key & 7)")
        }
      }
    }

    func text(_ field: Int) -> String { String(decoding: parts[field]?.first ?? Data(), as: UTF8.self) }
    func texts(_ field: Int) -> [String] { (parts[field] ?? []).map { String(decoding: $0, as: UTF8.self) } }
    func messages(_ field: Int) throws -> [Message] { try (parts[field] ?? []).map { try Message($0) } }
  }

  private func floats(_ data: Data) -> [Float] {
    stride(from: 0, to: data.count, by: 4).map { start in
      let bits = data.dropFirst(start).prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return Float(bitPattern: bits)
    }
  }

  private func graph(_ network: Network<Float>) throws -> Message {
    let model = try Message(ONNXFile(network, name: "a").data)
    #expect(model.numbers[1] == [8])
    #expect(try model.messages(8).map { $0.numbers[2] } == [[13]])
    return try #require(try model.messages(7).first)
  }

  @Test("has kernels with the output channel first, and the axes of pictures with the channel first")
  func convolution() throws {
    let network = try Network<Float>(
      [.named("a", [.convolution(2, height: 1, width: 2, stride: 2, bias: true)]), .relu],
      input: [3, 4, 1],
      seed: 1
    )
    // Kernel [height 1, width 2, input 1, output 2]: place 0 has (1, 2), place 1 has (3, 4).
    network.parameters.setValue(Tensor([1, 2, 3, 4], shape: [1, 2, 1, 2]), at: 0)
    let graph = try graph(network)
    let nodes = try graph.messages(1)
    #expect(nodes.map { $0.text(4) } == ["Conv", "Relu", "Identity"])
    let attributes = try nodes[0].messages(5)
    #expect(attributes.map { $0.text(1) } == ["auto_pad", "kernel_shape", "strides"])
    #expect(attributes[0].text(4) == "SAME_UPPER")
    #expect(attributes[1].numbers[8] == [1, 2])
    #expect(attributes[2].numbers[8] == [2, 2])
    let kernel = try #require(try graph.messages(5).first { $0.text(8) == "a/weight" })
    #expect(kernel.numbers[1] == [2, 1, 1, 2])
    #expect(floats(try #require(kernel.parts[9]?.first)) == [1, 3, 2, 4])
    let input = try #require(try graph.messages(11).first)
    let axes = try input.messages(2)[0].messages(1)[0].messages(2)[0].messages(1)
    #expect(axes.map { $0.numbers[1] ?? [] } == [[], [1], [3], [4]])
    #expect(axes[0].text(2) == "batch")
  }

  @Test("names each value before it is used, and makes each once")
  func order() throws {
    for (layers, input): ([Layer], [Int]) in [
      (.smallInceptionResNet(width: 2, embedding: 4), [32, 32, 3]),
      ([.dense(3), .batchNorm(), .relu, .dropout(keep: 0.5), .dense(2, bias: false)], [5]),
      ([.residual(scale: 0.5, [.dense(5)]), .parallel([[.dense(2)], [.relu]])], [5]),
      ([.convolution(2, kernel: 3), .dense(4)], [4, 4, 3]),
    ] {
      let graph = try graph(try Network<Float>(layers, input: input, seed: 1))
      var known = Set(try graph.messages(5).map { $0.text(8) } + graph.messages(11).map { $0.text(1) })
      for node in try graph.messages(1) {
        for input in node.texts(1) { #expect(known.contains(input), "\(input)") }
        #expect(known.insert(node.text(2)).inserted, "\(node.text(2))")
      }
      #expect(known.contains("features"))
      #expect(try graph.messages(12).map { $0.text(1) } == ["features"])
    }
  }

  @Test("flattens pictures with the channel last, as the network does, and does not scale by one")
  func forms() throws {
    let dense = try graph(
      try Network<Float>([.convolution(2, kernel: 3), .dense(4)], input: [4, 4, 3], seed: 1)
    )
    #expect(try dense.messages(1).map { $0.text(4) } == ["Conv", "Transpose", "Flatten", "Gemm", "Identity"])
    #expect(try dense.messages(1)[1].messages(5)[0].numbers[8] == [0, 2, 3, 1])
    let whole = try graph(try Network<Float>([.residual([.dense(5)])], input: [5], seed: 1))
    #expect(try whole.messages(1).map { $0.text(4) } == ["Gemm", "Add", "Identity"])
    let part = try graph(try Network<Float>([.residual(scale: 0.5, [.dense(5)])], input: [5], seed: 1))
    #expect(try part.messages(1).map { $0.text(4) } == ["Gemm", "Mul", "Add", "Identity"])
    let scale = try #require(try part.messages(5).first { $0.text(8) == "scale/0.5" })
    #expect(floats(try #require(scale.parts[9]?.first)) == [0.5])
  }
}

internal import Foundation
internal import Tensors
internal import Testing
internal import Training

@Suite("Safetensors files")
struct SafeTensorsTests {
  /// A file of a header and elements, put together here.
  private func file(_ header: String, _ elements: [UInt8] = []) -> Data {
    let text = Array(header.utf8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + elements
  }

  private func read(_ data: Data) throws -> SafeTensors {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    try data.write(to: URL(fileURLWithPath: path))
    return try SafeTensors(contentsOf: path)
  }

  @Test("give back what was written, to the bit")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    var tensors = SafeTensors(metadata: ["format": "pt", "quote": "\"é\\"])
    tensors["b"] = Tensor([1, -0.0, .infinity, .leastNonzeroMagnitude, .pi, 6], shape: [2, 3])
    tensors["a/weight"] = Tensor([7], shape: [1, 1, 1])
    tensors["empty"] = Tensor([], shape: [0, 4])
    tensors["scalar"] = Tensor([3], shape: [])
    try tensors.write(to: folder.path + "/x.safetensors")
    let copy = try SafeTensors(contentsOf: folder.path + "/x.safetensors")
    #expect(copy.metadata == tensors.metadata)
    #expect(Set(copy.names) == ["b", "a/weight", "empty", "scalar"])
    #expect(copy["b"]?.elements.map(\.bitPattern) == tensors["b"]?.elements.map(\.bitPattern))
    for name in tensors.names { #expect(copy[name]?.shape == tensors[name]?.shape) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.safetensors"])
  }

  @Test("of the other floating types become Float")
  func types() throws {
    let header = """
      {"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"h":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},\
      "b":{"dtype":"BF16","shape":[1],"data_offsets":[12,14]}}
      """
    // 0.1 in double; 1.5 and −2 in half; 3.140625 in bfloat16.
    let elements: [UInt8] = [
      0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0x00, 0x3E, 0x00, 0xC0, 0x49, 0x40,
    ]
    let tensors = try read(file(header, elements))
    #expect(tensors["d"]?.elements == [0.1])
    #expect(tensors["h"]?.elements == [1.5, -2])
    #expect(tensors["b"]?.elements == [3.140625])
    #expect(tensors.names == ["d", "h", "b"])
  }

  @Test("of integers and booleans become Float, as PyTorch's num_batches_tracked")
  func integers() throws {
    let types: [(String, [UInt8], Float)] = [
      ("I64", [255, 255, 255, 255, 255, 255, 255, 255], -1), ("U64", [7, 0, 0, 0, 0, 0, 0, 0], 7),
      ("I32", [254, 255, 255, 255], -2), ("U32", [0, 0, 0, 128], 2_147_483_648), ("I16", [253, 255], -3),
      ("U16", [255, 255], 65535), ("I8", [252], -4), ("U8", [252], 252), ("BOOL", [1], 1),
    ]
    for (type, bytes, value) in types {
      let header = #"{"n":{"dtype":"\#(type)","shape":[],"data_offsets":[0,\#(bytes.count)]}}"#
      let tensors = try read(file(header, bytes))
      #expect(tensors["n"]?.elements == [value], "\(type)")
    }
  }

  static let brokenFiles: [(String, [UInt8], String)] = [
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, [0, 0, 0, 0],
      "is cut off: 4 bytes of elements"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, [0, 0, 0, 0, 0], "is too long: 5 bytes"),
    (
      #"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#, [],
      "tensor 'a': elements of type F8_E4M3"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, [],
      "F32 [3] needs 12 bytes, its data_offsets hold 8"
    ),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, [], "the shape [-1] is impossible"),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, [],
      "the shape [4611686018427387904, 4] is impossible"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#, [], "data_offsets [8, 4] are no range"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, [],
      "begins at byte 4 of the elements, not at 0"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      [0, 0, 0, 0], "tensor 'b' begins at byte 0 of the elements, not at 4"
    ),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, [], "its header is not the JSON of safetensors"),
    (#"{"a":"#, [], "its header is not the JSON of safetensors"),
    (#"[]"#, [], "its header is not the JSON of safetensors"),
  ]

  @Test("that are broken are refused with the place", arguments: brokenFiles.indices)
  func broken(index: Int) throws {
    let (header, elements, wanted) = Self.brokenFiles[index]
    let error = #expect(throws: TensorFileError.self) { try read(file(header, elements)) }
    #expect(error?.problem.contains(wanted) == true, "\(error?.description ?? "")")
    #expect(error?.file.hasSuffix("x.safetensors") == true)
  }

  @Test("that are cut off are refused at every length")
  func truncated() throws {
    var tensors = SafeTensors(metadata: ["k": "v"])
    tensors["a"] = Tensor([1, 2, 3], shape: [3])
    let data = tensors.data
    for length in 0..<data.count { #expect(throws: TensorFileError.self) { try read(data.prefix(length)) } }
    #expect(throws: TensorFileError.self) { try read(Data(repeating: 0xFF, count: 64)) }
    #expect(throws: TensorFileError.self) { try SafeTensors(contentsOf: "/nowhere/x") }
    #expect(throws: TensorFileError.self) { try tensors.write(to: "/nowhere/x") }
  }
}

internal import Foundation
internal import Tensors

/// Random features of unit length.
struct RandomFeatures {
  let length: Int

  /// Features of persons, `[row, dimension]`: two of a person have the expected cosine `likeness`, others 0.
  func persons(_ identities: [Int], likeness: Double) -> Tensor<Float> {
    var result = Tensor<Float>(zeros: [identities.count, length])
    let (own, other) = (Float(likeness.squareRoot()), Float((1 - likeness).squareRoot()))
    result.withUnsafeMutablePointer { base in
      for (row, identity) in identities.enumerated() {
        var common = SeededGenerator(seed: UInt64(identity), stream: 1)
        var single = SeededGenerator(seed: UInt64(row), stream: 2)
        for column in 0..<length {
          base[row * length + column] = own * Self.draw(&common) + other * Self.draw(&single)
        }
        Self.normalise(base + row * length, length)
      }
    }
    return result
  }

  /// Writes random features, each of another person, into a NumPy file.
  func write(_ count: Int, to file: URL) throws {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count), \(length)), }"
    header += String(repeating: " ", count: 117 - header.count) + "\n"
    try (Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]) + Data(header.utf8)).write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    try handle.seekToEnd()
    var chance = SeededGenerator(seed: 1, stream: 3)
    for start in stride(from: 0, to: count, by: 8192) {
      let rows = min(8192, count - start)
      let data = [Float](unsafeUninitializedCapacity: rows * length) { buffer, initialized in
        if let base = buffer.baseAddress {
          for index in 0..<rows * length { base[index] = Self.draw(&chance) }
          for row in 0..<rows { Self.normalise(base + row * length, length) }
        }
        initialized = rows * length
      }
      try data.withUnsafeBytes { try handle.write(contentsOf: $0) }
    }
  }

  private static func draw(_ chance: inout SeededGenerator) -> Float {
    Float(Int32(truncatingIfNeeded: chance.next())) * 0x1p-31
  }

  private static func normalise(_ row: UnsafeMutablePointer<Float>, _ length: Int) {
    var sum: Float = 0
    for column in 0..<length { sum += row[column] * row[column] }
    let scale = 1 / sum.squareRoot()
    for column in 0..<length { row[column] *= scale }
  }
}

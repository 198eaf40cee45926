internal import Tensors
internal import Testing

@Suite("Tensors are values")
struct TensorTests {
  private let matrix = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])

  private func address(_ tensor: Tensor<Float>) -> Int { tensor.withUnsafePointer { Int(bitPattern: $0) } }

  @Test("a copy shares memory until one of the two is written", arguments: 0..<3)
  func copyOnWrite(way: Int) {
    let original = matrix
    var copy = original
    #expect(address(copy) == address(original))
    switch way {
    case 0: copy[flat: 4] = 50
    case 1: copy[1, 1] = 50
    default: copy.withUnsafeMutablePointer { $0[4] = 50 }
    }
    #expect(copy.elements == [1, 2, 3, 4, 50, 6])
    #expect(original.elements == [1, 2, 3, 4, 5, 6])
    #expect(address(copy) != address(original))
  }

  @Test("a reshaped tensor shares memory, too, and neither sees what is written to the other")
  func reshaped() {
    var original = matrix
    var row = original.reshaped([6])
    #expect(address(row) == address(original))
    row[flat: 0] = 9
    original[flat: 5] = 8
    #expect(row.elements == [9, 2, 3, 4, 5, 6] && original.elements == [1, 2, 3, 4, 5, 8])
  }

  @Test("the only owner is written in place")
  func inPlace() {
    var owned = Tensor<Float>(zeros: [4])
    let before = address(owned)
    for index in 0..<4 { owned[flat: index] = Float(index) }
    owned.withUnsafeMutablePointer { $0[0] = 7 }
    #expect(address(owned) == before && owned.elements == [7, 1, 2, 3])
    #expect(before % 64 == 0)
  }

  @Test(
    "rows follow from the shape",
    arguments: [
      ([2, 3, 4], 24, 2, 12), ([5], 5, 5, 1), ([], 1, 1, 1), ([0, 7], 0, 0, 7), ([3, 0], 0, 3, 0),
    ] as [([Int], Int, Int, Int)]
  )
  func shapes(shape: [Int], count: Int, rows: Int, length: Int) {
    let tensor = Tensor<Double>(zeros: shape)
    #expect(tensor.count == count && tensor.rowCount == rows && tensor.rowLength == length)
    #expect(tensor.elements == [Double](repeating: 0, count: count))
    for row in 0..<rows { #expect(tensor.row(row).count == length) }
  }

  @Test("rows and elements are in row-major order")
  func order() {
    #expect(matrix.row(0) == [1, 2, 3] && matrix.row(1) == [4, 5, 6])
    #expect(matrix[1, 0] == 4 && matrix[flat: 3] == 4)
    #expect(matrix.reshaped([3, 2]).row(1) == [3, 4])
  }

  @Test("a wrong index or shape stops with a message")
  func mistakes() async {
    func text(_ result: ExitTest.Result?) -> String {
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }
    let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(zeros: [2, 3])[flat: 6]
    }
    #expect(text(index).contains("index 6 is outside 0..<6"))
    let place = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(zeros: [2, 3])[0, 3]
    }
    #expect(text(place).contains("[0, 3] is outside [2, 3]"))
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(zeros: [2, 3]).reshaped([4])
    }
    #expect(text(shape).contains("[2, 3] cannot become [4]"))
    let elements = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>([1, 2], shape: [3])
    }
    #expect(text(elements).contains("2 elements for the shape [3]"))
    let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(zeros: [2, 3]).row(2)
    }
    #expect(text(row).contains("row 2 is outside 0..<2"))
  }

  @Test("memory of large tensors, which is used again, belongs to one at a time")
  func largeMemory() async {
    // Two sizes, so that memory of the other size lies between.
    let counts = [1 << 20, (1 << 20) + 4096]
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for round in 0..<20 {
            var tensor = Tensor<Float>(zeros: [counts[round % 2]])
            #expect(tensor[flat: 7] == 0 && tensor[flat: 1 << 19] == 0)
            let number = Float(100 * task + round)
            tensor.withUnsafeMutablePointer { $0.update(repeating: number, count: counts[round % 2]) }
            await Task.yield()
            #expect(tensor.elements.allSatisfy { $0 == number })
          }
        }
      }
    }
  }
}

internal import Tensors

// Loads and stores of eight channels. The compiler does not vectorise these loops by itself, since pointers may overlap.

/// Returns eight neighbouring elements.
@inline(__always)
func load<Element: Scalar>(_ source: UnsafePointer<Element>, _ index: Int) -> SIMD8<Element> {
  UnsafeRawPointer(source + index).loadUnaligned(as: SIMD8<Element>.self)
}

/// Writes eight neighbouring elements.
@inline(__always)
func store<Element: Scalar>(_ vector: SIMD8<Element>, _ target: UnsafeMutablePointer<Element>, _ index: Int) {
  UnsafeMutableRawPointer(target + index).storeBytes(of: vector, as: SIMD8<Element>.self)
}

/// Sets `count` elements to 0.
func clear<Element: Scalar>(_ target: UnsafeMutablePointer<Element>, count: Int) {
  UnsafeMutableRawPointer(target).initializeMemory(
    as: UInt8.self,
    repeating: 0,
    count: count * MemoryLayout<Element>.stride
  )
}

/// Calls the body with bands of eight consecutive rows: the sum of a channel stays in a register within a band, and memory is
/// read nearly in order.
@inline(__always)
func forEachBand(_ rows: Int, _ body: (Range<Int>) -> Void) {
  var start = 0
  while start < rows {
    let end = min(rows, start + 8)
    body(start..<end)
    start = end
  }
}

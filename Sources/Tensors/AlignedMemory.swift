/// Memory for numbers that begins on a cache line, at a multiple of 64 bytes, and is freed with its last owner.
///
/// Unchecked: a tensor copies shared memory before it writes, and a network's passes own theirs alone.
package final class AlignedMemory<Element: Scalar>: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int

  /// Allocates memory whose elements are undefined.
  package init(count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Element>.stride,
      alignment: 64
    )
    pointer = raw.bindMemory(to: Element.self, capacity: max(1, count))
    self.count = count
  }

  convenience init(copying other: AlignedMemory) {
    self.init(count: other.count)
    pointer.update(from: other.pointer, count: other.count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

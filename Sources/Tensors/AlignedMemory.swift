internal import Glibc

/// Memory for numbers that begins on a cache line, at a multiple of 64 bytes, and is freed with its last owner.
///
/// Large memory begins on a huge page, and the kernel is asked for such pages: a pass reads rows that lie kilobytes apart, each
/// on another page of 4 KiB, and virtual machines look up pages slowly. The worker that writes a page first gets it on its node.
///
/// Unchecked: a tensor copies shared memory before it writes, and a network's passes own theirs alone.
package final class AlignedMemory<Element: Scalar>: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int

  /// Allocates memory whose elements are undefined.
  package init(count: Int) {
    let byteCount = max(1, count) * MemoryLayout<Element>.stride
    let isLarge = byteCount >= 2 * hugePage
    let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isLarge ? hugePage : 64)
    // Where the kernel has no huge pages, it says so, and small ones do.
    if isLarge { madvise(raw, byteCount / hugePage * hugePage, MADV_HUGEPAGE) }
    pointer = raw.bindMemory(to: Element.self, capacity: max(1, count))
    self.count = count
  }

  convenience init(copying other: AlignedMemory) {
    self.init(count: other.count)
    pointer.update(from: other.pointer, count: other.count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

/// The bytes of a huge page on x86-64, and on arm64 with pages of 4 KiB.
private let hugePage = 1 << 21

internal import Glibc
internal import Synchronization

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
    let raw = LargeBlocks.allocate(byteCount: max(1, count) * MemoryLayout<Element>.stride)
    pointer = raw.bindMemory(to: Element.self, capacity: max(1, count))
    self.count = count
  }

  convenience init(copying other: AlignedMemory) {
    self.init(count: other.count)
    pointer.update(from: other.pointer, count: other.count)
  }

  deinit { LargeBlocks.deallocate(pointer, byteCount: max(1, count) * MemoryLayout<Element>.stride) }
}

/// Memory in large blocks, some of which are kept for the next who asks for the same size: a loss needs the same room in every
/// step, and the kernel clears each page that it gives.
private enum LargeBlocks {
  /// The bytes of a huge page on x86-64, and on arm64 with pages of 4 KiB.
  private static let hugePage = 1 << 21

  /// The most bytes that are kept.
  private static let limit = 64 << 20

  private struct Block: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    let byteCount: Int
  }

  /// The blocks that are kept, the latest last.
  private static let kept = Mutex<[Block]>([])

  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= 2 * hugePage else { return .allocate(byteCount: byteCount, alignment: 64) }
    let found = kept.withLock { blocks in
      blocks.lastIndex { $0.byteCount == byteCount }.map { blocks.remove(at: $0) }
    }
    if let found { return found.pointer }
    let pointer = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePage)
    // Where the kernel has no huge pages, it says so, and small ones do.
    madvise(pointer, byteCount / hugePage * hugePage, MADV_HUGEPAGE)
    return pointer
  }

  static func deallocate(_ pointer: UnsafeMutableRawPointer, byteCount: Int) {
    guard byteCount >= 2 * hugePage, byteCount <= limit else { return pointer.deallocate() }
    let surplus = kept.withLock { blocks in
      blocks.append(Block(pointer: pointer, byteCount: byteCount))
      var surplus: [Block] = []
      while blocks.reduce(0, { $0 + $1.byteCount }) > limit { surplus.append(blocks.removeFirst()) }
      return surplus
    }
    for block in surplus { block.pointer.deallocate() }
  }
}

internal import Foundation

/// The type of the elements of a pickled NumPy array, by NumPy's name: `b1`, `i8`, `f4`.
struct PickledElement {
  let name: String
  let isBigEndian: Bool

  /// The elements as truths: 0 and 1 of any type; `nil` for another number, or a type that has none.
  func truths(_ bytes: Data) -> [Bool]? {
    let kind = name.first
    guard let size = Int(name.dropFirst()), [1, 2, 4, 8].contains(size), bytes.count.isMultiple(of: size)
    else {
      return nil
    }
    // The bits of 1.
    let one: UInt64
    switch (kind, size) {
    case ("b", 1), ("i", _), ("u", _): one = 1
    case ("f", 2): one = 0x3C00
    case ("f", 4): one = 0x3F80_0000
    case ("f", 8): one = 0x3FF0_0000_0000_0000
    default: return nil
    }
    let all = [UInt8](bytes)
    var truths: [Bool] = []
    truths.reserveCapacity(all.count / size)
    for start in stride(from: 0, to: all.count, by: size) {
      let element = all[start..<start + size]
      let number = (isBigEndian ? Array(element) : element.reversed()).reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      guard number == 0 || number == one else { return nil }
      truths.append(number == one)
    }
    return truths
  }
}

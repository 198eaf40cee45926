/// A lookup table from ids to their places in ascending order. It does not hash, because lists of pairs look up millions
/// of ids.
package struct IDTable: Sendable {
  /// The different numbers, ascending.
  package let ids: [Int]
  /// The place of each number from the first on, −1 where there is none; empty where they lie too far apart.
  private let places: [Int32]

  package init(_ numbers: some Sequence<Int>) {
    ids = Set(numbers).sorted()
    guard let first = ids.first, let last = ids.last,
      UInt(bitPattern: last &- first) < UInt(1 << 20 + 16 * ids.count)
    else {
      places = []
      return
    }
    var table = [Int32](repeating: -1, count: last - first + 1)
    for (place, id) in ids.enumerated() { table[id - first] = Int32(place) }
    places = table
  }

  /// The place of a number among ``ids``; `nil` where it is none of them.
  package subscript(_ id: Int) -> Int? {
    guard let first = ids.first, let last = ids.last, id >= first, id <= last else { return nil }
    if !places.isEmpty {
      let place = Int(places[id - first])
      return place < 0 ? nil : place
    }
    var lower = 0
    var upper = ids.count - 1
    while lower < upper {
      let middle = (lower + upper) / 2
      if ids[middle] < id { lower = middle + 1 } else { upper = middle }
    }
    return ids[lower] == id ? lower : nil
  }
}

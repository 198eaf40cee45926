extension IJBList {
  /// Pairs of templates in the order of their list, in eight bytes each: IJB-C has 15 million.
  public struct Pairs: RandomAccessCollection, Sendable {
    /// The ids of the templates that may be in pairs, ascending.
    package let templates: [Int]
    /// The pairs as places in ``templates``.
    package private(set) var places: [Places] = []

    /// The places of two templates, and whether they show one person.
    package struct Places: Hashable, Sendable {
      private let firstPlace: Int32
      /// The place; its complement, which is negative, in a pair of one person.
      private let secondPlace: Int32

      init(first: Int, second: Int, isSame: Bool) {
        firstPlace = Int32(first)
        secondPlace = isSame ? ~Int32(second) : Int32(second)
      }

      package var first: Int { Int(firstPlace) }
      package var second: Int { Int(secondPlace < 0 ? ~secondPlace : secondPlace) }
      package var isSame: Bool { secondPlace < 0 }
    }

    /// Makes an empty list of pairs of some templates.
    init(of templates: IDTable) { self.templates = templates.ids }

    /// - Parameter pairs: of any templates.
    init(_ pairs: [Pair]) {
      var ids = Set(pairs.lazy.map(\.first))
      ids.formUnion(pairs.lazy.map(\.second))
      let table = IDTable(ids)
      self.init(of: table)
      places.reserveCapacity(pairs.count)
      for pair in pairs {
        guard let first = table[pair.first], let second = table[pair.second] else { continue }
        append(first: first, second: second, isSame: pair.isSame)
      }
    }

    /// Adds a pair of two places in ``templates``.
    mutating func append(first: Int, second: Int, isSame: Bool) {
      places.append(Places(first: first, second: second, isSame: isSame))
    }

    /// Returns the pairs of which both templates fulfil a condition; it is asked once for each template.
    package func filter(templates isKept: (Int) -> Bool) -> Pairs {
      let kept = templates.map(isKept)
      var result = self
      result.places.removeAll { !kept[$0.first] || !kept[$0.second] }
      return result
    }

    /// The pair at a place, by the ids of its templates.
    package func pair(_ places: Places) -> Pair {
      Pair(first: templates[places.first], second: templates[places.second], isSame: places.isSame)
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { places.count }
    public subscript(position: Int) -> Pair { pair(places[position]) }
  }
}

extension IJBList.Pairs: Hashable {
  /// Whether the pairs have the same ids, whatever other templates there may be.
  public static func == (first: Self, second: Self) -> Bool {
    first.templates == second.templates ? first.places == second.places : first.elementsEqual(second)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for pair in self { hasher.combine(pair) }
  }
}
